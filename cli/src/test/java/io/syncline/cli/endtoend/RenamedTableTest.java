package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T10: a table is the same under whatever name, and another one under the same name is not. */
class RenamedTableTest {

    private static final String TABLES = """
            CREATE TABLE t (id int PRIMARY KEY, a int, doc text);
            CREATE TABLE t_new (id int PRIMARY KEY, b text, a bigint, u text UNIQUE);
            CREATE TABLE keyless (v int, w text);
            CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
            CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (100);
            CREATE TABLE p_2 PARTITION OF p DEFAULT;
            CREATE SCHEMA other;
            INSERT INTO t SELECT g, g, repeat('d', 3000) FROM generate_series(1, 50) g;
            INSERT INTO t_new SELECT g, 'b' || g, g, 'u' || g FROM generate_series(1, 40) g;
            INSERT INTO keyless SELECT g % 3, 'w' FROM generate_series(1, 9) g;
            INSERT INTO p SELECT g, 'p' FROM generate_series(90, 110) g""";

    private static final String HISTORY = """
            UPDATE t SET a = -id WHERE id <= 10;
            BEGIN;
            UPDATE t SET a = 1000 WHERE id = 11;
            ALTER TABLE t RENAME TO t_old; ALTER TABLE t_new RENAME TO t;
            INSERT INTO t VALUES (900, 'swapped', 5, 'x');
            UPDATE t_old SET a = 2000, id = id + 500 WHERE id = 12;
            ALTER TABLE t_old ADD COLUMN late int DEFAULT 4;
            COMMIT;
            DELETE FROM t WHERE id = 3; DELETE FROM t_old WHERE id = 3;
            BEGIN;
            ALTER TABLE t RENAME TO tmp; ALTER TABLE t_old RENAME TO t; ALTER TABLE tmp RENAME TO t_old;
            UPDATE t SET a = 3000 WHERE id = 13; UPDATE t_old SET b = 'back' WHERE id = 4;
            COMMIT;
            BEGIN; SAVEPOINT s; ALTER TABLE t RENAME TO never; ROLLBACK TO s; UPDATE t SET a = 1 WHERE id = 14; COMMIT;
            ALTER TABLE keyless SET SCHEMA other;
            INSERT INTO other.keyless VALUES (7, 'moved'); DELETE FROM other.keyless WHERE v = 2;
            ALTER TABLE p_1 RENAME TO p_one; ALTER TABLE p_2 SET SCHEMA other; UPDATE p SET v = 'leaf' WHERE id > 105;
            UPDATE p SET id = id + 20 WHERE id = 95;
            ALTER TABLE p RENAME TO q; UPDATE q SET v = 'root' WHERE id < 95;
            ALTER SCHEMA other RENAME TO another;
            UPDATE another.keyless SET w = 'z' WHERE v = 1;
            ALTER TABLE another.keyless ADD COLUMN x int DEFAULT 3; INSERT INTO another.keyless VALUES (8, 'last', 9);
            ALTER TABLE t RENAME COLUMN a TO b; UPDATE t SET b = 0 WHERE id = 15""";

    private static AlteredSource tables(Path folder) {
        AlteredSource altered = new AlteredSource(folder, "17", "17", TABLES);
        altered.task().edited(text -> text.replace("[\"public.*\"]", "[\"public.*\", \"other.*\", \"another.*\"]"));
        return altered;
    }

