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
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A task that follows tables which another tool has copied begins where that copy stands (startFrom, docs/design/start-from.md). */
@ExtendWith(Seeds.class)
class StartFromTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    private static final String TABLES =
            "CREATE TABLE a (id int PRIMARY KEY, v text); CREATE TABLE k (v text); ALTER TABLE k REPLICA IDENTITY FULL;";
    private static final String NOW =
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

    /** What was changed before the place is in the copy, what came later is not: strictly applied, each change fits once. */
    @ParameterizedTest
    @CsvSource({"10, pgoutput, slot", "18, pgoutput, position", "15, test_decoding, time", "18, pgoutput, time"})
    void beginsWhereTheCopyStands(String version, String plugin, String kind, @TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(TABLES);
            there.execute(TABLES);
            String slot = "kept_" + source.name();
            at.execute("CREATE PUBLICATION kept FOR TABLE a, k");
            at.value("SELECT pg_create_logical_replication_slot('" + slot + "', '" + plugin + "')");
            String copied =
                    "INSERT INTO a SELECT g, 'copied' FROM generate_series(1, 100) g; INSERT INTO k VALUES ('x'), ('x')";
            if (!kind.equals("slot")) {
                at.execute(copied);
            }
            String start = switch (kind) {
                case "slot" -> "slot";
                case "position" -> at.value("SELECT pg_current_wal_insert_lsn()");
                default -> at.value(NOW);
            };
            if (!kind.equals("slot")) {
                there.execute(copied);
            }
            at.execute("INSERT INTO a VALUES (1000, 'later'); UPDATE a SET v = 'changed' WHERE id % 7 = 0;"
                    + "DELETE FROM a WHERE id % 11 = 0; INSERT INTO k VALUES ('x'); DELETE FROM k WHERE v = 'y'");
            TaskUnderTest task = task(folder, source, destination, slot, plugin.equals("pgoutput"), start);
            assertThat(task.finish("precheck").requireCode(0).text()).contains("source-start");
            try (RunningProcess run =
                    task.command("run").crashAt(Mark.BATCH_APPLYING.name(), 1).start()) {
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.rows("SELECT * FROM a ORDER BY id")).isEqualTo(at.rows("SELECT * FROM a ORDER BY id"));
            assertThat(there.rows("SELECT * FROM k")).isEqualTo(at.rows("SELECT * FROM k"));
            task.finish("clean");
            at.value("SELECT pg_drop_replication_slot('" + slot + "')");
        }
    }

    /** Where the log does not hold every change since, the task does not start: a server would begin later, without a word (T17). */
    @Test
    void t17DoesNotStartWhereTheLogDoesNotReachBack(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("18");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(TABLES);
            there.execute(TABLES);
            String early = at.value("SELECT pg_current_wal_insert_lsn()");
            String before = at.value(NOW);
            String slot = "late_" + source.name();
            at.value("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            at.execute("CREATE PUBLICATION kept FOR TABLE a");
            refused(task(folder, source, destination, slot, true, "slot"), "the publication was made or altered since");
            at.value("SELECT pg_drop_replication_slot('" + slot + "')");
            at.value("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            at.execute("ALTER PUBLICATION kept ADD TABLE k");
            refused(task(folder, source, destination, slot, true, "slot"), "k was added since");
            at.value("SELECT pg_drop_replication_slot('" + slot + "')");
            at.value("SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            refused(task(folder, source, destination, slot, true, early), "the slot has let go of its log up to");
            refused(task(folder, source, destination, slot, false, "slot"), "names no publication");

            at.execute("INSERT INTO a VALUES (1, 'later')");
            TaskUnderTest since = task(folder, source, destination, slot, true, before);
            assertThat(since.finish("run", "--until", "caught-up")
                            .requireCode(4)
                            .text())
                    .contains("SOURCE_GAP", "nobody can tell whether all later ones are in it");
            assertThat(there.value("SELECT count(*) FROM a")).isEqualTo("0");
            there.execute("INSERT INTO a VALUES (77, 'another')");
            TaskUnderTest edited = new TaskUnderTest(folder, source, destination)
                    .stages("[incremental]")
                    .with("startFrom: compare");
            assertThat(edited.finish("run", "--until", "caught-up")
                            .requireCode(2)
                            .text())
                    .as("the file got its word after the precheck")
                    .contains("--confirm-clear");
            assertThat(there.column("SELECT id FROM a")).containsExactly("77");
            there.execute("DELETE FROM a");
            TaskUnderTest beyond = task(folder, source, destination, slot, true, "FFFFFFFF/0");
            assertThat(beyond.finish("run", "--until", "caught-up")
                            .requireCode(4)
                            .text())
                    .contains("SOURCE_GAP", "FFFFFFFF/0");
            TaskUnderTest right = task(folder, source, destination, slot, true, "slot");
            right.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value("SELECT count(*) FROM a")).isEqualTo("1");
            right.finish("clean");
            at.value("SELECT pg_drop_replication_slot('" + slot + "')");
        }
    }

    private static void refused(TaskUnderTest task, String why) {
        TaskUnderTest.Outcome outcome =
                task.finish("run", "--until", "caught-up").requireCode(3);
        assertThat(outcome.failedItems()).contains("source-start");
        assertThat(outcome.text()).contains(why);
    }

    /** A copy of nobody knows when is made right before it is followed, with writers going on and a run that dies over it. */
    @Test
    void adoptsACopyAfterComparingIt(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            new TaskUnderTest(folder, source, destination)
                    .stages("[schema, full]")
                    .name("copies")
                    .finish("run")
                    .requireCode(0);
            there.execute(
                    "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid % 1000 = 1;"
                            + "DELETE FROM pgbench_accounts WHERE aid % 1000 = 2; INSERT INTO pgbench_accounts SELECT 9000000 + g, 1, 0, '' FROM generate_series(1, 50) g");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .stages("[incremental]")
                    .with("startFrom: compare");
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(2)
                    .rate(100)
                    .mix(TpcbMix.VARIED)
                    .start()) {
                writer.awaitCommits(50, TaskUnderTest.LIMIT);
                assertThat(task.finish("run", "--until", "caught-up")
                                .requireCode(2)
                                .text())
                        .contains(
                                "startFrom: compare would write and delete rows",
                                "--confirm-clear " + destination.name());
                try (RunningProcess run = task.command("run", "--confirm-clear", destination.name())
                        .crashAt(Mark.ROWS_HEALED.name(), 2)
                        .start()) {
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                            .as(String.join("\n", run.stderr()))
                            .isEqualTo(CrashHarness.KILLED);
                }
                writer.awaitCommits(50, TaskUnderTest.LIMIT);
                task.finish("run", "--until", "caught-up").requireCode(0);
                writer.awaitCommits(50, TaskUnderTest.LIMIT);
                writer.stop();
            }
            task.requireSameAfterCatchingUp();
            assertThat(at.number("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                    .isEqualTo(1);
            task.finish("clean").requireCode(0);
        }
    }

    private static TaskUnderTest task(
            Path folder,
            TestDatabase source,
            TestDatabase destination,
            String slot,
            boolean publication,
            String start) {
        UnaryOperator<String> named = text -> text.replaceFirst(
                "(source: .*)\\}", "$1, slot: " + slot + (publication ? ", publication: kept" : "") + "}");
        return new TaskUnderTest(folder, source, destination)
                .stages("[incremental]")
                .with("startFrom: \"" + start + "\"")
                .edited(named);
    }
}
