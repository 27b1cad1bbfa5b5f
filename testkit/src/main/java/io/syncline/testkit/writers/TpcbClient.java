package io.syncline.testkit.writers;

import io.syncline.testkit.postgres.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One client: connects, writes, and connects again when the connection breaks, until it is stopped. */
final class TpcbClient implements Runnable {

    private static final Duration BEFORE_RECONNECT = Duration.ofMillis(50);

    private final Sql.Connector connector;
    private final TpcbSchema schema;
    private final RandomGenerator random;
    private final TpcbMix mix;
    private final Pace pace;
    private final Map<TpcbMix.Kind, LongAdder> commits = new EnumMap<>(TpcbMix.Kind.class);
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    TpcbClient(Sql.Connector connector, TpcbSchema schema, RandomGenerator random, TpcbMix mix, Pace pace) {
        this.connector = connector;
        this.schema = schema;
        this.random = random;
        this.mix = mix;
        this.pace = pace;
        for (TpcbMix.Kind kind : TpcbMix.Kind.values()) {
            commits.put(kind, new LongAdder());
        }
    }

    void stop() {
        stopped = true;
    }

    long commits(TpcbMix.Kind kind) {
        return counter(kind).sum();
    }

    long unknownCommits() {
        return unknown.get();
    }

    Optional<SQLException> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public void run() {
        while (!stopped && failure.get() == null) {
            try (TpcbTransactions transactions = new TpcbTransactions(schema, random, connector.connect())) {
                while (!stopped) {
                    pace.awaitTurn();
                    transact(transactions);
                }
            } catch (SQLException e) {
                if (!isBrokenConnection(e)) {
                    failure.set(e);
                } else if (!stopped) {
                    pauseBeforeReconnect();
                }
            }
        }
    }

    private void transact(TpcbTransactions transactions) throws SQLException {
        TpcbMix.Kind kind = mix.choose(random);
        boolean worked;
        try {
            worked = transactions.perform(kind, mix.bigRows());
        } catch (SQLException e) {
            if (!isRetryable(e)) {
                throw e;
            }
            worked = false;
        }
        if (!worked) {
            transactions.connection().rollback();
            return;
        }
        commit(transactions, kind);
    }

    private void commit(TpcbTransactions transactions, TpcbMix.Kind kind) throws SQLException {
        try {
            transactions.connection().commit();
            counter(kind).increment();
        } catch (SQLException e) {
            unknown.incrementAndGet();
            throw e;
        }
    }

    private LongAdder counter(TpcbMix.Kind kind) {
        return Objects.requireNonNull(commits.get(kind));
    }

    private void pauseBeforeReconnect() {
        try {
            Thread.sleep(BEFORE_RECONNECT);
        } catch (InterruptedException _) {
            stopped = true; // nobody but a test that gives up interrupts a client
        }
    }

    /** Deadlock, serialization failure, and two clients that give two rows one key: the victim is expected to go on. */
    private static boolean isRetryable(SQLException failure) {
        return Set.of("40P01", "40001", "23505").contains(String.valueOf(failure.getSQLState()));
    }

    /** Class 08 and what a server says that stops or starts (57P01, 57P02, 57P03). */
    private static boolean isBrokenConnection(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P0"));
    }
}
