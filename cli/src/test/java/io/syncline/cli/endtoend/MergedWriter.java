package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A client that keeps changing tables of one shape in several schemas, rows of equal keys among them, and moves rows from one to another. */
final class MergedWriter implements AutoCloseable {

    static final List<String> SCHEMAS = List.of("north", "south");

    /** Each a transaction; {@code %1$s} and {@code %2$s} are schemas, {@code %3$d} and {@code %4$d} random keys. */
    private static final List<String> CHANGES = List.of(
            "INSERT INTO %1$s.sale SELECT %3$d, 1, 'n@x.org', 5, repeat('n', 4000) WHERE NOT EXISTS (SELECT FROM %1$s.sale WHERE id = %3$d)",
            "UPDATE %1$s.sale SET amount = -amount WHERE id BETWEEN %3$d AND %3$d + 3",
            "UPDATE %1$s.sale SET email = email || 'x' WHERE id = %3$d",
            "UPDATE %1$s.sale SET id = %4$d WHERE id = %3$d AND NOT EXISTS (SELECT FROM %1$s.sale WHERE id = %4$d)",
            "DELETE FROM %1$s.sale WHERE id = %3$d",
            "WITH gone AS (DELETE FROM %1$s.sale WHERE id = %3$d RETURNING *) INSERT INTO %2$s.sale"
                    + " SELECT * FROM gone WHERE NOT EXISTS (SELECT FROM %2$s.sale WHERE id = %3$d)",
            "INSERT INTO %1$s.event VALUES (%3$d, 'equal'), (%3$d, 'equal'); INSERT INTO %2$s.event VALUES (%3$d, 'equal')",
            "DELETE FROM %1$s.event WHERE ctid = (SELECT ctid FROM %1$s.event WHERE kind = 'equal' LIMIT 1)",
            "UPDATE %1$s.event SET kind = 'other' WHERE client = %3$d",
            "BEGIN; DELETE FROM %1$s.sale WHERE id = %3$d; UPDATE %2$s.sale SET amount = 7 WHERE id = %4$d;"
                    + " UPDATE %2$s.sale SET amount = amount - 9 WHERE id = %4$d; COMMIT");

    private static final int PAUSE_NANOS = 10_000_000;

    private static final int KEYS = 2_000;
    private static final int BETWEEN_TRUNCATES = 150;

    private final AtomicLong commits = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    private MergedWriter(TestDatabase source, RandomGenerator random) {
        thread = Thread.ofPlatform().name("merged writer").start(() -> {
            try (Sql sql = source.sql()) {
                while (!stopped) {
                    sql.execute(change(random));
                    commits.incrementAndGet();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        });
    }

    static MergedWriter start(TestDatabase source, Seed seed) {
        return new MergedWriter(source, seed.random());
    }

    private String change(RandomGenerator random) {
        boolean swapped = random.nextBoolean();
        String one = SCHEMAS.get(swapped ? 1 : 0);
        String other = SCHEMAS.get(swapped ? 0 : 1);
        if (commits.get() % BETWEEN_TRUNCATES == BETWEEN_TRUNCATES - 1) {
            return "TRUNCATE " + one + ".event";
        }
        return CHANGES.get(random.nextInt(CHANGES.size()))
                .formatted(one, other, random.nextInt(KEYS), random.nextInt(KEYS));
    }

    /** So many more. */
    void awaitCommits(int more) {
        long target = commits.get() + more;
        Await.until(
                more + " more commits", TaskUnderTest.LIMIT, () -> commits.get() >= target || failure.get() != null);
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("the writer failed", failed);
        }
    }
}
