package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A reader of the destination's table {@code cache}, all the time: each state of it must be there whole, and once there are rows there always are. */
final class WholeStates implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final long rows;
    private final Thread thread = new Thread(this::read, "reader");
    private final Set<String> states = new HashSet<>();
    private final AtomicReference<@Nullable String> violation = new AtomicReference<>();
    private volatile boolean stopped;

    private WholeStates(TestDatabase database, long rows) {
        this.database = database;
        this.rows = rows;
    }

    /** @param rows of every state but the empty one, which comes first */
    static WholeStates of(TestDatabase database, long rows) {
        WholeStates states = new WholeStates(database, rows);
        states.thread.start();
        return states;
    }

    private void read() {
        try (Sql sql = database.sql()) {
            while (!stopped && violation.get() == null) {
                List<@Nullable String> seen = sql.rows(
                                "SELECT count(*), count(DISTINCT state), coalesce(min(state), 0) FROM cache")
                        .getFirst();
                boolean whole = seen.equals(List.of(Long.toString(rows), "1", String.valueOf(seen.get(2))));
                boolean empty = seen.equals(List.of("0", "0", "0")) && states.size() <= 1;
                if (!whole && !empty) {
                    violation.set("behind " + states + " came " + seen);
                }
                states.add(String.valueOf(seen.get(2)));
            }
        } catch (RuntimeException e) {
            violation.set(e.toString());
        }
    }

    /** @throws AssertionError when the table was seen without rows, or with a part of them */
    void stop() {
        close();
        Optional.ofNullable(violation.get()).ifPresent(seen -> {
            throw new AssertionError("rows, states and the least of them: " + seen);
        });
    }

    /** How many states were seen, once it has stopped. */
    int seen() {
        return states.size();
    }

    @Override
    public void close() {
        stopped = true;
        try {
            if (!thread.join(LIMIT)) {
                throw new AssertionError("the reader does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the reader was ending", e);
        }
    }
}
