package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.RunningProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that the source alters while their rows are followed: what came before lands in the old shape, what came after in the new. */
class AlterationTest {

    private static final String TABLE = """
            CREATE TABLE t (id int PRIMARY KEY, a int, "B c" varchar(5) NOT NULL DEFAULT 'b', gone text, doc text);
            CREATE TABLE keyless (v int, w text);
            INSERT INTO t SELECT g, g, 'b' || g, 'gone', repeat('d', 3000) FROM generate_series(1, 50) g;
            INSERT INTO keyless SELECT g % 3, 'w' FROM generate_series(1, 9) g""";

    /** Rows before, between and after in one transaction; then several that the catalog is past when the first is read. */
    private static final String HISTORY = """
            BEGIN;
            UPDATE t SET a = -id WHERE id <= 10;
            INSERT INTO t VALUES (100, 1, 'x', 'y', 'z');
            ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7, ADD COLUMN at timestamptz DEFAULT now(), ADD COLUMN later text;
            UPDATE t SET n = id, later = 'l' WHERE id <= 5;
            DELETE FROM t WHERE id = 6;
            ALTER TABLE t RENAME COLUMN a TO "A's";
            ALTER TABLE t DROP COLUMN gone;
            UPDATE t SET "A's" = 1000, id = id + 1000 WHERE id = 7;
            INSERT INTO t VALUES (101, 2, 'y', 'z');
            COMMIT;
            ALTER TABLE t ALTER COLUMN "B c" TYPE text;
            INSERT INTO t ("A's", id, "B c") VALUES (3, 102, 'longer than five');
            BEGIN; ALTER TABLE t DROP COLUMN later; SAVEPOINT s; ALTER TABLE t DROP COLUMN doc; ROLLBACK TO s;
            UPDATE t SET n = n + 1 WHERE id BETWEEN 20 AND 30; COMMIT;
            ALTER TABLE t ALTER COLUMN "B c" DROP NOT NULL, ALTER COLUMN "B c" SET DEFAULT 'other', ALTER COLUMN n DROP DEFAULT;
            INSERT INTO t (id, n, "B c") VALUES (103, 1, NULL);
            ALTER TABLE t RENAME COLUMN "A's" TO later;
            ALTER TABLE t ALTER COLUMN doc SET STATISTICS 10, ADD COLUMN tags text[] DEFAULT '{"a,b",NULL}';
            INSERT INTO t (id, n, doc) VALUES (104, 1, 'd');
            ALTER TABLE keyless ADD COLUMN x numeric DEFAULT 1.50;
            UPDATE keyless SET x = 2 WHERE v = 1; DELETE FROM keyless WHERE v = 2;
            DELETE FROM t WHERE id BETWEEN 40 AND 45""";

    @Test
    void t10ColumnsAreFollowedByTheirNumbers(@TempDir Path folder) throws Exception {
        columnsAreFollowed("18", "18", folder);
    }

    @Test
    @Tag("slow")
    void t10ColumnsAreFollowedIntoAnOlderDestination(@TempDir Path folder) throws Exception {
        columnsAreFollowed("15", "12", folder);
    }

    private static void columnsAreFollowed(String from, String to, Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, from, to, TABLE).synchronize()) {
            altered.each(HISTORY);
            altered.requireSame();

            TaskUnderTest task = altered.task();
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                altered.sql()
                        .execute(
                                "ALTER TABLE t ADD COLUMN live int DEFAULT 3; INSERT INTO t (id, n, live) VALUES (200, 1, 4)");
                altered.there().await("SELECT count(*) FROM t WHERE id = 200", "1", TaskUnderTest.LIMIT);
                run.kill();
            }
            altered.requireSame();
            task.finish("clean").requireCode(0);
            assertThat(altered.sql().value("SELECT count(*) FROM pg_event_trigger"))
                    .isEqualTo("0");
            assertThat(altered.sql().value("SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline'"))
                    .isEqualTo("0");
        }
    }

    /** The barrier, its rows and the position commit together: dead before the commit, nothing of them is there; dead after it, all. */
    @Test
    void t10ADeathAtABarrierLosesAndDoublesNothing(@TempDir Path folder) throws Exception {
        diesAtABarrier(8, folder);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    @Tag("slow")
    void t10ADeathAtAnyBarrierLosesAndDoublesNothing(int n, @TempDir Path folder) throws Exception {
        diesAtABarrier(n, folder);
    }

    private static void diesAtABarrier(int n, Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "15", TABLE)) {
            altered.task().with("tuning: {batchRows: 4}");
            altered.synchronize().each(HISTORY);
            altered.die(Mark.ALTERED, n);
            altered.die(Mark.BATCH_COMMITTED, n);
            altered.requireSame();
        }
    }

    @Test
    void t10WhatTheLogDoesNotTellStopsTheTask(@TempDir Path folder) throws Exception {
        stops("ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a + 1) STORED", folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS IDENTITY",
                "ALTER TABLE t ADD COLUMN r float8 DEFAULT random(), ADD COLUMN c text COLLATE \"C\"",
                "ALTER TABLE t SET SCHEMA other",
                "ALTER TABLE t DROP CONSTRAINT t_pkey",
                "DROP TABLE t"
            })
    @Tag("slow")
    void t10AnythingThatTheLogDoesNotTellStopsTheTask(String ddl, @TempDir Path folder) throws Exception {
        stops(ddl, folder);
    }

    /** What no message carries stops the task at its place. */
    private static void stops(String ddl, Path folder) throws Exception {
        try (AlteredSource altered =
                new AlteredSource(folder, "17", "17", TABLE + "; CREATE SCHEMA other").synchronize()) {
            altered.each(ddl);
            // A table that is gone before the start is missed in the publication first.
            assertThat(altered.stopped()).containsPattern("SOURCE_SCHEMA_CHANGED|SOURCE_GAP");
            assertThat(altered.there().value("SELECT sum(a) FROM t WHERE id <= 50"))
                    .isEqualTo("1275");
        }
    }

    @Test
    @Tag("slow")
    void theTaskFileSaysWhatIsFollowed(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "17", TABLE)) {
            altered.task().with("ddl: {dropColumn: stop}");
            altered.synchronize().each("ALTER TABLE t ADD COLUMN n int; ALTER TABLE t DROP COLUMN gone");
            assertThat(altered.stopped()).contains("SOURCE_SCHEMA_CHANGED", "column gone is gone", "dropColumn: stop");
            altered.task().with("ddl: apply");
            altered.requireSame();
        }
    }

    /** T31: before the task reads the first alteration, the catalog is past the second. */
    @Test
    @Tag("slow")
    void t31TheCatalogMayBePastALaterAlteration(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "17", TABLE).synchronize()) {
            altered.each(
                    "ALTER TABLE t RENAME COLUMN a TO x; UPDATE t SET x = 5 WHERE id = 5; ALTER TABLE t RENAME COLUMN gone TO a;"
                            + " UPDATE t SET a = 'six' WHERE id = 6; ALTER TABLE t DROP COLUMN x; UPDATE t SET a = 'seven' WHERE id = 7;"
                            + " ALTER TABLE t ADD COLUMN x int; UPDATE t SET x = 8 WHERE id = 8");
            altered.requireSame();
            assertThat(
                            altered.there()
                                    .value(
                                            "SELECT string_agg(a || coalesce(x, 0), ',' ORDER BY id) FROM t WHERE id BETWEEN 5 AND 8"))
                    .isEqualTo("gone0,six0,seven0,gone8");
        }
    }
}
