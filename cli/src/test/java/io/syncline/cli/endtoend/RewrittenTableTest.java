package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.RunningProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Alterations that give rows values which no log tells: the table is loaded anew, and nothing before or after is lost or doubled. */
class RewrittenTableTest {

    private static final String TABLES = """
            CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, u text UNIQUE);
            CREATE TABLE keyless (v int, w text);
            CREATE TABLE other (id int PRIMARY KEY, v text);
            INSERT INTO t SELECT g, g, 'u' || g FROM generate_series(1, 500) g;
            INSERT INTO keyless SELECT g % 3, 'w' FROM generate_series(1, 9) g;
            INSERT INTO other SELECT g, 'o' FROM generate_series(1, 9) g""";

    /** Rows around the barrier in its transaction; then several alterations that the catalog is past when the first is read. */
    private static final String HISTORY = """
            UPDATE t SET a = -id WHERE id <= 10;
            BEGIN;
            UPDATE t SET u = 'before' WHERE id = 1;
            DELETE FROM t WHERE id = 2;
            UPDATE other SET v = 'same transaction' WHERE id = 1;
            ALTER TABLE t ADD COLUMN r float8 NOT NULL DEFAULT random(), ADD COLUMN s serial;
            UPDATE t SET r = 0 WHERE id = 3;
            INSERT INTO t (id, a) VALUES (1000, 5);
            COMMIT;
            DELETE FROM t WHERE id = 4;
            ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE text USING 'a' || a;
            UPDATE t SET u = 'u6' WHERE id = 6000; DELETE FROM other WHERE id = 2;
            ALTER TABLE t ADD COLUMN plain int; ALTER TABLE t DROP COLUMN r; ALTER TABLE t RENAME COLUMN s TO "S";
            ALTER TABLE t ALTER id TYPE bigint;
            UPDATE t SET id = id + 5000000000 WHERE id = 7;
            ALTER TABLE keyless ALTER v TYPE int USING v * 100;
            DELETE FROM keyless WHERE v = 200; UPDATE keyless SET w = 'z' WHERE v = 100;
            INSERT INTO other VALUES (100, 'last')""";

    /** All of it is in the log, and the catalog past it, when the task starts again. */
    @Test
    void t10RowsOfUnknownValuesAreLoadedAnew(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "15", TABLES).synchronize()) {
            altered.each(HISTORY);
            altered.requireSame();
        }
    }

    /** Its rows are known by that key from the snapshot on, at both ends. */
    @Test
    void t10ATableThatIsLoadedAnewMayHaveGotAKey(@TempDir Path folder) throws Exception {
        String tables = """
                CREATE TABLE told (v int, u int UNIQUE); CREATE TABLE made (v int, w text);
                INSERT INTO told SELECT g % 3, g FROM generate_series(1, 9) g;
                INSERT INTO made SELECT g, 'w' FROM generate_series(1, 9) g""";
        try (AlteredSource altered = new AlteredSource(folder, "17", "15", tables).synchronize()) {
            altered.each("""
                    UPDATE told SET u = -1 WHERE u = 1;
                    BEGIN;
                    ALTER TABLE told ALTER v TYPE bigint;
                    ALTER TABLE told ALTER u SET NOT NULL;
                    UPDATE told SET v = 7 WHERE u = 2;
                    COMMIT;
                    ALTER TABLE told ADD COLUMN again text;
                    UPDATE told SET again = 'x' WHERE u = 3;
                    ALTER TABLE made ADD COLUMN r float8 DEFAULT random(), ADD PRIMARY KEY (v);
                    UPDATE made SET v = v + 100, w = 'moved' WHERE v > 7; DELETE FROM made WHERE v = 1""");
            altered.requireSame();
            altered.each("UPDATE told SET u = u + 50, v = 1; DELETE FROM told WHERE u = 59; UPDATE made SET w = 'end'");
            altered.requireSame();
            assertThat(altered.there()
                            .value("SELECT string_agg(conname, ' ' ORDER BY conname) FROM pg_constraint"
                                    + " WHERE contype IN ('p', 'u') AND conrelid::regclass::text IN ('told', 'made')"))
                    .isEqualTo("made_pkey told_u_key");
        }
    }

    @Test
    @Tag("slow")
    void t10ARunningTaskLoadsATableAnew(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "15", TABLES)) {
            try (RunningProcess run = altered.task().command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                altered.each(
                        "ALTER TABLE t ALTER a TYPE text USING a::text || random(); UPDATE t SET a = 'x' WHERE id = 9;"
                                + " INSERT INTO t (id, a) VALUES (2000, 'live')");
                altered.there().await("SELECT count(*) FROM t WHERE id = 2000", "1", TaskUnderTest.LIMIT);
                run.kill();
            }
            altered.requireSame();
        }
    }

    /** I1: the rows of the load are there, the mark of its keys is not; what is emptied by the next run is loaded by it. */
    @Test
    void i1ADeathBetweenTheRowsAndTheirKeysLoadsTheTableOnceMore(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "15", TABLES).synchronize()) {
            altered.each(
                    "ALTER TABLE t ALTER a TYPE text USING a::text || random(); UPDATE t SET a = 'x' WHERE id = 9");
            altered.die(Mark.TABLE_LOADED, 1);
            assertThat(altered.there()
                            .column("SELECT DISTINCT status FROM syncline.table_load WHERE source_table = 't'"))
                    .containsExactly("LOADED");
            altered.requireSame();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALTERED", "CHUNK_PAGE_WRITTEN", "CHUNK_COMMITTED", "TABLE_LOADED", "BATCH_COMMITTED"})
    @Tag("slow")
    void t10ADeathWhileATableIsLoadedAnewLosesAndDoublesNothing(Mark mark, @TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "18", "18", TABLES).synchronize()) {
            altered.each(HISTORY);
            altered.die(mark, 1);
            altered.die(mark, 2);
            altered.each("UPDATE t SET u = 'end' WHERE id = 20; UPDATE keyless SET w = 'end' WHERE v = 0");
            altered.requireSame();
        }
    }

    /** Rows that others put there would be emptied with the table's own. */
    @Test
    @Tag("slow")
    void t10ATableThatKeepsRowsOfOthersStopsTheTask(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "17", TABLES)) {
            altered.there().execute(TABLES + "; DELETE FROM keyless; INSERT INTO t VALUES (9000, 1, 'theirs')");
            altered.task().stages("[full, incremental]").with("existingTables: ignore");
            altered.synchronize().each("ALTER TABLE t ALTER a TYPE int USING a * 100");
            assertThat(altered.stopped()).contains("SOURCE_SCHEMA_CHANGED", "does not load the table anew");
            assertThat(altered.there().value("SELECT sum(a) FROM t WHERE id <= 500"))
                    .isEqualTo("125250");
        }
    }
}
