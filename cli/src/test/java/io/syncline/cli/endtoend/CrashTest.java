package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbObserver;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The process dies twice at each mark while writers go on; a third run brings the destination to the source's state. Nothing is lost, nothing is there twice, and
 * from SYNCHRONIZING on every visible state of the destination is one that the source had: TPC-B's sums agree in it.
 */
@Tag("slow")
@ExtendWith(Seeds.class)
class CrashTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    /** Small chunks, batches and rounds, so that a short run passes every mark many times. */
    private static final String SMALL = "tuning: {chunkSize: 2MB, batchRows: 400, batchSize: 1MB, queueSize: 4MB}";

    /** Altered tables, those that join or are refreshed, and heal have tests of their own. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "TABLE_CLEARED",
                "ROWS_REPLACED",
                "ALTERED",
                "ROWS_HEALED",
                "EDITED",
                "JOINING_BEGUN",
                "JOINING_LOADED",
                "JOINING_LEVEL",
                "JOINED"
            })
    void survivesTwoKillsAt(Mark mark, @TempDir Path folder, Seed seed) throws Exception {
        RandomGenerator random = seed.random();
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15")) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).with(SMALL);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(4)
                    .rate(200)
                    .mix(TpcbMix.VARIED)
                    .start()) {
                killAt(mark, 1 + random.nextInt(most(mark)), task);
                killAt(mark, 1 + random.nextInt(most(mark)), task);
                followOnce(task, writer, destination);
                writer.stop();
            }
            task.requireSameAfterCatchingUp();
            task.finish("clean").requireCode(0);
        }
    }

    /** How often a mark is surely reached by one run. */
    private static int most(Mark mark) {
        return switch (mark) {
            case TABLE_CLEARED, SLOT_CREATED, EDITED, JOINING_BEGUN, JOINING_LOADED, JOINING_LEVEL, JOINED -> 1;
            case OBJECT_CREATING,
                    INDEX_BUILDING,
                    CHUNK_COMMITTED,
                    TABLE_LOADED,
                    ROWS_REPLACED,
                    TRUNCATED,
                    ALTERED,
                    LARGE_TRANSACTION_ROUND,
                    ROWS_HEALED -> 2;
            case CHUNK_PAGE_WRITTEN -> 5;
            case BATCH_APPLYING, BATCH_COMMITTED -> 20;
        };
    }

    /** A run that dies at the mark; one that has no more such moments before it follows the stream is killed there. */
    private static void killAt(Mark mark, int n, TaskUnderTest task) {
        try (RunningProcess run = task.command("run").crashAt(mark.name(), n).start()) {
            Await.until("the run dies at " + mark + " or follows the stream", TaskUnderTest.LIMIT, () -> {
                boolean follows = run.stdout().stream().anyMatch(line -> line.contains("SYNCHRONIZING"));
                return !run.isAlive() || (follows && isOfTheLoad(mark));
            });
            if (run.isAlive()) {
                run.kill();
            } else {
                assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                        .as(String.join("\n", run.stderr()))
                        .isEqualTo(CrashHarness.KILLED);
            }
        }
    }

    private static boolean isOfTheLoad(Mark mark) {
        return switch (mark) {
            case OBJECT_CREATING,
                    TABLE_CLEARED,
                    SLOT_CREATED,
                    CHUNK_PAGE_WRITTEN,
                    CHUNK_COMMITTED,
                    TABLE_LOADED,
                    ROWS_REPLACED,
                    INDEX_BUILDING -> true;
            case BATCH_APPLYING,
                    BATCH_COMMITTED,
                    TRUNCATED,
                    ALTERED,
                    LARGE_TRANSACTION_ROUND,
                    ROWS_HEALED,
                    EDITED,
                    JOINING_BEGUN,
                    JOINING_LOADED,
                    JOINING_LEVEL,
                    JOINED -> false;
        };
    }

    private static void followOnce(TaskUnderTest task, TpcbWriter writer, TestDatabase destination) {
        try (RunningProcess run = task.command("run").start()) {
            run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
            try (TpcbObserver observer = TpcbObserver.start(destination::connect)) {
                writer.awaitCommits(200, TaskUnderTest.LIMIT);
                observer.stop();
                assertThat(observer.violation()).isEmpty();
            }
            run.kill();
        }
    }
}
