package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables with filters and computed columns, loaded and followed over kills: each is one SELECT over the source's. */
class ShapedTablesTest {

    private static final String SMALL =
            "tuning: {chunkSize: 1MB, loadWorkers: 2, batchRows: 50, batchSize: 1MB, queueSize: 4MB}";

    private static final String OBJECTS = """
            [{table: public.account, to: public.customer, filter: "open AND balance >= 0",
              compute: {email: "md5(email)", band: {type: int, value: "(balance / 100)::int"}, label: "owner || ' #' || id::text"}},
             {table: public.event, columns: [account, kind], filter: "kind <> 'noise' AND amount > 1"}]""";

    private static final String WANTED = """
            SELECT id, owner, md5(email), balance, open, note, (balance / 100)::int, owner || ' #' || id
              FROM account WHERE open AND balance >= 0 ORDER BY id""";

    private static final String WANTED_EVENTS =
            "SELECT account, kind FROM event WHERE kind <> 'noise' AND amount > 1 ORDER BY 1, 2";

    /** Rows with large notes that lie outside of the row, so that the log calls them unchanged. */
    private static final String TABLES = """
            CREATE TABLE account (id int PRIMARY KEY, owner text NOT NULL, email text, balance numeric(12, 2) NOT NULL,
                                  open boolean NOT NULL, note text);
            ALTER TABLE account ALTER note SET STORAGE EXTERNAL;
            CREATE TABLE event (account int, kind text, amount int);
            INSERT INTO account
            SELECT i, 'owner ' || i % 70, 'm' || i || '@example.org', (i * 37) % 5000 - 800, i % 3 > 0,
                   CASE WHEN i % 2 = 0 THEN repeat(md5(i::text), 100) END
              FROM generate_series(1, 2000) AS i;
            INSERT INTO event SELECT i % 40, CASE WHEN i % 4 = 0 THEN 'noise' ELSE 'kind ' || i % 5 END, i % 6
              FROM generate_series(1, 1000) AS i""";

    @Test
    void followsRowsThatEnterAndLeaveAFilter(@TempDir Path folder) throws Exception {
        follows("17", "17", folder);
    }

    @ParameterizedTest
    @CsvSource({"10, 12", "13, 18", "18, 15"})
    @Tag("slow")
    void followsRowsOfOtherVersions(String from, String to, @TempDir Path folder) throws Exception {
        follows(from, to, folder);
    }

