package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** T17: a destination that is put back to what it was a moment ago, with its ledger. */
class RestoredDestinationTest {

    @Test
    void t17GoesOnFromWhatIsHeldBack(@TempDir Path folder) throws Exception {
        try (TestDatabase source = filled();
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).holdBack("{}");

            putBackAMoment(task);

            task.requireSameAfterCatchingUp();
        }
    }

    /** Changes are made and applied before the destination is put back, and again afterwards. */
    private static void putBackAMoment(TaskUnderTest task) throws SQLException {
        task.finish("run", "--until", "caught-up").requireCode(0);
        String name = task.destination().name();
        String backup = name + "_backup";
        try (Sql administrator = Sql.open(() -> task.destination().server().connect("postgres"));
                Sql sql = task.source().sql()) {
            administrator.execute("CREATE DATABASE " + backup + " TEMPLATE " + name);
            sql.execute("INSERT INTO t VALUES (3, 'c')")
                    .execute("UPDATE t SET v = 'changed' WHERE id = 1")
                    .execute("DELETE FROM t WHERE id = 2");
            task.finish("run", "--until", "caught-up").requireCode(0);
            administrator.execute("DROP DATABASE " + name).execute("ALTER DATABASE " + backup + " RENAME TO " + name);
            sql.execute("INSERT INTO t VALUES (4, 'd')").execute("UPDATE t SET v = 'again' WHERE id = 1");
        }
    }

    private static TestDatabase filled() throws SQLException {
        TestDatabase source = SharedPostgres.sourceDatabase("17");
        try (Sql sql = source.sql()) {
            sql.execute("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b')");
        }
        return source;
    }
}
