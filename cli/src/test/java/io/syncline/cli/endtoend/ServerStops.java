package io.syncline.cli.endtoend;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.ClusterServer;
import io.syncline.testkit.postgres.GreenplumCluster;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;

/** Stops of a cluster's servers without warning, each while a run stands at some place of its work. */
final class ServerStops {

    private static final int COORDINATOR = -1;

    /**
     * A transaction that was prepared on other segments when one stopped keeps its locks there until the coordinator ends it: after gp_dtx_recovery_prepared_period, 120 s, at the next
     * gp_dtx_recovery_interval, 60 s.
     */
    private static final Duration LIMIT = TaskUnderTest.LIMIT.plusMinutes(4);

    private final Map<Integer, ClusterServer> servers;

    /** In turn, so that each server stops in the load and in the stream. */
    private int next;

    private ServerStops(Map<Integer, ClusterServer> servers) {
        this.servers = servers;
    }

    /** Skips the test, and says so, when nobody says that the servers may be stopped. */
    static ServerStops of(GreenplumCluster cluster) {
        Assumptions.assumeTrue(
                ClusterServer.mayStop(),
                "SKIPPED, AND SO NOT PROVEN: nobody says that the cluster's servers may be stopped. Set "
                        + ClusterServer.MAY_STOP + "=yes when they may");
        return new ServerStops(ClusterServer.of(cluster));
    }

    /** Of each stage of a run, and of each server; at the end the run has come through all of it. */
    void inEveryStage(RunningProcess run) {
        for (Mark mark : new Mark[] {Mark.OBJECT_CREATING, Mark.CHUNK_PAGE_WRITTEN, Mark.CHUNK_COMMITTED}) {
            strike(run, mark, 2, next++ % servers.size() - 1);
        }
        for (int server : new int[] {0, COORDINATOR}) {
            strike(run, Mark.INDEX_BUILDING, 1, server);
        }
        run.awaitLine("SYNCHRONIZING", LIMIT);
        for (int server : servers.keySet()) {
            strike(run, Mark.BATCH_APPLYING, 3, server);
            strike(run, Mark.BATCH_COMMITTED, 3, server);
        }
        crash(run, server(COORDINATOR));
        run.holdAt(Mark.BATCH_COMMITTED.name(), 1);
        run.awaitMark(Mark.BATCH_COMMITTED.name(), LIMIT);
    }

    /** A thread of the run stands still while the server stops, so that it stops at that moment; it is started when the run has felt it. */
    private void strike(RunningProcess run, Mark mark, int time, int content) {
        ClusterServer server = server(content);
        run.holdAt(mark.name(), time);
        run.awaitMark(mark.name(), LIMIT);
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

    private ClusterServer server(int content) {
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
        Await.until("the run feels that a server has stopped", LIMIT, () -> {
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
