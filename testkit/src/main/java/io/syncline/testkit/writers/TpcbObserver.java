package io.syncline.testkit.writers;

import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sums at a destination again and again, as fast as it can, and keeps the first state in which they differ. It survives a
 * destination that is restarted.
 */
public final class TpcbObserver implements AutoCloseable {

    private static final Duration BEFORE_RECONNECT = Duration.ofMillis(50);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Sql.Connector connector;
    private final AtomicLong observed = new AtomicLong();
    private final AtomicLong states = new AtomicLong();
    private final AtomicReference<@Nullable TpcbSums> violation = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    private TpcbObserver(Sql.Connector connector) {
        this.connector = connector;
        this.thread = Thread.ofVirtual().name("tpcb-observer").unstarted(this::observe);
    }

    /** Starts observing a database in which the sums agree already. */
    public static TpcbObserver start(Sql.Connector connector) {
        TpcbObserver observer = new TpcbObserver(connector);
        observer.thread.start();
        return observer;
    }

    /** How often the sums have been read. */
    public long observations() {
        return observed.get();
    }

    /** How many of the observations showed another state than the one before. */
    public long distinctStates() {
        return states.get();
    }

    /** The first state in which the sums differed. */
    public Optional<TpcbSums> violation() {
        return Optional.ofNullable(violation.get());
    }

    /**
     * Stops observing.
     *
     * @throws AssertionError when a violation was seen, or nothing was seen at all
     */
    public void stop() {
        close();
        violation().ifPresent(sums -> {
            throw new AssertionError("a state that the source never had: " + sums);
        });
        if (observations() == 0) {
            throw new AssertionError("nothing was observed");
        }
    }

    /** Stops observing without looking at what was seen. */
    @Override
    public void close() {
        stopped = true;
        try {
            if (!thread.join(STOP_LIMIT)) {
                throw new AssertionError("the observer did not stop within " + STOP_LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while stopping the observer", e);
        }
    }

    private void observe() {
        TpcbSums last = null;
        while (!stopped && violation.get() == null) {
            try (Connection connection = connector.connect()) {
                while (!stopped && violation.get() == null) {
                    TpcbSums sums = TpcbSums.read(connection);
                    observed.incrementAndGet();
                    if (!sums.equals(last)) {
                        states.incrementAndGet();
                    }
                    last = sums;
                    if (!sums.agree()) {
                        violation.set(sums);
                    }
                }
            } catch (SQLException _) {
                pauseBeforeReconnect(); // an observer that never sees anything fails in stop()
            }
        }
    }

    private void pauseBeforeReconnect() {
        try {
            Thread.sleep(BEFORE_RECONNECT);
        } catch (InterruptedException _) {
            stopped = true; // nobody but a test that gives up interrupts the observer
        }
    }
}
