package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A filtered, masked, merged and renamed task under writers, killed at each mark: the destination is what one SELECT written by hand gives of the source. */
@Tag("slow")
@ExtendWith(Seeds.class)
class MergedUnderLoadTest {

    private static final String SMALL =
            "tuning: {chunkSize: 1MB, loadWorkers: 2, batchRows: 50, batchSize: 1MB, queueSize: 4MB}";

    private static final String OBJECTS = """
            [{table: "*.sale", to: reporting.revenue, merge: origin, rename: {amount: total}, filter: "amount >= 0",
              compute: {email: "md5(email)", label: "client::text || '/' || id::text"}},
             {table: "*.event", to: reporting.event, merge: origin, rename: {kind: what}}]""";

    private static final String DESTINATION = """
            CREATE SCHEMA reporting;
            CREATE TABLE reporting.revenue (label text, client int, total numeric(12, 2), id int, email text, note text,
                                            seen timestamptz DEFAULT now(), __dts_data_source text,
                                            PRIMARY KEY (id, __dts_data_source));
            CREATE TABLE reporting.event (what text, client int, __dts_data_source text);
            INSERT INTO reporting.revenue SELECT 'foreign', 1, 1, n, 'foreign', NULL, now(), 'another task'
              FROM generate_series(1, 300) AS n;
            INSERT INTO reporting.event SELECT 'equal', n, 'another task' FROM generate_series(1, 300) AS n""";

    private static final String FOREIGN = """
            SELECT (SELECT count(*) FROM reporting.revenue WHERE label = 'foreign' AND __dts_data_source = 'another task')
                 , (SELECT count(*) FROM reporting.event WHERE what = 'equal' AND __dts_data_source = 'another task')""";

    @ParameterizedTest
    @EnumSource(
            names = {
                "SLOT_CREATED",
                "CHUNK_PAGE_WRITTEN",
                "CHUNK_COMMITTED",
                "BATCH_APPLYING",
                "BATCH_COMMITTED",
                "TRUNCATED"
            })
    void equalsOneSelect(Mark mark, @TempDir Path folder, Seed seed) throws Exception {
        RandomGenerator random = seed.random();
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            create(sql);
            there.execute(DESTINATION);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .stages("[full, incremental]")
                    .with(SMALL + "\nexistingTables: ignore")
                    .edited(text -> text.replace("[\"public.*\"]", OBJECTS.replace("\n", " ")));
            try (MergedWriter writer = MergedWriter.start(source, seed)) {
                killAt(mark, 1 + random.nextInt(mark == Mark.SLOT_CREATED ? 1 : 2), task);
                killAt(mark, 1 + random.nextInt(mark == Mark.SLOT_CREATED ? 1 : 2), task);
                try (RunningProcess run = task.command("run").start()) {
                    run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    writer.awaitCommits(300);
                    run.kill();
                }
            }
            task.finish("run", "--until", "caught-up").requireCode(0);

            requireSame(source, sql, there);
            assertThat(there.rows(FOREIGN)).isEqualTo(List.of(List.of("300", "300")));
            task.finish("compare").requireCode(0);
            task.finish("clean").requireCode(0);
        }
    }

    private static void create(Sql sql) {
        for (String schema : MergedWriter.SCHEMAS) {
            sql.execute("""
                    CREATE SCHEMA %1$s;
                    CREATE TABLE %1$s.sale (id int PRIMARY KEY, client int NOT NULL, email text, amount numeric(12, 2) NOT NULL, note text);
                    ALTER TABLE %1$s.sale ALTER note SET STORAGE EXTERNAL;
                    CREATE TABLE %1$s.event (client int, kind text);
                    INSERT INTO %1$s.sale SELECT i, i %% 90, 'm' || i || '@%1$s.org', (i * 37) %% 5000 - 800,
                                                 CASE WHEN i %% 2 = 0 THEN repeat(md5('%1$s' || i), 100) END
                      FROM generate_series(1, 1500) AS i;
                    INSERT INTO %1$s.event SELECT i %% 40, 'kind ' || i %% 5 FROM generate_series(1, 400) AS i""".formatted(schema));
        }
    }

    private static void killAt(Mark mark, int n, TaskUnderTest task) {
        try (RunningProcess run = task.command("run").crashAt(mark.name(), n).start()) {
            boolean ofTheLoad = mark.name().startsWith("CHUNK") || mark == Mark.SLOT_CREATED;
            Await.until(
                    "the run dies at " + mark,
                    TaskUnderTest.LIMIT,
                    () -> !run.isAlive()
                            || (ofTheLoad && run.stdout().stream().anyMatch(line -> line.contains("SYNCHRONIZING"))));
            run.kill();
        }
    }

    private static void requireSame(TestDatabase source, Sql sql, Sql there) {
        String origin = "'" + there.value("SELECT id FROM syncline.task") + ":" + source.name() + ".";
        assertThat(there.rows("SELECT __dts_data_source, id, client, email, total, note, label FROM reporting.revenue"
                        + " WHERE __dts_data_source <> 'another task' ORDER BY 1, 2"))
                .isEqualTo(sql.rows("""
                        SELECT %1$snorth.sale', id, client, md5(email), amount, note, client || '/' || id FROM north.sale WHERE amount >= 0
                        UNION ALL
                        SELECT %1$ssouth.sale', id, client, md5(email), amount, note, client || '/' || id FROM south.sale WHERE amount >= 0
                        ORDER BY 1, 2""".formatted(origin)));
        assertThat(there.rows("SELECT __dts_data_source, client, what FROM reporting.event"
                        + " WHERE __dts_data_source <> 'another task' ORDER BY 1, 2, 3"))
                .isEqualTo(sql.rows("""
                        SELECT %1$snorth.event', client, kind FROM north.event
                        UNION ALL SELECT %1$ssouth.event', client, kind FROM south.event ORDER BY 1, 2, 3""".formatted(origin)));
    }
}
