package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table is loaded anew while the stream of the others goes on, and follows with them from there (docs/design/joining.md). */
@ExtendWith(Seeds.class)
class ResyncTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    /**
     * A transaction that began before the table joins writes it and commits while it joins: the joining waits for it, the others do not. Tables with and without a key, one of
     * which is another at the source by now, and one that was dropped there, which cannot come back and harms no other.
     */
    @Test
    void t6ATransactionThatWasOpenWhenTheTableJoinsIsNotLost(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql at = source.sql();
                Sql open = source.sql();
                Sql there = destination.sql()) {
            at.execute(
                    "CREATE TABLE a (id int PRIMARY KEY, v text UNIQUE); INSERT INTO a SELECT g, 'a' || g FROM generate_series(1, 1000) g;"
                            + "CREATE TABLE k (v text); INSERT INTO k SELECT 'k' || g % 7 FROM generate_series(1, 100) g;"
                            + "CREATE TABLE other (id int PRIMARY KEY); CREATE TABLE gone (id int PRIMARY KEY)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                for (String table : new String[] {"a", "gone"}) {
                    task.finish("control", "suspend", "public." + table).requireCode(0);
                }
                at.execute("DELETE FROM a WHERE id % 3 = 0; UPDATE a SET v = v || 'x' WHERE id % 3 = 1;"
                        + "INSERT INTO k VALUES ('late'); DROP TABLE gone");
                open.execute("BEGIN; INSERT INTO a VALUES (5000, 'open'); DELETE FROM k WHERE v = 'k1'");

                task.finish("control", "resync", "public.a").requireCode(0);
                task.finish("control", "resync", "public.k").requireCode(0);
                at.execute("INSERT INTO other VALUES (1)");
                others(run, there, "1");
                assertThat(task.finish("status").text()).contains("public.a since", "loaded anew");
                // Before the slot, which waits for the transaction: what begins from here on is published.
                at.await("SELECT count(*) FROM pg_publication_tables WHERE tablename IN ('a', 'k')", "2", SOON);
                open.execute("INSERT INTO k VALUES ('open'); COMMIT");

                run.awaitLine("Carried again", SOON);
                at.execute(
                        "INSERT INTO a VALUES (6000, 'after'); INSERT INTO k VALUES ('after'); INSERT INTO other VALUES (2)");
                others(run, there, "2");
                assertThat(there.value("SELECT count(*) FROM a WHERE id >= 5000"))
                        .isEqualTo("2");
                assertThat(at.column("SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"))
                        .hasSize(1);
                task.finish("control", "resync", "public.gone").requireCode(0);
                run.awaitLine("could not be loaded anew: SOURCE_SCHEMA_CHANGED", SOON);
                at.execute("INSERT INTO other VALUES (3)");
                others(run, there, "3");
                run.kill();
            }
            there.execute("DROP TABLE gone");
            task.requireSameAfterCatchingUp();
            task.finish("clean").requireCode(0);
        }
    }

    /** The stream of a table that does not join goes on. */
    private static void others(RunningProcess run, Sql there, String rows) {
        try {
            there.await("SELECT count(*) FROM other", rows, SOON);
        } catch (AssertionError e) {
            throw new AssertionError(String.join("\n", run.stdout()) + "\n" + String.join("\n", run.stderr()), e);
        }
    }

    /** Until all rows are there, readers of the destination see those of before, also when a run dies over it; then the new ones, all at once. */
    @Test
    void readersSeeTheFormerRowsUntilAllOthersAreThere(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(
                    "CREATE TABLE a (id int PRIMARY KEY, v text); INSERT INTO a SELECT g, repeat('a', 500) || g FROM generate_series(1, 9000) g;"
                            + "CREATE TABLE other (id int PRIMARY KEY)");
            TaskUnderTest task =
                    new TaskUnderTest(folder, source, destination).with("tuning: {chunkSize: 1MB, loadWorkers: 1}");
            task.finish("run", "--until", "caught-up").requireCode(0);
            there.execute("CREATE VIEW seen AS SELECT count(*) AS n, count(*) FILTER (WHERE v = 'new') AS new FROM a");
            at.execute("UPDATE a SET v = 'new' WHERE id % 3 = 0; DELETE FROM a WHERE id % 3 = 1");
            task.finish("control", "resync", "public.a").requireCode(0);
            try (RunningProcess run =
                    task.command("run").crashAt(Mark.CHUNK_COMMITTED.name(), 2).start()) {
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
            }
            assertThat(there.rows("SELECT * FROM seen")).containsExactly(List.of("9000", "0"));
            try (RunningProcess run =
                    task.command("run").holdAt(Mark.CHUNK_COMMITTED.name(), 2).start()) {
                run.awaitMark(Mark.CHUNK_COMMITTED.name(), TaskUnderTest.LIMIT);
                at.execute("INSERT INTO other VALUES (1)");
                others(run, there, "1");
                assertThat(there.rows("SELECT * FROM seen")).containsExactly(List.of("9000", "0"));
                run.goOn();
                run.awaitLine("Carried again", SOON);
                assertThat(there.rows("SELECT * FROM seen")).containsExactly(List.of("6000", "3000"));
                run.kill();
            }
            assertThat(there.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'shadow%'"))
                    .isEqualTo("0");
            task.requireSameAfterCatchingUp();
        }
    }

    /** What goes wrong with one table leaves it suspended with its cause; once that is mended it joins. */
    @Tag("slow")
    @Test
    void aTableThatCannotBeLoadedStaysSuspendedAndTheOthersGoOn(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE a (id int PRIMARY KEY, v numeric(10,2)); INSERT INTO a VALUES (1, 1);"
                    + "CREATE TABLE other (id int PRIMARY KEY)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                task.finish("control", "suspend", "public.a").requireCode(0);
                at.execute("ALTER TABLE a ALTER v TYPE numeric(10,4); INSERT INTO a VALUES (2, 2.2345)");
                task.finish("control", "resync", "public.a").requireCode(0);
                run.awaitLine("could not be loaded anew: DESTINATION_SCHEMA", SOON);
                at.execute("INSERT INTO other VALUES (1)");
                others(run, there, "1");
                assertThat(task.finish("status").text()).contains("public.a since", "numeric(10,4)");
                assertThat(there.column("SELECT v FROM a"))
                        .as("nobody touched it")
                        .containsExactly("1.00");

                there.execute("ALTER TABLE a ALTER v TYPE numeric(10,4)");
                task.finish("control", "resync", "public.a").requireCode(0);
                run.awaitLine("Carried again", SOON);
                at.execute("UPDATE a SET v = 2.0001 WHERE id = 1");
                there.await("SELECT v FROM a WHERE id = 1", "2.0001", SOON);
                run.kill();
            }
            task.requireSameAfterCatchingUp();
        }
    }

    /** The process dies at each step of the joining while writers go on; another run ends it. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource(
            names = {
                "SLOT_CREATED",
                "JOINING_BEGUN",
                "CHUNK_PAGE_WRITTEN",
                "CHUNK_COMMITTED",
                "TABLE_LOADED",
                "JOINING_LOADED",
                "JOINING_LEVEL",
                "JOINED"
            })
    void survivesAKillAt(Mark mark, @TempDir Path folder, Seed seed) throws Exception {
        killedAt(mark, folder, seed);
    }

    private static void killedAt(Mark mark, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql there = destination.sql()) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(2)
                    .rate(100)
                    .mix(TpcbMix.VARIED)
                    .start()) {
                for (String table : there.column(
                        "SELECT source_schema || '.' || source_table FROM syncline.table_load WHERE source_table ~ 'accounts|history'")) {
                    task.finish("control", "resync", table).requireCode(0);
                }
                try (RunningProcess run =
                        task.command("run").crashAt(mark.name(), 1).start()) {
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                            .as(String.join("\n", run.stderr()))
                            .isEqualTo(CrashHarness.KILLED);
                }
                writer.awaitCommits(50, SOON);
                task.finish("run", "--until", "caught-up").requireCode(0);
                writer.awaitCommits(50, SOON);
                writer.stop();
            }
            assertThat(there.value("SELECT count(*) FROM syncline.suspended")).isEqualTo("0");
            task.requireSameAfterCatchingUp();
            task.finish("clean").requireCode(0);
            try (Sql at = source.sql()) {
                assertThat(at.column("SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"))
                        .isEmpty();
            }
        }
    }
}
