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

/**
 * A client that keeps changing tables whose foreign keys form a circle, point to their own table, cascade, and set NULL: one change of its own makes the source
 * change many rows, each of which is in the log by itself.
 */
final class FamilyWriter implements AutoCloseable {

    /** The tables without foreign keys. */
    static final String TABLES = """
            CREATE TABLE department (id int PRIMARY KEY, head int, name text NOT NULL);
            CREATE TABLE employee (id int PRIMARY KEY, department int NOT NULL, boss int, name text NOT NULL);
            CREATE TABLE customer (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE purchase (id int PRIMARY KEY, customer int NOT NULL, total int NOT NULL);
            CREATE TABLE item (purchase int, line int, what text NOT NULL, PRIMARY KEY (purchase, line));
            CREATE TABLE note (id int PRIMARY KEY, purchase int, what text NOT NULL);
            CREATE TABLE category (id int PRIMARY KEY, parent int, name text NOT NULL);
            """;

    static final List<String> NAMES =
            List.of("department", "employee", "customer", "purchase", "item", "note", "category");

    static final String FOREIGN_KEYS = """
            ALTER TABLE department ADD FOREIGN KEY (head) REFERENCES employee ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
            ALTER TABLE employee ADD FOREIGN KEY (department) REFERENCES department ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE employee ADD FOREIGN KEY (boss) REFERENCES employee ON DELETE SET NULL ON UPDATE CASCADE;
            ALTER TABLE purchase ADD FOREIGN KEY (customer) REFERENCES customer ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE item ADD FOREIGN KEY (purchase) REFERENCES purchase ON DELETE CASCADE ON UPDATE CASCADE;
            ALTER TABLE note ADD FOREIGN KEY (purchase) REFERENCES purchase ON DELETE SET NULL ON UPDATE CASCADE;
            ALTER TABLE category ADD FOREIGN KEY (parent) REFERENCES category ON DELETE CASCADE;
            """;

    static final int FOREIGN_KEY_COUNT = 7;

    private static final String ROWS = """
            INSERT INTO department SELECT n, NULL, 'd' || n FROM generate_series(1, 20) n;
            INSERT INTO employee SELECT n, 1 + n % 20, NULLIF(n / 10, 0), 'e' || n FROM generate_series(1, 500) n;
            UPDATE department SET head = id + 20;
            INSERT INTO customer SELECT n, 'c' || n FROM generate_series(1, 500) n;
            INSERT INTO purchase SELECT n, 1 + n % 500, n FROM generate_series(1, 2000) n;
            INSERT INTO item SELECT n, line, repeat('i', n % 50) FROM generate_series(1, 2000) n, generate_series(1, 3) line;
            INSERT INTO note SELECT n, n, 'about ' || n FROM generate_series(1, 2000) n;
            INSERT INTO category SELECT n, NULLIF(n / 3, 0), 'k' || n FROM generate_series(1, 500) n;
            """;

    /** {@code %1$d} is random, {@code %2$d} a number that is new. */
    private static final List<String> CHANGES = List.of(
            "INSERT INTO employee SELECT %2$d, (" + any("department") + "), (" + any("employee") + "), 'new'",
            "UPDATE department SET head = (" + any("employee") + ") WHERE id = (" + any("department") + ")",
            "UPDATE department SET id = %2$d WHERE id = (" + any("department") + ")",
            "UPDATE employee SET id = %2$d WHERE id = (" + any("employee") + ")",
            "DELETE FROM employee WHERE id = (" + any("employee") + ")",
            "INSERT INTO department VALUES (%2$d, NULL, 'new'); INSERT INTO employee VALUES (%2$d, %2$d, NULL, 'first');"
                    + " UPDATE department SET head = %2$d WHERE id = %2$d",
            "INSERT INTO customer VALUES (%2$d, 'new'); INSERT INTO purchase VALUES (%2$d, %2$d, 1);"
                    + " INSERT INTO item SELECT %2$d, n, 'x' FROM generate_series(1, 4) n; INSERT INTO note VALUES (%2$d, %2$d, 'new')",
            "UPDATE customer SET id = %2$d WHERE id = (" + any("customer") + ")",
            "UPDATE purchase SET customer = (" + any("customer") + ") WHERE id = (" + any("purchase") + ")",
            "UPDATE purchase SET id = %2$d WHERE id = (" + any("purchase") + ")",
            "DELETE FROM customer WHERE id = (" + any("customer") + ")",
            "DELETE FROM purchase WHERE id = (" + any("purchase") + ")",
            // A child moves from a parent that goes: the order matters to whoever fires cascades.
            "WITH gone AS (" + any("customer") + ") UPDATE purchase SET customer = (SELECT max(id) FROM customer)"
                    + " WHERE customer IN (SELECT id FROM gone) AND id %% 2 = 0; DELETE FROM customer WHERE id = ("
                    + any("customer") + ")",
            "INSERT INTO category SELECT %2$d, (" + any("category") + "), 'new'",
            "DELETE FROM category WHERE id = (SELECT id FROM category ORDER BY id DESC OFFSET 20 LIMIT 1)");

    /** Once in a while: all of a circle's tables at once. */
    private static final String EMPTYING = "TRUNCATE customer CASCADE; INSERT INTO customer VALUES (%2$d, 'again');"
            + " INSERT INTO purchase SELECT %2$d + n, %2$d, n FROM generate_series(1, 50) n;"
            + " INSERT INTO item SELECT %2$d + n, 1, 'x' FROM generate_series(1, 50) n";

    private static final int EMPTYING_EVERY = 400;
    private static final int FIRST_NEW = 1_000_000;
    private static final long PAUSE_NANOS = 3_000_000;

    private final AtomicLong commits = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final TestDatabase source;
    private final RandomGenerator random;
    private final Thread thread;
    private volatile boolean stopping;

    private FamilyWriter(TestDatabase source, Seed seed) {
        this.source = source;
        this.random = seed.random();
        this.thread = Thread.ofVirtual().name("family-writer").start(this::write);
    }

    /** Makes and fills the tables. */
    static void create(Sql sql) {
        sql.execute(TABLES + ROWS + FOREIGN_KEYS);
    }

    /** Starts to change them. */
    static FamilyWriter start(TestDatabase source, Seed seed) {
        return new FamilyWriter(source, seed);
    }

    void awaitCommits(long more) {
        long goal = commits.get() + more;
        Await.until(more + " more changes of the family", TaskUnderTest.LIMIT, () -> {
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
            int fresh = (int)
                    sql.number(
                            "SELECT greatest(" + FIRST_NEW + ", (SELECT max(id) FROM customer),"
                                    + " (SELECT max(id) FROM purchase), (SELECT max(id) FROM employee), (SELECT max(id) FROM department)) + 1000");
            for (int n = 1; !stopping; n++) {
                String change = n % EMPTYING_EVERY == 0 ? EMPTYING : CHANGES.get(random.nextInt(CHANGES.size()));
                sql.execute(change.formatted(random.nextInt(1, Integer.MAX_VALUE), fresh));
                fresh += 100;
                commits.incrementAndGet();
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (RuntimeException | AssertionError e) {
            failure.set(e);
        }
    }

    /** A row that only the random number decides. */
    private static String any(String table) {
        return "SELECT id FROM " + table + " ORDER BY hashint4(id # %1$d) LIMIT 1";
    }
}
