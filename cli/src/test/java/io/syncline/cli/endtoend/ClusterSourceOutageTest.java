package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.endtoend.ClusterSource.Destination;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I1, I2 when a segment, or the coordinator, of the source stops without warning while sessions go on writing as far as it lets them: one run goes through all of it by itself, in every stage. Needs a cluster on this machine whose
 * servers may be stopped.
 */
@Tag("slow")
class ClusterSourceOutageTest {

    @Test
    void everyStageGoesOnBehindTheStopOfAServer(@TempDir Path folder) throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.POSTGRESQL)) {
            ServerStops stops = ServerStops.of(source.cluster());
            try (ClusterSessions sessions = ClusterSessions.on(source, 2, 2, 0.1)) {
                try (RunningProcess run =
                        source.task().command("run").holdLater().start()) {
                    stops.inEveryStage(run);
                    sessions.requireWriting();
                    run.kill();
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                }
                sessions.stop();
            }
            source.task().finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }
}
