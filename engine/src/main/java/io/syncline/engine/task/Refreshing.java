package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.task.ObjectRule;
import io.syncline.engine.run.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Loads tables anew when they are due, one after the other. Accompanies the streams of the others. */
final class Refreshing implements Stage {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final LoadAside aside;
    private final RefreshTimes times;
    private final Set<TableId> slow = new HashSet<>();
    private @Nullable TableRefresh current;
    private volatile @Nullable TableId table;
    private volatile boolean atRest;

    Refreshing(RunContext context, Link link, Tenure tenure, LoadAside aside, Map<TableId, RefreshTimes.Known> tables) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.aside = aside;
        this.times = new RefreshTimes(this::interval, tables);
    }

    private Duration interval(TableId of) {
        ObjectRule rule = Objects.requireNonNull(context.task().rule(of.schema(), of.name()));
        return Objects.requireNonNull(rule.refresh());
    }

    /** The table that is being loaded; null when none is. From any thread. */
    @Nullable
    TableId table() {
        return table;
    }

    /** Whether no table is being loaded, or due. From any thread. */
    boolean isAtRest() {
        return atRest;
    }

    @Override
    public String name() {
        return "refresh";
    }

    @Override
    public Progress poll() throws InterruptedException {
        TableRefresh refresh = current;
        if (refresh == null) {
            return next();
        }
        Progress progress = refresh.poll();
        if (progress != Progress.DONE) {
            return progress;
        }
        ended(refresh);
        return Progress.WORKED;
    }

    private Progress next() {
        Optional<TableId> due = times.due(now());
        atRest = due.isEmpty();
        if (due.isEmpty()) {
            return Progress.WAITING;
        }
        table = due.get();
        current = new TableRefresh(context, link, tenure, aside, due.get(), times.isAsked(due.get()));
        return Progress.WORKED;
    }

    private void ended(TableRefresh refresh) {
        TableId loaded = refresh.table();
        refresh.close();
        current = null;
        if (times.isAsked(loaded)) {
            context.notice("Carried again: " + loaded + ", and loaded anew every " + interval(loaded) + ".");
        }
        times.read(loaded, refresh.readAt());
        tellIfSlow(loaded, Duration.between(refresh.readAt(), now()));
        table = null;
    }

    /** Once for each table: such a table is being read all the time. */
    private void tellIfSlow(TableId loaded, Duration taken) {
        if (taken.compareTo(interval(loaded)) > 0 && slow.add(loaded)) {
            context.notice(
                    "A refresh of " + loaded + " took " + taken.toSeconds()
                            + " s, longer than its interval: the next one begins at once, and its rows are older than `refresh` says.");
        }
    }

    private Instant now() {
        return context.environment().clock().instant();
    }

    @Override
    public void close() {
        TableRefresh refresh = current;
        current = null;
        if (refresh != null) {
            refresh.close();
        }
    }
}
