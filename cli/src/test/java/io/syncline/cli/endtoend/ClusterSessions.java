package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sessions that change rows of a {@link ClusterSource}: most move money between segments and write chains of one-segment transactions, one changes the other tables in every way.
 */
final class ClusterSessions implements AutoCloseable {

    private static final Duration RECONNECT = Duration.ofMillis(200);

    private final ClusterSource source;
    private final List<List<Integer>> places;
    private final double pause;
    private final ExecutorService sessions = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicInteger transfers = new AtomicInteger();
    private final AtomicInteger chained = new AtomicInteger();
    private volatile boolean stopped;

    private ClusterSessions(ClusterSource source, List<List<Integer>> places, double pause) {
        this.source = source;
        this.places = places;
        this.pause = pause;
    }

    /**
     * @param movers how many sessions move money
     * @param others how many change the other tables
     * @param pause of each of them behind each transaction, in seconds
     */
    static ClusterSessions on(ClusterSource source, int movers, int others, double pause) {
        ClusterSessions sessions;
        try (Sql sql = source.at()) {
            sessions = new ClusterSessions(source, source.cluster().places(sql), pause);
        }
        for (int i = 0; i < movers; i++) {
            int session = i;
            sessions.running.add(sessions.sessions.submit(() -> {
                sessions.move(session);
                return null;
            }));
        }
        for (int i = 0; i < others; i++) {
            int seed = i;
            sessions.running.add(sessions.sessions.submit(() -> {
                sessions.change(seed);
                return null;
            }));
        }
        return sessions;
    }

    int transfers() {
        return transfers.get();
    }

    int chained() {
        return chained.get();
    }

    void requireWriting() throws Exception {
        for (Future<?> each : running) {
            if (each.isDone()) {
                throw new AssertionError("a session has ended: " + each.get());
            }
        }
    }

    void stop() throws Exception {
        stopped = true;
        for (Future<?> each : running) {
            each.get();
        }
        assertThat(transfers.get()).as("transfers").isPositive();
    }

    /** What a session does in one transaction after the other; a failure of the server, whose outcome nobody knows, begins a session anew. */
    @FunctionalInterface
    private interface Work {
        void next(Connection session, Statement statement) throws SQLException;
    }

    private void goOn(Work work) throws SQLException {
        while (!stopped) {
            try (Connection session = source.connect();
                    Statement statement = session.createStatement()) {
                session.setAutoCommit(false);
                while (!stopped) {
                    work.next(session, statement);
                }
            } catch (SQLException e) {
                if (!isOutage(e)) {
                    throw e;
                }
                LockSupport.parkNanos(RECONNECT.toNanos());
            }
        }
    }

    /** Of a connection, a segment, or a server that stops or starts (7.0.0: 58M01; XX000 where a gang is lost). */
    private static boolean isOutage(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08")
                || state.startsWith("57P")
                || state.startsWith("58")
                || state.startsWith("40")
                || state.equals("XX000");
    }

    /** By turns between accounts of one table, whose rows another session may want too, and as two entries, for which nobody waits; then one link more of a chain on each segment. */
    private void move(int session) throws SQLException {
        Random random = new Random(session);
        goOn((connection, statement) -> {
            int amount = random.nextInt(1, 50);
            if (random.nextBoolean()) {
                int from = random.nextInt(1, ClusterTables.ACCOUNTS);
                String table = "account_" + random.nextInt(ClusterTables.ACCOUNT_TABLES);
                statement.execute(
                        "UPDATE " + table + " SET balance = balance + CASE WHEN id = " + from + " THEN -" + amount
                                + " ELSE " + amount + " END WHERE id IN (" + from + ", "
                                + random.nextInt(from + 1, ClusterTables.ACCOUNTS + 1) + ")");
            } else {
                statement.execute("INSERT INTO entry (place, amount) VALUES (" + place(random, 0) + ", " + amount
                        + "), (" + place(random, 1) + ", -" + amount + ")");
            }
            connection.commit();
            transfers.incrementAndGet();
            rest(connection, statement);
            for (List<Integer> ofSegment : places) {
                String chain = "place = " + ofSegment.getFirst() + " AND session = " + session;
                statement.execute("INSERT INTO chain SELECT " + ofSegment.getFirst() + ", " + session
                        + ", coalesce(max(n), 0) + 1 FROM chain WHERE " + chain);
                connection.commit();
                chained.incrementAndGet();
            }
        });
    }

    private void rest(Connection session, Statement statement) throws SQLException {
        if (pause > 0) {
            statement.execute("SELECT pg_sleep(" + pause + ")");
            session.commit();
        }
    }

    private int place(Random random, int segment) {
        List<Integer> ofSegment = places.get(segment);
        return ofSegment.get(random.nextInt(ofSegment.size()));
    }

    private void change(int seed) throws SQLException {
        Random random = new Random(seed);
        goOn((session, statement) -> {
            try {
                // All take their locks in one order.
                statement.execute("SELECT pg_advisory_xact_lock(1)");
                for (int i = random.nextInt(4); i >= 0; i--) {
                    statement.execute(ClusterTables.change(random));
                }
                session.commit();
                rest(session, statement);
            } catch (SQLException e) {
                if (!String.valueOf(e.getSQLState()).startsWith("23")) {
                    throw e;
                }
                session.rollback();
            }
        });
    }

    @Override
    public void close() {
        stopped = true;
        sessions.close();
    }
}
