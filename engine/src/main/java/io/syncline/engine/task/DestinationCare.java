package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Upkeep;
import io.syncline.api.port.Upkeep.DeadRows;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Tells people of tables whose dead rows nobody takes away, where the destination does not do so by itself: every change leaves one. It only advises: to vacuum a table locks
 * it against the task's changes, and when it is quiet only people know. A table is told of once, and again after it was clean. Thread-safe: a stage looks while the
 * run lives, from attempt to attempt.
 */
final class DestinationCare {

    /** Dead rows become many in hours, and what is told is for today. */
    static final Duration EVERY = Duration.ofMinutes(10);

    /** Fewer are not worth a person's time, whatever share of a small table they are. */
    private static final long MANY = 100_000;

    /** Dead rows are many when they are more than the live ones by this: PostgreSQL's own autovacuum_vacuum_scale_factor, 0.2. */
    private static final long PER_LIVE = 5;

    /** Tables that one notice names. */
    private static final int NAMED = 5;

    private final Set<TableId> told = new HashSet<>();
    private Instant due = Instant.EPOCH;

    /** When it is due, whatever attempt and stage that is in. Whatever goes wrong with it: it is no work of the task's, and a destination that is lost is missed where it is needed. */
    synchronized void look(RunContext context, Link link, Tenure tenure) {
        Instant now = context.environment().clock().instant();
        if (now.isBefore(due)) {
            return;
        }
        due = now.plus(EVERY);
        List<DeadRows> found = found(link.destination(), () -> tenure.memory(link.source()::position))
                .orElse(null);
        if (found == null) {
            return;
        }
        Set<TableId> unclean = found.stream()
                .filter(rows -> !isClean(rows))
                .map(DeadRows::table)
                .collect(Collectors.toSet());
        told.retainAll(unclean);
        List<DeadRows> news = found.stream()
                .filter(rows -> isCrowded(rows) && told.add(rows.table()))
                .toList();
        if (!news.isEmpty()) {
            context.notice(text(link.destination().address(), news));
        }
    }

    /** Tables with many dead rows now, the most first; empty when nobody has to look after them, or when the server does not say. */
    static List<DeadRows> crowded(Task task, Destination destination, TaskMemory memory) {
        return task.runs(Stage.INCREMENTAL)
                ? found(destination, () -> memory).orElse(List.of()).stream()
                        .filter(DestinationCare::isCrowded)
                        .toList()
                : List.of();
    }

    /** Empty when the server does not say. */
    private static Optional<List<DeadRows>> found(Destination destination, Supplier<TaskMemory> memory) {
        try {
            Upkeep upkeep = destination.upkeep().orElse(null);
            if (upkeep == null) {
                return Optional.of(List.of());
            }
            Set<TableId> tables =
                    memory.get().tables().stream().map(TableEntry::destination).collect(Collectors.toSet());
            List<DeadRows> found = new ArrayList<>(upkeep.deadRows(tables));
            found.sort(Comparator.comparingLong(DeadRows::dead).reversed().thenComparing(DeadRows::table));
            return Optional.of(found);
        } catch (SyncException e) {
            System.getLogger(DestinationCare.class.getName())
                    .log(System.Logger.Level.DEBUG, "the destination's dead rows could not be looked up", e);
            return Optional.empty();
        }
    }

    private static boolean isCrowded(DeadRows rows) {
        return rows.dead() >= MANY && rows.dead() > rows.live() / PER_LIVE;
    }

    /** Half of it: what goes to and fro about the mark is not told each time. */
    private static boolean isClean(DeadRows rows) {
        return rows.dead() < MANY / 2 || rows.dead() <= rows.live() / PER_LIVE / 2;
    }

    private static String text(String destination, List<DeadRows> news) {
        String tables = news.stream()
                .limit(NAMED)
                .map(rows -> rows.table() + " has " + rows.dead() + " dead and " + rows.live() + " live rows: "
                        + rows.remedy())
                .collect(Collectors.joining(" "));
        return "The destination " + destination
                + " does not take dead rows away by itself, and changes have left many: tables grow, and statements that read them become slower."
                + " Vacuum when it is quiet, table by table; the task waits meanwhile, and its source keeps the log. "
                + tables
                + (news.size() > NAMED
                        ? " And " + (news.size() - NAMED) + " more tables, which `syncline status FILE` lists."
                        : "");
    }
}
