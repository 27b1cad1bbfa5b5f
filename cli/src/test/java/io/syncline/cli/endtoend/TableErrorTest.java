package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that cannot be followed is suspended, and the others go on (docs/design/table-errors.md). */
class TableErrorTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** A value that the destination rejects in the midst of a transaction, and a table that is gone there. What was wrong is mended, and both tables come back. */
    @Test
    void i3TheTransactionThatFailsIsAppliedWithoutTheTable(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE a (id int PRIMARY KEY, v int); INSERT INTO a VALUES (1, 1);"
                    + "CREATE TABLE d (id int PRIMARY KEY); INSERT INTO d VALUES (1);"
                    + "CREATE TABLE other (id int PRIMARY KEY)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).with("onTableError: suspend");
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                there.execute("ALTER TABLE a ADD CONSTRAINT small CHECK (v < 100)");
                at.execute(
                        "BEGIN; INSERT INTO other VALUES (1); INSERT INTO a VALUES (2, 5); INSERT INTO a VALUES (3, 500);"
                                + "DELETE FROM a WHERE id = 1; INSERT INTO other VALUES (2); COMMIT");
                there.await("SELECT count(*) FROM other", "2", SOON);
                there.execute("DROP TABLE d");
                at.execute(
                        "BEGIN; INSERT INTO other VALUES (3); INSERT INTO d VALUES (2); DELETE FROM other WHERE id = 1; COMMIT");
                there.await("SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM other", "2 3", SOON);

                assertThat(task.finish("status").text())
                        .contains("public.a since", "VALUE_REJECTED", "public.d since", "DESTINATION_SCHEMA");
                assertThat(there.column("SELECT id FROM a"))
                        .as("nothing of the transaction")
                        .containsExactly("1");

                there.execute("ALTER TABLE a DROP CONSTRAINT small");
                task.finish("control", "resync", "public.a").requireCode(0);
                task.finish("control", "resync", "public.d").requireCode(0);
                there.await("SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM a", "2 3", SOON);
                there.await(
                        "SELECT count(*) FROM pg_class WHERE relname = 'd' AND relnamespace = 'public'::regnamespace",
                        "1",
                        SOON);
                there.await("SELECT count(*) FROM syncline.suspended", "0", SOON);
                at.execute("INSERT INTO a VALUES (4, 4); INSERT INTO d VALUES (4); INSERT INTO other VALUES (4)");
                there.await("SELECT count(*) FROM other", "3", SOON);
                run.kill();
            }
            task.requireSameAfterCatchingUp();
        }
    }
}
