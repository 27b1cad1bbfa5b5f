package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A source that holds what the destination cannot, whose columns are narrower. */
class BadValueTest {

    private static final String WIDE = "CREATE TABLE t (id bigint PRIMARY KEY, n bigint, v text, doc text)";
    private static final String NARROW = "CREATE TABLE t (id int PRIMARY KEY, n int, v varchar(5), doc text)";

    /** Ids 3 and 5 have a text that is too long, 4 a number that is too large, 3000000000 a key. */
    private static final String ROWS = """
            ALTER TABLE t ALTER doc SET STORAGE EXTERNAL;
            INSERT INTO t SELECT n, n, 'v' || n, repeat('d', 3000) FROM generate_series(1, 2) AS n;
            INSERT INTO t VALUES (3, 3, 'much too long', 'd'), (4, 3000000000, 'v', 'd'), (5, 5, 'v too long', 'd'), (3000000000, 1, 'v', 'd')""";

    private static final String CHANGES = """
            UPDATE t SET n = 30 WHERE id = 3;
            UPDATE t SET n = 4 WHERE id = 4;
            UPDATE t SET n = 4000000000 WHERE id = 1;
            UPDATE t SET id = 6 WHERE id = 2;
            DELETE FROM t WHERE id = 3000000000;
            INSERT INTO t VALUES (7, 7, 'v', 'd'), (8, 8, 'also too long', 'd')""";

    @Test
    void rowsAreQuarantinedWhereverTheyCome(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute(WIDE + ";" + ROWS + "; CREATE TABLE other (id int PRIMARY KEY)");
            there.execute(NARROW + "; CREATE TABLE other (id int PRIMARY KEY)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .stages("[full, incremental]")
                    .with("onBadValue: quarantine");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(ids(there)).containsExactly("1", "2");
            assertThat(quarantined(there))
                    .isEqualTo(
                            "[[{3}, LOAD, 22001, v], [{3000000000}, LOAD, 22003, id], [{4}, LOAD, 22003, n], [{5}, LOAD, 22001, v]]");

            sql.execute(CHANGES);
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(ids(there)).containsExactly("4", "6", "7");
            assertThat(there.value("SELECT length(doc) FROM t WHERE id = 6")).isEqualTo("3000");
            assertThat(there.value("SELECT length(image ->> 'doc') FROM syncline.quarantine WHERE key = '{1}'"))
                    .isEqualTo("3000");
            assertThat(there.value("SELECT image ->> 'n' FROM syncline.quarantine WHERE key = '{3}'"))
                    .isEqualTo("30");
            assertThat(there.column("SELECT key[1] FROM syncline.quarantine ORDER BY 1"))
                    .containsExactly("1", "3", "5", "8");

            TaskUnderTest.Outcome status = task.finish("status").requireCode(0);
            assertThat(status.text())
                    .contains("4 rows of public.t are in quarantine", "column v was refused (SQLSTATE 22001)")
                    .doesNotContain("v too long");
            task.edited(text -> text.replace("public.*", "public.other"));
            assertThat(task.finish("apply", "--plan").requireCode(0).text())
                    .contains("its rows at the destination stay, those in quarantine (4) are forgotten");
            task.finish("clean").requireCode(0);
            assertThat(there.column("SELECT nspname FROM pg_namespace WHERE nspname = 'syncline'"))
                    .isEmpty();
        }
    }

    @Tag("slow")
    @Test
    void valuesAreSetToNull(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute(WIDE + ";" + ROWS + "; DELETE FROM t WHERE id > 100");
            there.execute(NARROW);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .stages("[full, incremental]")
                    .with("onBadValue: setNull");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.rows("SELECT id, n, v FROM t ORDER BY 1").toString())
                    .isEqualTo("[[1, 1, v1], [2, 2, v2], [3, 3, null], [4, null, v], [5, 5, null]]");

            sql.execute(CHANGES);
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.rows("SELECT id, n, v, length(doc) FROM t ORDER BY 1")
                            .toString())
                    .isEqualTo(
                            "[[1, null, v1, 3000], [3, 30, null, 1], [4, 4, v, 1], [5, 5, null, 1], [6, 2, v2, 3000], [7, 7, v, 1], [8, 8, null, 1]]");
            assertThat(task.finish("status").requireCode(0).text())
                    .contains("column n was refused (SQLSTATE 22003), NULL was written");
        }
    }

    /** A row that comes back from quarantine would be inserted. */
    @Tag("slow")
    @Test
    void theLoadStopsWhereInsertIsNotCarried(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute(WIDE + ";" + ROWS);
            there.execute(NARROW);
            assertThat(new TaskUnderTest(folder, source, destination)
                            .stages("[full, incremental]")
                            .with("onBadValue: quarantine\noperations: [update, delete]")
                            .finish("run", "--until", "caught-up")
                            .requireCode(4)
                            .text())
                    .contains("destination-bad-values", "without INSERT among the operations", "VALUE_REJECTED");
            assertThat(ids(there)).isEmpty();
        }
    }

    /** I2: whatever dies where, each row is at the destination or in quarantine. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource(names = {"CHUNK_PAGE_WRITTEN", "CHUNK_COMMITTED", "BATCH_APPLYING", "BATCH_COMMITTED"})
    void i2SurvivesAKillAt(Mark mark, @TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute(
                    WIDE
                            + "; INSERT INTO t SELECT i, CASE WHEN i % 20 = 7 THEN 3000000000 ELSE i END, 'v', repeat('d', 1500) FROM generate_series(1, 4000) AS i");
            there.execute(NARROW);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .stages("[full, incremental]")
                    .with("onBadValue: quarantine\ntuning: {chunkSize: 1MB, batchRows: 400}");
            boolean ofLoad = mark.name().startsWith("CHUNK");
            if (!ofLoad) {
                task.finish("run", "--until", "caught-up").requireCode(0);
                change(sql);
            }
            for (int n : List.of(2, 3)) {
                try (RunningProcess run =
                        task.command("run").crashAt(mark.name(), n).start()) {
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                }
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            if (ofLoad) {
                change(sql);
                task.finish("run", "--until", "caught-up").requireCode(0);
            }
            assertThat(
                            there.rows(
                                    "SELECT id, n FROM t UNION ALL SELECT (image ->> 'id')::int, (image ->> 'n')::bigint FROM syncline.quarantine ORDER BY 1"))
                    .isEqualTo(sql.rows("SELECT id, n FROM t ORDER BY 1"));
            assertThat(there.number("SELECT count(*) FROM syncline.quarantine"))
                    .isEqualTo(sql.number("SELECT count(*) FROM t WHERE n > 2147483647"))
                    .isPositive();
        }
    }

    private static void change(Sql sql) {
        for (int i = 0; i < 20; i++) {
            sql.update(
                    "UPDATE t SET n = CASE WHEN id % 50 = ? THEN 4000000000 ELSE id END WHERE id % 10 = ? % 10", i, i);
            sql.update("UPDATE t SET id = id + 50000 WHERE id % 1000 = ?", i);
            sql.update("DELETE FROM t WHERE id % 500 = ?", i);
        }
    }

    private static List<String> ids(Sql there) {
        return there.column("SELECT id::text FROM t ORDER BY id");
    }

    private static String quarantined(Sql there) {
        return there.rows("SELECT key, kind, state, column_name FROM syncline.quarantine ORDER BY key")
                .toString();
    }
}
