package io.syncline.testkit.writers;

import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.seed.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Clients that keep writing until they are stopped. A client whose connection breaks connects again and goes on, so that the source may be
 * restarted under it; deadlocks are retried. Any other error ends the run and is thrown by {@link #stop()}.
 */
public final class TpcbWriter implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final List<TpcbClient> clients;
    private final List<Thread> threads;

    private TpcbWriter(List<TpcbClient> clients) {
        this.clients = clients;
        this.threads = clients.stream()
                .map(client -> Thread.ofVirtual().name("tpcb-writer").start(client))
                .toList();
    }

    /**
     * Describes clients to start.
     *
     * @param connector opens a connection to a database with the tables of {@code schema}
     */
    public static Builder on(Sql.Connector connector, TpcbSchema schema, Seed seed) {
        return new Builder(connector, schema, seed);
    }

    /** How many transactions have been committed so far. */
    public long commits() {
        return result().commits();
    }

    /** Returns once at least so many transactions more have been committed. */
    public void awaitCommits(long more, Duration limit) {
        long goal = commits() + more;
        Await.until(more + " more commits", limit, () -> {
            failIfFailed();
            return commits() >= goal;
        });
    }

    /**
     * Stops all clients after their current transaction.
     *
     * @throws AssertionError with the first error of a client
     */
    public Result stop() {
        close();
        failIfFailed();
        return result();
    }

    /** Stops all clients without looking at their errors. */
    @Override
    public void close() {
        clients.forEach(TpcbClient::stop);
        for (Thread thread : threads) {
            try {
                if (!thread.join(STOP_LIMIT)) {
                    throw new AssertionError("a client did not stop within " + STOP_LIMIT.toSeconds() + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while stopping clients", e);
            }
        }
    }

    private Result result() {
        Map<TpcbMix.Kind, Long> commits = new EnumMap<>(TpcbMix.Kind.class);
        long unknown = 0;
        for (TpcbClient client : clients) {
            for (TpcbMix.Kind kind : TpcbMix.Kind.values()) {
                commits.merge(kind, client.commits(kind), Long::sum);
            }
            unknown += client.unknownCommits();
        }
        return new Result(Map.copyOf(commits), unknown);
    }

    private void failIfFailed() {
        for (TpcbClient client : clients) {
            client.failure().ifPresent(failure -> {
                throw new AssertionError("a client failed", failure);
            });
        }
    }

    /**
     * What the clients did.
     *
     * @param byKind committed transactions of each kind
     * @param unknown commits whose answer was lost with the connection: each of them happened or did not
     */
    public record Result(Map<TpcbMix.Kind, Long> byKind, long unknown) {
        /** The committed transactions of one kind. */
        public long of(TpcbMix.Kind kind) {
            return byKind.getOrDefault(kind, 0L);
        }

        /** All committed transactions. */
        public long commits() {
            return byKind.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** Describes clients: without more words, one at full speed with nothing but TPC-B. */
    public static final class Builder {

        private final Sql.Connector connector;
        private final TpcbSchema schema;
        private final Seed seed;
        private int clients = 1;
        private double perSecond = Double.POSITIVE_INFINITY;
        private TpcbMix mix = TpcbMix.PLAIN;

        private Builder(Sql.Connector connector, TpcbSchema schema, Seed seed) {
            this.connector = connector;
            this.schema = schema;
            this.seed = seed;
        }

        /** How many clients write at once. */
        public Builder clients(int number) {
            clients = number;
            return this;
        }

        /** How many transactions all clients together begin in a second. */
        public Builder rate(double transactionsPerSecond) {
            perSecond = transactionsPerSecond;
            return this;
        }

        /** What they do. */
        public Builder mix(TpcbMix what) {
            mix = what;
            return this;
        }

        /** Starts writing. */
        public TpcbWriter start() {
            List<TpcbClient> started = new ArrayList<>();
            for (int number = 0; number < clients; number++) {
                started.add(new TpcbClient(
                        connector, schema, seed.part(number).random(), mix, Pace.of(perSecond / clients)));
            }
            return new TpcbWriter(List.copyOf(started));
        }
    }
}
