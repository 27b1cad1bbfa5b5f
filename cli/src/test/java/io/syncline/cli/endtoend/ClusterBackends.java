package io.syncline.cli.endtoend;

import io.syncline.embedded.Signal;
import io.syncline.testkit.postgres.Sql;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Stops sessions' processes on one segment until one stands between the two commits of a transaction: the other segment has made it visible, this one has not. */
final class ClusterBackends implements AutoCloseable {

    private static final String PREPARED = "SELECT gid FROM pg_prepared_xacts";

    private final Random random = new Random(1);
    private final ExecutorService looking = Executors.newSingleThreadExecutor();
    private final Sql coordinator;
    private final Sql one;
    private final Sql other;

    /** @param source with two segments at least, on this machine */
    ClusterBackends(ClusterSource source) {
        coordinator = source.at();
        other = source.segment(0);
        one = source.segment(1);
    }

    /** Stops some process for a moment; true when that was between two commits. */
    boolean stopOne() throws Exception {
        List<List<String>> sessions = coordinator.rows(
                "SELECT sess_id FROM pg_stat_activity WHERE datname = current_database() AND application_name NOT LIKE 'syncline%' AND pid <> pg_backend_pid()"
                        + " AND state <> 'idle'");
        if (sessions.isEmpty()) {
            return false;
        }
        String session = sessions.get(random.nextInt(sessions.size())).getFirst();
        List<List<String>> processes = one.rows(
                "SELECT pid FROM pg_stat_activity WHERE sess_id = " + session + " AND pid <> pg_backend_pid()");
        if (processes.isEmpty()) {
            return false;
        }
        long pid = Long.parseLong(processes.getFirst().getFirst());
        Signal.STOP.send(pid);
        try {
            // What it holds may keep the look from its end.
            Future<Boolean> between = looking.submit(this::between);
            return between.get(2, TimeUnit.SECONDS);
        } catch (TimeoutException _) {
            return false;
        } finally {
            Signal.CONT.send(pid);
        }
    }

    private boolean between() {
        Set<String> left = here();
        left.removeAll(there());
        if (left.isEmpty()) {
            return false;
        }
        // Whoever is not stopped has prepared by then what it was about to, and marks have come to wait.
        coordinator.rows("SELECT pg_sleep(0.3)");
        left.retainAll(here());
        left.removeAll(there());
        return !left.isEmpty();
    }

    private Set<String> here() {
        return gids(one);
    }

    private Set<String> there() {
        return gids(other);
    }

    private static Set<String> gids(Sql segment) {
        Set<String> gids = new HashSet<>();
        segment.rows(PREPARED).forEach(row -> gids.add(row.getFirst()));
        return gids;
    }

    @Override
    public void close() {
        looking.close();
        coordinator.close();
        one.close();
        other.close();
    }
}
