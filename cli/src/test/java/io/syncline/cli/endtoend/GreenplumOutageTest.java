package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.ClusterServer;
import io.syncline.testkit.postgres.Sql;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
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

    private static final int COORDINATOR = -1;

    /** In turn, so that each server stops in the load and in the stream. */
    private final AtomicInteger next = new AtomicInteger();

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
            Assumptions.assumeTrue(
                    ClusterServer.mayStop(),
                    "SKIPPED, AND SO NOT PROVEN: nobody says that the cluster's servers may be stopped. Set "
                            + ClusterServer.MAY_STOP + "=yes when they may");
            Map<Integer, ClusterServer> servers = ClusterServer.of(link.cluster());
            TaskUnderTest task = link.task();
            if (appended) {
                task.edited(release::appended);
            }
            try (GreenplumWriters writers = GreenplumWriters.on(link.source(), 0.1)) {
                try (RunningProcess run = task.command("run").holdLater().start()) {
                    for (Mark mark : new Mark[] {Mark.OBJECT_CREATING, Mark.CHUNK_PAGE_WRITTEN, Mark.CHUNK_COMMITTED}) {
                        strike(run, mark, 2, servers);
                    }
                    for (int server : new int[] {0, COORDINATOR}) {
                        strike(run, Mark.INDEX_BUILDING, 1, servers, server);
                    }
                    run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    for (int server : servers.keySet()) {
                        strike(run, Mark.BATCH_APPLYING, 3, servers, server);
                        strike(run, Mark.BATCH_COMMITTED, 3, servers, server);
                    }
                    crash(run, server(servers, COORDINATOR));
                    // It has come through this one too before it is killed itself.
                    run.holdAt(Mark.BATCH_COMMITTED.name(), 1);
                    run.awaitMark(Mark.BATCH_COMMITTED.name(), TaskUnderTest.LIMIT);
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

    private void strike(RunningProcess run, Mark mark, int time, Map<Integer, ClusterServer> servers) {
        strike(run, mark, time, servers, next.getAndIncrement() % servers.size() - 1);
    }

    /** A thread of the run stands still while the server stops, so that it stops at that moment; it is started when the run has felt it. */
    private static void strike(
            RunningProcess run, Mark mark, int time, Map<Integer, ClusterServer> servers, int content) {
        ClusterServer server = server(servers, content);
        run.holdAt(mark.name(), time);
        run.awaitMark(mark.name(), TaskUnderTest.LIMIT);
        long before = retries(run);
        try {
            server.stop();
            run.goOn();
            awaitRetry(run, before);
        } finally {
            // Other tests need the cluster whole.
            server.start();
        }
    }

    private static ClusterServer server(Map<Integer, ClusterServer> servers, int content) {
        return Objects.requireNonNull(servers.get(content), "a server of the cluster");
    }

    private static void crash(RunningProcess run, ClusterServer server) {
        long before = retries(run);
        try {
            server.kill();
            awaitRetry(run, before);
        } finally {
            server.start();
        }
    }

    private static void awaitRetry(RunningProcess run, long before) {
        Await.until("the run feels that a server has stopped", TaskUnderTest.LIMIT, () -> {
            if (!run.isAlive()) {
                throw new AssertionError("the run has ended: " + run.stdout() + run.stderr());
            }
            return retries(run) > before;
        });
    }

    private static long retries(RunningProcess run) {
        return run.stdout().stream()
                .filter(line -> line.contains("retrying in"))
                .count();
    }
}
