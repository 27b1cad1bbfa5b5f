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

/** T9: rows that come and go with a partition are in no log; event triggers tell of it at its place, and the table is loaded anew. Tables that are gone as a whole. */
class MovedPartitionTest {

    private static final String TABLES = """
            CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
            CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (100);
            CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (100) TO (200);
            CREATE TABLE other (id int PRIMARY KEY, v text);
            INSERT INTO p SELECT g, 'p' FROM generate_series(0, 199) g;
            INSERT INTO other SELECT g, 'o' FROM generate_series(1, 9) g""";

    /** Rows around each statement in its transaction; the catalog is past all of it when the first is read. */
    private static final String HISTORY = """
            UPDATE p SET v = 'first' WHERE id % 10 = 1;
            CREATE TABLE q (v text, id int NOT NULL); INSERT INTO q SELECT 'q', g FROM generate_series(200, 250) g;
            BEGIN;
            UPDATE other SET v = 'same transaction' WHERE id = 1; UPDATE p SET v = 'before' WHERE id = 2;
            ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (200) TO (300);
            UPDATE p SET v = 'attached' WHERE id = 205; DELETE FROM other WHERE id = 2;
            COMMIT;
            UPDATE p SET id = id + 30 WHERE id = 240; DELETE FROM p WHERE id = 206;
            CREATE TABLE p_4 PARTITION OF p FOR VALUES FROM (300) TO (400); INSERT INTO p VALUES (310, 'made');
            BEGIN; ALTER TABLE p DETACH PARTITION p_1; INSERT INTO p_1 VALUES (99999, 'not p''s'); COMMIT;
            UPDATE other SET v = 'z' WHERE id = 3;
            ALTER TABLE p ADD COLUMN n int DEFAULT 7; UPDATE p SET n = 8 WHERE id = 207;
            DROP TABLE p_2; INSERT INTO p VALUES (320, 'last', 9)""";

    private static AlteredSource tables(Path folder) {
        AlteredSource altered = new AlteredSource(folder, "17", "17", TABLES);
        altered.task().with("ddl: {createTable: ignore}");
        return altered;
    }

    private static void requireSame(AlteredSource altered) {
        altered.synchronize();
        altered.task().finish("compare").requireCode(0);
        for (String rows : new String[] {"SELECT * FROM p ORDER BY id", "SELECT * FROM other ORDER BY id"}) {
            assertThat(altered.there().rows(rows)).isEqualTo(altered.sql().rows(rows));
        }
    }

    @Test
    void t9RowsThatComeAndGoWithPartitionsAreLoadedAnew(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder).synchronize()) {
            altered.each(HISTORY);
            requireSame(altered);
            assertThat(altered.there().value("SELECT count(*) FROM q"))
                    .as("the destination has the partition too")
                    .isEqualTo(altered.sql().value("SELECT count(*) FROM q"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ALTERED", "CHUNK_COMMITTED", "BATCH_COMMITTED", "OBJECT_CREATING"})
    @Tag("slow")
    void t9ADeathWhileRowsOfPartitionsAreLoadedAnewLosesAndDoublesNothing(Mark mark, @TempDir Path folder)
            throws Exception {
        try (AlteredSource altered = tables(folder).synchronize()) {
            altered.each(HISTORY);
            altered.die(mark, 1);
            altered.die(mark, 2);
            altered.each("UPDATE p SET v = 'end' WHERE id = 210; DELETE FROM other WHERE id = 5");
            requireSame(altered);
        }
    }

    /** A leaf comes and goes again and again while the task runs and rows are written. */
    @Test
    @Tag("slow")
    void t9PartitionsComeAndGoWhileTheTaskRuns(@TempDir Path folder) throws Exception {
        try (AlteredSource altered = tables(folder)) {
            try (RunningProcess run = altered.task().command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                for (int n = 1; n <= 3; n++) {
                    altered.each("UPDATE p SET v = v || 'a' WHERE id < 150; ALTER TABLE p DETACH PARTITION p_2;"
                            + " INSERT INTO p_2 SELECT 180 + g, 'detached' FROM generate_series(0, 9) g ON CONFLICT DO NOTHING; DELETE FROM p_2 WHERE id = 110 + "
                            + n + "; UPDATE p SET v = v || 'b' WHERE id < 50");
                    altered.there().await("SELECT count(*) FROM p WHERE id >= 100", "0", TaskUnderTest.LIMIT);
                    altered.each(
                            "ALTER TABLE p ATTACH PARTITION p_2 FOR VALUES FROM (100) TO (200); UPDATE p SET v = v || 'c' WHERE id > 150");
                    altered.there()
                            .await(
                                    "SELECT count(*) FROM p WHERE id > 150 AND v LIKE '%c'",
                                    altered.sql().value("SELECT count(*) FROM p WHERE id > 150"), TaskUnderTest.LIMIT);
                }
                run.kill();
            }
            requireSame(altered);
        }
    }

    @Test
    @Tag("slow")
    void aDroppedTableStopsTheTaskOrLeavesIt(@TempDir Path folder) throws Exception {
        try (AlteredSource altered =
                new AlteredSource(folder, "17", "17", TABLES + "; CREATE TABLE third (id int PRIMARY KEY)")) {
            altered.synchronize();
            altered.each(
                    "BEGIN; UPDATE other SET v = 'last' WHERE id = 4; DROP TABLE other; INSERT INTO p VALUES (150, 'n') ON CONFLICT (id) DO UPDATE SET v = 'n'; COMMIT");
            assertThat(altered.stopped()).contains("SOURCE_SCHEMA_CHANGED", "public.other was dropped", "dropTable");
            assertThat(altered.there().value("SELECT v FROM p WHERE id = 150")).isEqualTo("p");

            altered.task().with("ddl: {dropTable: ignore}");
            altered.synchronize();
            assertThat(altered.there().value("SELECT v FROM other WHERE id = 4"))
                    .isEqualTo("last");
            assertThat(altered.there().value("SELECT v FROM p WHERE id = 150")).isEqualTo("n");

            altered.task().with("ddl: {dropTable: apply}");
            altered.each("DROP TABLE third; UPDATE p SET v = 'end' WHERE id = 3; DROP TABLE p");
            altered.task()
                    .edited(text ->
                            text.replace("[\"public.*\"]", "[public.p, public.third, public.other, \"public.*\"]"));
            altered.synchronize();
            assertThat(
                            altered.there()
                                    .column(
                                            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"))
                    .containsExactly("other");
        }
    }
}
