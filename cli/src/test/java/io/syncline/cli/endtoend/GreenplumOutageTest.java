package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Sql;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * I1, I2 when a segment, or the coordinator, stops without warning while writers go on: one run goes through all of it by itself, in every stage. Needs a cluster on this machine whose servers
 * may be stopped.
 */
@Tag("slow")
@ParameterizedClass
@EnumSource
class GreenplumOutageTest {

    private final GreenplumRelease release;

    GreenplumOutageTest(GreenplumRelease release) {
        this.release = release;
    }

    @Test
    void everyStageGoesOnBehindTheStopOfAServer(@TempDir Path folder) throws Exception {
        go(folder, false);
    }

    @Test
    void appendOptimisedTablesToo(@TempDir Path folder) throws Exception {
        go(folder, true);
    }

    private void go(Path folder, boolean appended) throws Exception {
        try (GreenplumLink link = GreenplumLink.open(release, folder)) {
            ServerStops stops = ServerStops.of(link.cluster());
            TaskUnderTest task = link.task();
            if (appended) {
                task.edited(release::appended);
            }
            try (GreenplumWriters writers = GreenplumWriters.on(link.source(), 0.1)) {
                try (RunningProcess run = task.command("run").holdLater().start()) {
                    stops.inEveryStage(run);
                    writers.requireWriting();
                    run.kill();
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                }
                writers.stop(100);
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            link.requireSame();
            try (Sql there = link.there()) {
                assertThat(there.value("SELECT count(*) FROM syncline.suspended"))
                        .isEqualTo("0");
            }
        }
    }
}
