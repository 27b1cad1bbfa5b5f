package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client that keeps changing partitioned tables: rows move between partitions, whose columns have orders of their own, and tables are emptied. */
final class PartitionWriter implements AutoCloseable {

    private static final String TABLES = """
            CREATE TABLE sale (id int, at int, note text DEFAULT 'new', body text, cents numeric(10, 2), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE sale_1 PARTITION OF sale FOR VALUES FROM (MINVALUE) TO (250);
            CREATE TABLE sale_2 (cents numeric(10, 2), gone int, body text, at int NOT NULL, note text DEFAULT 'other', id int NOT NULL);
            ALTER TABLE sale_2 DROP COLUMN gone;
            ALTER TABLE sale ATTACH PARTITION sale_2 FOR VALUES FROM (250) TO (500);
            CREATE TABLE sale_3 PARTITION OF sale FOR VALUES FROM (500) TO (750) PARTITION BY HASH (id);
            CREATE TABLE sale_3_0 PARTITION OF sale_3 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE sale_3_1 PARTITION OF sale_3 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE sale_rest PARTITION OF sale DEFAULT;
            CREATE INDEX sale_note ON sale (note);
            CREATE TABLE log (at int, what text) PARTITION BY LIST (what);
            CREATE TABLE log_a PARTITION OF log FOR VALUES IN ('a', NULL);
            CREATE TABLE log_rest (what text, at int);
            ALTER TABLE log ATTACH PARTITION log_rest DEFAULT;
            CREATE TABLE plain (id int PRIMARY KEY, sale int, at int, FOREIGN KEY (sale, at) REFERENCES sale ON DELETE CASCADE ON UPDATE CASCADE);
            """;

    private static final String ROWS = """
            INSERT INTO sale SELECT n, n % 1000, 'n' || n, repeat(md5(n::text), n % 200), n FROM generate_series(1, 20000) n;
            INSERT INTO log SELECT n, chr(97 + n % 3) FROM generate_series(1, 2000) n;
            INSERT INTO plain SELECT n, n, n % 1000 FROM generate_series(1, 1000) n;
            """;

    /** {@code %1$d} is random, {@code %2$d} a number that is new. */
    private static final List<String> CHANGES = List.of(
            "INSERT INTO sale SELECT %2$d + n, %1$d %% 1000, 'x', repeat(md5(n::text), 300), n FROM generate_series(1, 5) n",
            "UPDATE sale SET note = 'u' || note WHERE id %% 1000 = %1$d %% 1000 AND length(note) < 50",
            "UPDATE sale SET at = (at + 260) %% 1000 WHERE id %% 1000 = %1$d %% 1000",
            "UPDATE sale SET at = (at + 1) %% 1000 WHERE id %% 1000 = %1$d %% 1000",
            "UPDATE sale SET id = id + 1000000 WHERE id %% 1000 = %1$d %% 1000 AND id < 1000000",
            "DELETE FROM sale WHERE id %% 5000 = %1$d %% 5000",
            "WITH old AS (DELETE FROM sale WHERE id %% 1000 = %1$d %% 1000 RETURNING *)"
                    + " INSERT INTO sale SELECT id, (at + 300) %% 1000, note, body, cents + 1 FROM old ON CONFLICT DO NOTHING",
            "INSERT INTO log SELECT %1$d %% 100, chr(97 + %1$d %% 4) FROM generate_series(1, 3)",
            "INSERT INTO log VALUES (%1$d %% 100, NULL)",
            "UPDATE log SET what = chr(97 + %1$d %% 4) WHERE at %% 100 = %1$d %% 100",
            "DELETE FROM log WHERE at %% 50 = %1$d %% 50",
            "INSERT INTO plain SELECT %2$d, id, at FROM sale WHERE id %% 1000 = %1$d %% 1000 LIMIT 1");

    private static final String EMPTY_ALL =
            "TRUNCATE sale, plain; INSERT INTO sale SELECT %2$d + n, n, 'again', 'b', n FROM generate_series(1, 999) n";
    private static final String EMPTY_SOME = "TRUNCATE log_a; INSERT INTO log VALUES (1, 'a'), (2, 'b');"
            + " DELETE FROM plain; TRUNCATE sale_2, sale_3_1, plain; INSERT INTO sale SELECT %2$d + n, n, 'some', 'b', n FROM generate_series(1, 999) n";
    private static final int EMPTYING_EVERY = 150;
    private static final long PAUSE_NANOS = 4_000_000;

    private final AtomicLong commits = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final TestDatabase source;
    private final RandomGenerator random;
    private final List<String> emptyings = new ArrayList<>(List.of(EMPTY_ALL));
    private final Thread thread;
    private volatile boolean stopping;

    private PartitionWriter(TestDatabase source, Seed seed, boolean emptiesPartitions) {
        this.source = source;
        this.random = seed.random();
        if (emptiesPartitions) {
            emptyings.add(EMPTY_SOME);
        }
        this.thread = Thread.ofVirtual().name("partition-writer").start(this::write);
    }

    /** Makes and fills the tables. */
    static void create(Sql sql) {
        sql.execute(TABLES + ROWS);
    }

    /** @param emptiesPartitions whether single partitions are emptied by TRUNCATE too */
    static PartitionWriter start(TestDatabase source, Seed seed, boolean emptiesPartitions) {
        return new PartitionWriter(source, seed, emptiesPartitions);
    }

    void awaitCommits(long more) {
        long goal = commits.get() + more;
        Await.until(more + " more changes of partitioned tables", TaskUnderTest.LIMIT, () -> {
            requireNoFailure();
            return commits.get() >= goal;
        });
    }

    /** @throws AssertionError with the first error */
    void stop() {
        close();
        requireNoFailure();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void requireNoFailure() {
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("the writer failed", failed);
        }
    }

    private void write() {
        try (Sql sql = source.sql()) {
            int fresh = 10_000_000;
            for (int n = 1; !stopping; n++) {
                String change = n % EMPTYING_EVERY == 0
                        ? emptyings.get(n / EMPTYING_EVERY % emptyings.size())
                        : CHANGES.get(random.nextInt(CHANGES.size()));
                sql.execute(change.formatted(random.nextInt(1, Integer.MAX_VALUE), fresh));
                fresh += 1000;
                commits.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException | AssertionError e) {
            failure.set(e);
        }
    }
}
