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

/** T10 where no event trigger tells: what has another shape or name by now is loaded anew. */
class UntoldAlterationTest {

    private static final String TABLES = """
            CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, gone text);
            CREATE TABLE t_new (id int PRIMARY KEY, b text);
            CREATE TABLE keyless (v int, w text);
            CREATE TABLE other (id int PRIMARY KEY, v text);
            INSERT INTO t SELECT g, g, 'g' FROM generate_series(1, 200) g;
            INSERT INTO t_new SELECT g, 'b' FROM generate_series(1, 100) g;
            INSERT INTO keyless SELECT g % 3, 'w' FROM generate_series(1, 9) g;
            INSERT INTO other SELECT g, 'o' FROM generate_series(1, 9) g""";

    private static final String UNTOLD =
            "DO $$ DECLARE t text; BEGIN FOR t IN SELECT evtname FROM pg_event_trigger LOOP EXECUTE 'DROP EVENT TRIGGER ' || quote_ident(t); END LOOP; END $$";

    private static final String HISTORY = """
            UPDATE t SET a = -id WHERE id <= 10;
            BEGIN;
            UPDATE other SET v = 'same transaction' WHERE id = 1; DELETE FROM t WHERE id = 2;
            ALTER TABLE t ADD COLUMN n int DEFAULT 7, ADD COLUMN r int DEFAULT (random() * 1000000)::int, ADD COLUMN s serial;
            UPDATE t SET n = 8 WHERE id = 3;
            COMMIT;
            DELETE FROM t WHERE id = 4; ALTER TABLE t DROP COLUMN gone;
            ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE text USING 'a' || a;
            UPDATE t SET a = 'x' WHERE id = 5;
            ALTER TABLE keyless RENAME COLUMN w TO x; INSERT INTO keyless VALUES (5, 'y'); DELETE FROM keyless WHERE v = 1;
            BEGIN; ALTER TABLE t RENAME TO tmp; ALTER TABLE t_new RENAME TO t; ALTER TABLE tmp RENAME TO t_new; UPDATE t SET b = 'swapped' WHERE id = 6; COMMIT;
            INSERT INTO t_new (id, a) VALUES (1000, 'in'); INSERT INTO t VALUES (1000, 'in');
            INSERT INTO other VALUES (100, 'last')""";

    private static AlteredSource tables(Path folder, String version) {
        AlteredSource altered = new AlteredSource(folder, version, "17", TABLES).synchronize();
        altered.sql().execute(UNTOLD);
        return altered;
    }

    @Test
    void t10WhatHasAnotherShapeOrNameIsLoadedAnew(@TempDir Path folder) throws Exception {
        isLoadedAnew("17", folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "13"})
    @Tag("slow")
    void t10WhatHasAnotherShapeOrNameIsLoadedAnewFromOlderSources(String version, @TempDir Path folder)
            throws Exception {
        isLoadedAnew(version, folder);
    }

    private static void isLoadedAnew(String version, Path folder) throws Exception {
        try (AlteredSource altered = tables(folder, version)) {
            altered.each(HISTORY);
            altered.requireSame();
        }
    }

    /** The first row of the new shape ends the attempt, the next one loads the table. */
    @Test
    @Tag("slow")
    void t10ARunningTaskLoadsWhatItMeetsInAnotherShape(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder, "17")) {
            try (RunningProcess run = altered.task().command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                altered.each(HISTORY);
                altered.there().await("SELECT count(*) FROM other WHERE id = 100", "1", TaskUnderTest.LIMIT);
                altered.each("ALTER TABLE other ADD COLUMN n int DEFAULT 3; INSERT INTO other VALUES (101, 'live', 4)");
                altered.there().await("SELECT count(*) FROM other WHERE id = 101", "1", TaskUnderTest.LIMIT);
                run.kill();
            }
            altered.requireSame();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALTERED", "CHUNK_COMMITTED", "BATCH_COMMITTED"})
    @Tag("slow")
    void t10ADeathWhileUntoldTablesAreLoadedAnewLosesAndDoublesNothing(Mark mark, @TempDir Path folder)
            throws Exception {
        try (AlteredSource altered = tables(folder, "17")) {
            altered.each(HISTORY);
            altered.die(mark, 1);
            altered.die(mark, 3);
            altered.requireSame();
        }
    }

    /** No row comes after it: only the catalog shows what the triggers missed. */
    @Test
    @Tag("slow")
    void t10WhatWasAlteredWhileATriggerWasDisabledIsLoadedAnew(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = new AlteredSource(folder, "17", "17", TABLES).synchronize()) {
            String trigger = altered.sql()
                    .value("SELECT quote_ident(evtname) FROM pg_event_trigger WHERE evtevent = 'ddl_command_end'");
            altered.each("ALTER EVENT TRIGGER " + trigger + " DISABLE; ALTER TABLE t ALTER a TYPE bigint USING a * 100;"
                    + " ALTER EVENT TRIGGER " + trigger + " ENABLE ALWAYS; UPDATE other SET v = 'z' WHERE id = 1");
            altered.requireSame();
        }
    }

    @Test
    @Tag("slow")
    void t10WhatTheTaskFileForbidsStopsTheTask(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder, "17")) {
            altered.task().with("ddl: {dropColumn: stop}");
            altered.each("ALTER TABLE t DROP COLUMN gone; UPDATE t SET a = 5 WHERE id = 5");
            assertThat(altered.stopped()).contains("SOURCE_SCHEMA_CHANGED", "column gone is gone", "dropColumn: stop");
            assertThat(altered.there().value("SELECT count(*) FROM t WHERE gone = 'g'"))
                    .isEqualTo("200");
            altered.task().with("ddl: apply");
            altered.requireSame();
        }
    }
}
