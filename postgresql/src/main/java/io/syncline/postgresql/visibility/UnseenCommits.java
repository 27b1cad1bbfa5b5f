package io.syncline.postgresql.visibility;

import io.syncline.api.error.ErrorCode;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.visibility.Running.OnServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What a source's streams have told and snapshots may not see yet (T21): a commit's record is in the log, and decoded, before the commit has waited for synchronous standbys, and only then others see it (RecordTransactionCommit, xact.c). A row
 * that is read in between is older than what the stream has said of it, and the stream does not say it again. So whoever reads rows beside a stream waits before its snapshot for those transactions of which the stream has told
 * and which still {@linkplain RunningTransactions run}; others it does not wait for, however long they are open. Thread-safe; ends with the source.
 *
 * <p>On a cluster the coordinator ends a distributed transaction after the segments have; snapshots are its own. No stream tells distributed numbers, so that each one is waited for that runs and has written, but for those of sessions that
 * have a transaction on a segment which is neither prepared nor told by a stream: at the time of that look, which came first, they had not committed, and what they were part of was told by no stream before this began.
 */
public final class UnseenCommits {

    private static final int MANY = 65_536;
    private static final Duration SILENT = Duration.ofSeconds(3);

    private final Sessions sessions;
    private final int many;
    private final Duration silent;
    private final Consumer<String> tell;
    private final Set<OnServer> told = ConcurrentHashMap.newKeySet();
    private volatile boolean begun;

    /** @param sessions of the server, or of the cluster's coordinator */
    public UnseenCommits(Sessions sessions) {
        this(sessions, MANY, SILENT, UnseenCommits::warn);
    }

    /**
     * @param many so many are remembered before those are forgotten that have ended
     * @param silent how long a wait is not worth a word
     * @param tell hears what is waited for
     */
    UnseenCommits(Sessions sessions, int many, Duration silent, Consumer<String> tell) {
        this.sessions = sessions;
        this.many = many;
        this.silent = silent;
        this.tell = tell;
    }

    /** What the one log of a server tells. */
    public ToldCommits ofServer() {
        return ofSegment(OnServer.ONE_SERVER);
    }

    /** What the log of a cluster's segment tells. */
    public ToldCommits ofSegment(int content) {
        return new ToldCommits(this, content);
    }

    /** For the stream's thread: one entry, and once in a while a look at the server. */
    void add(OnServer transaction) {
        told.add(transaction);
        if (told.size() > many) {
            prune();
        }
    }

    /** Before a stream of this source tells anything. */
    void begins(Set<OnServer> running) {
        told.addAll(running);
        begun = true;
    }

    /**
     * Returns once every snapshot that is taken from now on sees all that the streams have told before.
     *
     * @param session in autocommit, outside of a transaction
     */
    public void awaitSeen(Connection session) throws SQLException {
        if (!begun && told.isEmpty()) {
            return;
        }
        // First, since what is told while the server is asked may have begun behind its answer.
        Set<OnServer> before = new HashSet<>(told);
        Map<Running, Holder> held = running().look(session);
        forgetEnded(before, held);
        wait(session, unseen(held, before), "reading rows again");
    }

    /**
     * Returns once every snapshot that is taken from now on sees all that the log has told when this was called, to whomever: for rows that are read behind a position which another process, or a slot, counts as told.
     * Waits for all transactions that write now, as the making of a slot does.
     *
     * @param session in autocommit, outside of a transaction
     */
    public void awaitAll(Connection session) throws SQLException {
        wait(session, running().look(session), "reading rows behind a position of the log");
    }

    private void wait(Connection session, Map<Running, Holder> unseen, String before) throws SQLException {
        new EndWait(running(), sessions.connection().address(), silent, tell).until(session, unseen, before);
    }

    private static Map<Running, Holder> unseen(Map<Running, Holder> held, Set<OnServer> before) {
        Set<Integer> undecided = new HashSet<>();
        held.forEach((running, holder) -> {
            if (running instanceof OnServer local
                    && local.isOfSegment()
                    && !holder.isPrepared()
                    && !before.contains(local)) {
                undecided.add(holder.session());
            }
        });
        Map<Running, Holder> unseen = new HashMap<>(held);
        unseen.entrySet().removeIf(entry -> switch (entry.getKey()) {
            case OnServer local -> !before.contains(local);
            case Running.Distributed _ -> undecided.contains(entry.getValue().session());
        });
        return unseen;
    }

    private void forgetEnded(Set<OnServer> before, Map<Running, Holder> held) {
        before.forEach(transaction -> {
            if (!held.containsKey(transaction)) {
                told.remove(transaction);
            }
        });
    }

    private synchronized void prune() {
        if (told.size() <= many) {
            return;
        }
        try {
            Set<OnServer> before = new HashSet<>(told);
            forgetEnded(before, sessions.briefly("commits", running()::look));
        } catch (SQLException e) {
            throw sessions.errors().of(e, "asking which transactions run", ErrorCode.SOURCE_SETTINGS);
        }
    }

    /** How many are remembered. */
    int size() {
        return told.size();
    }

    private RunningTransactions running() {
        return sessions.isOfCoordinator() ? new ClusterTransactions() : new ServerTransactions(OnServer.ONE_SERVER);
    }

    /** Standard error shows it, and the log file. */
    private static void warn(String what) {
        System.getLogger(UnseenCommits.class.getName()).log(System.Logger.Level.WARNING, what);
    }
}
