package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partitioned tables from nothing to SYNCHRONIZING under a writer that moves rows between partitions, over a kill, with their partitions kept and flattened. */
@ExtendWith(Seeds.class)
class PartitionedTablesTest {

    /** Several chunks a table, small batches. */
    private static final String SMALL =
            "tuning: {chunkSize: 1MB, loadWorkers: 2, batchRows: 400, batchSize: 1MB, queueSize: 4MB}";

    private static final String TREE = """
            SELECT c.relname, i.inhparent::regclass::text, pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid)
              FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace ORDER BY 1""";

    @Test
    void keepsPartitionsUnderAWriter(@TempDir Path folder, Seed seed) throws Exception {
        keeps("17", "17", folder, seed);
    }

    @ParameterizedTest
    @CsvSource({"12, 12", "12, 18", "13, 15", "18, 18"})
    @Tag("slow")
    void keepsPartitionsOfOtherVersions(String from, String to, @TempDir Path folder, Seed seed) throws Exception {
        keeps(from, to, folder, seed);
    }

    @ParameterizedTest
    @CsvSource({"17, 17", "12, 18", "13, 13", "18, 12"})
    @Tag("slow")
    void flattensPartitionsUnderAWriter(String from, String to, @TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(from);
                TestDatabase destination = SharedPostgres.destinationDatabase(to);
                Sql there = destination.sql()) {
            TaskUnderTest task = follow(flattened(folder, source, destination), seed, false);
            assertThat(
                            there.column(
                                    "SELECT relname || relkind::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"))
                    .containsExactly("logr", "plainr", "saler");
            task.finish("clean").requireCode(0);
        }
    }

    /** Nothing says which rows of the flat table are gone, so it is loaded anew before anything else of it is applied. */
    @Test
    void t9ATruncatedPartitionLoadsAFlattenedTableAnew(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute("""
                    CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id);
                    CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM (0) TO (10);
                    CREATE TABLE t_2 PARTITION OF t DEFAULT;
                    INSERT INTO t SELECT generate_series(1, 20)""");
            TaskUnderTest task = flattened(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            sql.execute("BEGIN; INSERT INTO t VALUES (0); TRUNCATE t_1; INSERT INTO t VALUES (100), (5); COMMIT")
                    .execute("DELETE FROM t WHERE id = 20");

            task.finish("run", "--until", "caught-up").requireCode(0);

            assertThat(there.column("SELECT id FROM t ORDER BY id"))
                    .isEqualTo(sql.column("SELECT id FROM t ORDER BY id"));
        }
    }

    private static void keeps(String from, String to, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase(from);
                TestDatabase destination = SharedPostgres.destinationDatabase(to);
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            TaskUnderTest task = follow(new TaskUnderTest(folder, source, destination), seed, true);
            assertThat(there.rows(TREE)).hasSize(11).isEqualTo(sql.rows(TREE));
            for (String leaf : List.of("sale_1", "sale_2", "sale_3_0", "sale_3_1", "sale_rest", "log_a", "log_rest")) {
                String rows = "SELECT count(*) FROM " + leaf;
                assertThat(there.number(rows)).as(leaf).isEqualTo(sql.number(rows));
            }
            task.finish("clean").requireCode(0);
        }
    }

    private static TaskUnderTest flattened(Path folder, TestDatabase source, TestDatabase destination) {
        return new TaskUnderTest(folder, source, destination)
                .edited(text -> text.replace("[\"public.*\"]", "[{table: public.*, partitions: flatten}]"));
    }

    /** Load and stream under a writer, with a kill in each, until nothing differs. */
    private static TaskUnderTest follow(TaskUnderTest task, Seed seed, boolean emptiesPartitions) throws Exception {
        try (Sql sql = task.source().sql()) {
            PartitionWriter.create(sql);
        }
        task.with(SMALL);
        try (PartitionWriter writer = PartitionWriter.start(task.source(), seed, emptiesPartitions)) {
            try (RunningProcess run =
                    task.command("run").crashAt("CHUNK_COMMITTED", 2).start()) {
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                writer.awaitCommits(350);
                task.finish("compare").requireCode(0);
                run.kill();
            }
            writer.awaitCommits(200);
            writer.stop();
        }
        task.requireSameAfterCatchingUp();
        return task;
    }
}
