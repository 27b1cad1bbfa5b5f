package io.syncline.postgresql.visibility;

import io.syncline.postgresql.session.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Waits until transactions do not run any more, and tells what it waits for when that takes long. Between two looks nothing is open at the server: neither a transaction nor a snapshot. */
final class EndWait {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final int NAMED = 5;

    private final RunningTransactions running;
    private final String address;
    private final Duration silent;
    private final Consumer<String> tell;

    /**
     * @param address of the server, for what is told
     * @param silent how long nothing is told
     * @param tell hears what is waited for
     */
    EndWait(RunningTransactions running, String address, Duration silent, Consumer<String> tell) {
        this.running = running;
        this.address = address;
        this.silent = silent;
        this.tell = tell;
    }

    /**
     * @param before what has to wait, for what is told
     * @throws io.syncline.api.error.SyncException SOURCE_UNREACHABLE when the thread is interrupted: the run is ending
     */
    void until(Connection session, Map<Running, Holder> awaited, String before) throws SQLException {
        Map<Running, Holder> left = new HashMap<>(awaited);
        long began = System.nanoTime();
        long due = began + silent.toNanos();
        while (!left.isEmpty()) {
            long now = System.nanoTime();
            if (now - due >= 0) {
                tell.accept(words(left, before, Duration.ofNanos(now - began)));
                due = now + AGAIN.toNanos();
            }
            Pause.of(POLL, "transactions of the source to end");
            left.keySet().retainAll(running.look(session).keySet());
        }
    }

    private String words(Map<Running, Holder> left, String before, Duration waited) {
        String named = left.entrySet().stream()
                .limit(NAMED)
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining(", "));
        int more = left.size() - NAMED;
        return "source " + address + ": " + before + " waits since " + waited.toSeconds() + " s for the end of " + named
                + (more > 0 ? " and " + more + " more" : "")
                + ". Either its commit is in the log and nobody sees its rows yet, mostly since a synchronous standby does not answer"
                + " (pg_stat_activity.wait_event is SyncRep), or, on a cluster, it has locked a table for writing and written nothing, or it is open since before the task began to read: rows that are read now could be older than"
                + " what is at the destination already. Bring the standby back or take it out of synchronous_standby_names;"
                + " end a transaction that is forgotten, or finish one that was prepared. The run goes on by itself.";
    }
}
