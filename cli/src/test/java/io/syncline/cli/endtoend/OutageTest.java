package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.proxy.Cut;
import io.syncline.testkit.proxy.FaultProxy;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An outage that outlasts the retry window: the run fails with its cause, and a later one goes on from the ledger. */
@Tag("slow")
@ExtendWith(Seeds.class)
class OutageTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    /** The shortest that a task may have. */
    private static final String RETRY = "retry: {connection: 10m, other: 1m}";

    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Two tasks wait at once: one has lost its source, the other its destination. */
    @Test
    void failsWithTheCauseAndIsResumedLater(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase first = SharedPostgres.destinationDatabase("17");
                TestDatabase second = SharedPostgres.destinationDatabase("17");
                FaultProxy toSource = FaultProxy.to(source.server());
                FaultProxy toDestination = FaultProxy.to(second.server())) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            TaskUnderTest withoutSource = new TaskUnderTest(Files.createDirectory(folder.resolve("1")), source, first)
                    .name("without-source")
                    .sourcePort(toSource.port())
                    .with(RETRY);
            TaskUnderTest withoutDestination = new TaskUnderTest(
                            Files.createDirectory(folder.resolve("2")), source, second)
                    .name("without-destination")
                    .destinationPort(toDestination.port())
                    .with(RETRY);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .rate(20)
                    .mix(TpcbMix.VARIED)
                    .start()) {
                try (RunningProcess one = withoutSource.command("run").start();
                        RunningProcess other = withoutDestination.command("run").start()) {
                    one.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    other.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    breakDown(toSource);
                    breakDown(toDestination);
                    requireFailed(one, "SOURCE_UNREACHABLE");
                    requireFailed(other, "DESTINATION_UNREACHABLE");
                }
                writer.stop();
            }
            assertThat(withoutSource.finish("status").text()).contains("FAILED", "SOURCE_UNREACHABLE");
            toSource.accept();
            toDestination.accept();
            for (TaskUnderTest task : new TaskUnderTest[] {withoutSource, withoutDestination}) {
                task.requireSameAfterCatchingUp();
                task.finish("clean").requireCode(0);
            }
        }
    }

    private static void breakDown(FaultProxy proxy) {
        proxy.refuse();
        proxy.cut(Cut.RESET);
    }

    private static void requireFailed(RunningProcess run, String cause) {
        assertThat(run.awaitExit(LIMIT)).isEqualTo(4);
        assertThat(run.stdout()).anyMatch(line -> line.contains("retrying"));
        assertThat(run.stdout()).anyMatch(line -> line.contains("FAILED"));
        assertThat(String.join("\n", run.stderr())).contains(cause).doesNotContain("\tat ");
    }
}
