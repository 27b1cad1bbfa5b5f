package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Sessions that change rows of all of {@link GreenplumTables}, each in transactions of its own. */
final class GreenplumWriters implements AutoCloseable {

    private final TestDatabase source;
    private final double pause;
    private final ExecutorService sessions = Executors.newFixedThreadPool(3);
    private final List<Future<Integer>> written;
    private volatile boolean stopped;

    private GreenplumWriters(TestDatabase source, double pause) {
        this.source = source;
        this.pause = pause;
        this.written = Stream.of(1, 2, 3)
                .map(seed -> sessions.submit(() -> write(seed)))
                .toList();
    }

    /** @param pause of each of them behind each transaction, in seconds */
    static GreenplumWriters on(TestDatabase source, double pause) {
        return new GreenplumWriters(source, pause);
    }

    void requireWriting() throws Exception {
        for (Future<Integer> each : written) {
            if (each.isDone()) {
                throw new AssertionError("a writer ended after " + each.get());
            }
        }
    }

    /** Each of them must have committed {@code least} transactions. */
    void stop(int least) throws Exception {
        stopped = true;
        for (Future<Integer> each : written) {
            assertThat(each.get()).as("transactions").isGreaterThan(least);
        }
    }

    /** @return how many transactions were committed; values that are taken undo theirs */
    private int write(int seed) throws SQLException {
        Random random = new Random(seed);
        int committed = 0;
        try (Connection session = source.connect();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            while (!stopped) {
                try {
                    // All take their locks in one order.
                    statement.execute("SELECT pg_advisory_xact_lock(1)");
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        statement.execute(GreenplumTables.change(random));
                    }
                    session.commit();
                    committed++;
                    statement.execute("SELECT pg_sleep(" + pause + ")");
                } catch (SQLException e) {
                    if (!e.getSQLState().startsWith("23")) {
                        throw e;
                    }
                    session.rollback();
                }
            }
        }
        return committed;
    }

    @Override
    public void close() {
        stopped = true;
        sessions.close();
    }
}