    private static void follows(String from, String to, Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(from);
                TestDatabase destination = SharedPostgres.destinationDatabase(to);
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute(TABLES);
            TaskUnderTest task = shaped(folder, source, destination).with(SMALL);
            try (RunningProcess run =
                    task.command("run").crashAt("CHUNK_COMMITTED", 2).start()) {
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            change(sql, 1);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                change(sql, 2);
                task.finish("compare").requireCode(0);
                change(sql, 3);
                run.kill();
            }
            change(sql, 4);
            task.finish("run", "--until", "caught-up").requireCode(0);

            requireSame(sql, there);
            assertThat(sql.column("SELECT relreplident::text FROM pg_class WHERE relname IN ('account', 'event')"))
                    .containsOnly("f");
            task.finish("compare").requireCode(0);
            there.execute("UPDATE customer SET band = band + 1 WHERE id = (SELECT min(id) FROM customer)");
            assertThat(task.finish("compare").requireCode(5).text()).contains("band");
            task.finish("clean").requireCode(0);
            assertThat(sql.column("SELECT relreplident::text FROM pg_class WHERE relname IN ('account', 'event')"))
                    .containsOnly("d");
        }
    }

    private static void requireSame(Sql sql, Sql there) throws Exception {
        assertThat(there.rows("SELECT id, owner, email, balance, open, note, band, label FROM customer ORDER BY id"))
                .isEqualTo(sql.rows(WANTED));
        assertThat(there.rows("SELECT account, kind FROM event ORDER BY 1, 2")).isEqualTo(sql.rows(WANTED_EVENTS));
    }

    /** Each statement is a transaction, but for those in a block. Every second account has a large note (T8). */
    private static void change(Sql sql, int round) throws Exception {
        int from = 400 * (round - 1);
        sql.execute(
                "UPDATE account SET open = true WHERE NOT open AND id BETWEEN %d AND %d".formatted(from, from + 60));
        sql.execute(
                "UPDATE account SET open = false WHERE open AND id BETWEEN %d AND %d".formatted(from + 61, from + 120));
        sql.execute(
                "UPDATE account SET email = 'new' || id WHERE id BETWEEN %d AND %d".formatted(from + 121, from + 180));
        sql.execute("UPDATE account SET id = id + 10000 WHERE id BETWEEN %d AND %d".formatted(from + 181, from + 220));
        sql.execute("UPDATE account SET id = id + 20000, open = NOT open WHERE id BETWEEN %d AND %d"
                .formatted(from + 221, from + 260));
        sql.execute("DELETE FROM account WHERE id BETWEEN %d AND %d".formatted(from + 261, from + 280));
        sql.execute("""
                BEGIN;
                UPDATE account SET open = NOT open WHERE id BETWEEN %1$d AND %2$d;
                UPDATE account SET balance = balance + 900 WHERE id BETWEEN %1$d AND %2$d;
                UPDATE account SET open = NOT open, id = -id WHERE id BETWEEN %1$d AND %2$d;
                INSERT INTO account SELECT i, 'again', NULL, i, i %% 2 = 0, NULL FROM generate_series(%1$d, %2$d) AS i;
                UPDATE account SET id = id - 50000, note = 'short' WHERE id BETWEEN -%2$d AND -%1$d;
                COMMIT""".formatted(from + 281, from + 320));
        sql.execute("INSERT INTO event SELECT 7, 'equal', 3 FROM generate_series(1, 3)");
        sql.execute(
                "UPDATE event SET amount = 0 WHERE ctid IN (SELECT ctid FROM event WHERE kind = 'equal' AND amount = 3 LIMIT 2)");
        sql.execute("UPDATE event SET kind = 'noise' WHERE account = %d".formatted(round));
        sql.execute("UPDATE event SET kind = 'was noise' WHERE kind = 'noise' AND account = %d".formatted(round + 8));
        sql.execute("DELETE FROM event WHERE account = %d".formatted(round + 20));
    }

    @Test
    void refusesExpressionsThatHaveNoFixedValue(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql()) {
            sql.execute("CREATE TABLE t (id int PRIMARY KEY, at timestamptz, n int)");
            for (String filter : new String[] {
                "at > now()",
                "random() < 0.5",
                "n IN (SELECT 1)",
                "n",
                "missing = 1",
                "count(*) > 1",
                "at::date = 'today'"
            }) {
                TaskUnderTest.Outcome outcome = new TaskUnderTest(folder, source, destination)
                        .edited(text ->
                                text.replace("[\"public.*\"]", "[{table: public.t, filter: \"" + filter + "\"}]"))
                        .finish("precheck")
                        .requireCode(3);
                assertThat(outcome.failedItems()).as(filter).containsExactly("destination-expressions");
            }
        }
    }

    /** Whether the row was inside cannot be known: nothing is guessed. */
    @Test
    void t8StopsBeforeARowThatTheLogDoesNotCarryWhole(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 1), (2, -1)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .edited(text -> text.replace("[\"public.*\"]", "[{table: public.t, filter: \"n > 0\"}]"));
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(new TaskUnderTest(folder, source, destination)
                            .edited(text -> text.replace("[\"public.*\"]", "[{table: public.t, filter: \"n > 1\"}]"))
                            .finish("run", "--until", "caught-up")
                            .requireCode(2)
                            .text())
                    .contains("TASK_CHANGED", "filter was edited for public.t");
            sql.execute("ALTER TABLE t REPLICA IDENTITY DEFAULT").execute("UPDATE t SET n = 2 WHERE id = 2");

            TaskUnderTest.Outcome outcome =
                    task.finish("run", "--until", "caught-up").requireCode(4);

            assertThat(outcome.text()).contains("SOURCE_SETTINGS", "whole rows of public.t");
            assertThat(there.column("SELECT id::text FROM t")).containsExactly("1");
        }
    }

    private static TaskUnderTest shaped(Path folder, TestDatabase source, TestDatabase destination) {
        return new TaskUnderTest(folder, source, destination)
                .edited(text -> text.replace("[\"public.*\"]", OBJECTS.replace("\n", " ")));
    }
}