    /** All of it is in the log, and the catalog past it, when the task starts again. */
    @Test
    void t10NamesAreFollowed(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder).synchronize()) {
            altered.each(HISTORY);
            altered.requireSame();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALTERED", "BATCH_COMMITTED"})
    @Tag("slow")
    void t10ADeathAtAChangeOfNamesLosesAndDoublesNothing(Mark mark, @TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder)) {
            altered.task().with("tuning: {batchRows: 2}");
            altered.synchronize().each(HISTORY);
            for (int n : new int[] {1, 3, 2, 4, 1, 2}) {
                altered.die(mark, n);
            }
            altered.requireSame();
        }
    }

    /** Writers know the name only, and write on through each swap. */
    @Test
    void t10TablesAreSwappedUnderAWriter(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder)) {
            try (RunningProcess run = altered.task().command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                try (Writer writer = new Writer(altered)) {
                    for (int swap = 0; swap < 6; swap++) {
                        altered.sql()
                                .execute(
                                        "BEGIN; LOCK t, t_new; ALTER TABLE t RENAME TO tmp; ALTER TABLE t_new RENAME TO t; ALTER TABLE tmp RENAME TO t_new; COMMIT");
                        writer.awaitMore(20);
                    }
                }
                run.kill();
            }
            altered.requireSame();
        }
    }

    /** The rows get values that no log tells, and the table has another name by the time that it is loaded anew. */
    @Test
    @Tag("slow")
    void t10ATableIsLoadedAnewUnderItsNewName(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder).synchronize()) {
            altered.each(
                    "BEGIN; ALTER TABLE t RENAME TO u; ALTER TABLE u ADD COLUMN r float8 DEFAULT random();"
                            + " UPDATE u SET a = 5 WHERE id = 5; COMMIT; DELETE FROM u WHERE id = 6; ALTER TABLE t_new RENAME TO t;"
                            + " UPDATE t SET b = 'n' WHERE id = 7; ALTER TABLE u RENAME TO v; INSERT INTO v VALUES (99, 1, 'd', 0.5)");
            altered.requireSame();
        }
    }

    @Test
    @Tag("slow")
    void t10AnotherTableUnderAChosenNameStopsTheTask(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "17", TABLES)) {
            altered.task().with("ddl: {createTable: stop}");
            altered.task().edited(text -> text.replace("[\"public.*\"]", "[public.t, public.t_old]"));
            altered.sql().execute("CREATE TABLE t_old (id int PRIMARY KEY)");
            altered.synchronize();
            altered.each(
                    "DROP TABLE t_new; CREATE TABLE t_new (id int PRIMARY KEY, a int); INSERT INTO t_new VALUES (1, 1);"
                            + " UPDATE t SET a = 7 WHERE id = 7; ALTER TABLE t_old RENAME TO t_older");
            assertThat(altered.stopped())
                    .contains("SOURCE_SCHEMA_CHANGED", "public.t_old", "public.t_older", "objects");
            altered.task().edited(text -> text.replace("[\"public.*\"]", "[public.t, public.t_old, public.t_older]"));
            altered.synchronize();
            assertThat(altered.there().value("SELECT count(*) FROM t_older")).isEqualTo("0");

            altered.each(
                    "BEGIN; UPDATE t SET a = 800 WHERE id = 8; ALTER TABLE t RENAME TO t_old; ALTER TABLE t_new RENAME TO t;"
                            + " INSERT INTO t VALUES (2, 2); COMMIT; UPDATE t_old SET a = 9 WHERE id = 9");
            assertThat(altered.stopped()).contains("SOURCE_SCHEMA_CHANGED", "public.t ", "does not carry");
            assertThat(altered.there().value("SELECT a FROM t WHERE id = 8"))
                    .as("nothing of the transaction is applied")
                    .isEqualTo("8");

            altered.task().with("ddl: {createTable: ignore}");
            altered.synchronize();
            assertThat(altered.there().value("SELECT count(*) FROM t_old WHERE a = id"))
                    .isEqualTo("49");
        }
    }

    /** What is made, and what takes a chosen name in a swap, joins while the task runs. */
    @Test
    @Tag("slow")
    void aTableThatTakesAChosenNameJoinsTheTask(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "17", TABLES)) {
            altered.task().edited(text -> text.replace("[\"public.*\"]", "[\"public.t*\"]"));
            try (RunningProcess run = altered.task().command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                altered.each(
                        "CREATE TABLE tt AS SELECT g AS id, 'made' AS v FROM generate_series(1, 30) g; DELETE FROM tt WHERE id = 3;"
                                + " CREATE TABLE other.u (id int PRIMARY KEY, a int); INSERT INTO other.u SELECT g, g FROM generate_series(1, 20) g;"
                                + " BEGIN; ALTER TABLE t RENAME TO t_old; ALTER TABLE other.u SET SCHEMA public; ALTER TABLE u RENAME TO t; UPDATE t SET a = -1 WHERE id = 1;"
                                + " UPDATE t_old SET a = -2 WHERE id = 2; COMMIT");
                altered.there()
                        .await(
                                "SELECT to_regclass('public.tt') IS NOT NULL AND to_regclass('public.t_old') IS NOT NULL AND to_regclass('public.t') IS NOT NULL",
                                "t",
                                TaskUnderTest.LIMIT);
                altered.each("INSERT INTO t VALUES (100, 100); INSERT INTO tt VALUES (100, 'live')");
                altered.there().await("SELECT count(*) FROM t WHERE id = 100", "1", TaskUnderTest.LIMIT);
                altered.there().await("SELECT count(*) FROM tt WHERE id = 100", "1", TaskUnderTest.LIMIT);
                run.kill();
            }
            altered.synchronize();
            for (String table : new String[] {"t", "t_old", "tt"}) {
                String rows = "SELECT * FROM " + table + " ORDER BY id";
                assertThat(altered.there().rows(rows))
                        .as(table)
                        .isEqualTo(altered.sql().rows(rows));
            }
        }
    }

    /** A client that changes whatever table has the name at the moment. */
    private static final class Writer implements AutoCloseable {

        private final AtomicLong commits = new AtomicLong();
        private final AtomicBoolean stopping = new AtomicBoolean();
        private final Thread thread;

        Writer(AlteredSource altered) {
            thread = Thread.ofVirtual().start(() -> {
                try (Sql sql = altered.task().source().sql()) {
                    for (int n = 1; !stopping.get(); n++) {
                        sql.execute("INSERT INTO t (id, a) VALUES (" + (1000 + n)
                                + ", 0) ON CONFLICT DO NOTHING; UPDATE t SET a = a + 1 WHERE id % 7 = " + n % 7
                                + "; DELETE FROM t WHERE id = " + (990 + n));
                        commits.incrementAndGet();
                    }
                }
            });
        }

        void awaitMore(long number) {
            long target = commits.get() + number;
            Await.until("the writer goes on", TaskUnderTest.LIMIT, () -> commits.get() >= target || !thread.isAlive());
            assertThat(thread.isAlive()).isTrue();
        }

        @Override
        public void close() throws InterruptedException {
            stopping.set(true);
            thread.join();
        }
    }
}
