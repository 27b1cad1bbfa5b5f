package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Databases of one instance in one task: each is followed for itself, in one process. */
class ManyDatabasesTest {

    private static final String TABLE =
            "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE \"No key\" (v text);";

    @Test
    void i6DatabasesOfOneServerAreNeverTakenForEachOther(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                ManyDatabases databases = new ManyDatabases(folder, source, destination)) {
            String hyphen = databases.create("-eu");
            String capitals = databases.create("Us");
            String odd = databases.create("o\"d'd *");
            databases.goesTo(capitals, " copy");
            TaskUnderTest task = databases.task().with(entries(source, destination, capitals, odd));
            int number = 0;
            for (String name : new String[] {hyphen, capitals, odd}) {
                number++;
                try (Sql sql = databases.atSource(name)) {
                    sql.execute(TABLE + "INSERT INTO t SELECT i, 'of " + number
                            + "' FROM generate_series(1, " + number + "000) i; INSERT INTO \"No key\" VALUES ('"
                            + number + "')");
                }
            }

            TaskUnderTest.Outcome checked = task.finish("precheck").requireCode(0);
            assertThat(checked.text())
                    .contains("CREATE DATABASE \"" + destination.name() + " copy\" TEMPLATE template0 ENCODING 'UTF8'");
            try (RunningProcess run = task.command("run").start()) {
                for (String name : new String[] {hyphen, capitals, odd}) {
                    run.awaitLine(" " + name + ": SYNCHRONIZING", TaskUnderTest.LIMIT);
                }
                change(databases, hyphen, capitals, odd);
                run.signal(Signal.KILL);
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            change(databases, odd, hyphen, capitals);

            task.finish("run", "--until", "caught-up").requireCode(0);
            databases.requireSame();
            assertThat(task.finish("compare").requireCode(0).text())
                    .contains("Database " + odd + ":", "Database " + hyphen + ":")
                    .doesNotContain("DIFFERENT");
            assertThat(task.finish("status", "--json").requireCode(0).stdout())
                    .hasSize(3)
                    .allMatch(line -> line.contains("\"state\":\"PAUSED\""))
                    .anyMatch(line -> line.endsWith("\"database\":\"" + hyphen + "\"}"));
            task.finish("clean").requireCode(0);
            databases.requireNothingLeft();
        }
    }

    @Test
    void placesAtTheSourceAreCountedForAllDatabasesTogether(@TempDir Path folder) throws Exception {
        try (PostgresServer server = PostgresServer.builder("17")
                        .logical()
                        .setting("max_replication_slots", "2")
                        .start();
                TestDatabase source = TestDatabase.create(server);
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                ManyDatabases databases = new ManyDatabases(folder, source, destination);
                Sql sql = source.sql()) {
            String one = databases.create("-one");
            String two = databases.create("-two");
            for (String name : new String[] {one, two}) {
                try (Sql at = databases.atSource(name)) {
                    at.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
                }
            }
            TaskUnderTest task = databases.task().with("databases: [\"" + source.name() + "-*\"]");
            sql.rows("SELECT pg_create_physical_replication_slot('taken')");

            TaskUnderTest.Outcome refused = task.finish("run").requireCode(3);
            assertThat(refused.stdout())
                    .filteredOn(line -> line.contains("2 databases of the task file have not started; each needs one."))
                    .hasSize(2);
            assertThat(refused.text()).contains("ALTER SYSTEM SET max_replication_slots = 4;");
            assertThat(sql.number("SELECT count(*) FROM pg_replication_slots")).isEqualTo(1);

            task.finish("run", "--until", "caught-up", "--database", one).requireCode(0);
            assertThat(task.finish("precheck").requireCode(3).text())
                    .contains("1 database of the task file has not started; it needs one.");
            sql.rows("SELECT pg_drop_replication_slot('taken')");
            task.finish("run", "--until", "caught-up").requireCode(0);
            databases.requireSame();
            task.finish("clean").requireCode(0);
        }
    }

    private static void change(ManyDatabases databases, String... names) {
        for (String name : names) {
            try (Sql sql = databases.atSource(name)) {
                sql.execute(
                        "UPDATE t SET v = v || '+' WHERE id % 7 = 0; DELETE FROM t WHERE id = (SELECT max(id) FROM t);"
                                + "UPDATE \"No key\" SET v = v || '" + name.length() + "'");
            }
        }
    }

    private static String entries(TestDatabase source, TestDatabase destination, String capitals, String odd) {
        return """
                databases:
                  - "%1$s-*"
                  - {database: "%2$s", to: "%3$s copy"}
                  - '"%4$s"'
                """.formatted(
                        source.name(),
                        capitals,
                        destination.name(),
                        odd.replace("\"", "\"\"").replace("'", "''"));
    }
}
