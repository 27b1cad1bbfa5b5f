package io.syncline.document;

import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Policies;
import io.syncline.api.task.Stage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code refresh} of an entry of {@code objects}. */
final class RefreshReader {

    private static final Duration LEAST = Duration.ofSeconds(10);
    private static final Duration MOST = Duration.ofDays(7);

    private final Review review;

    RefreshReader(Review review) {
        this.review = review;
    }

    /** Null when the entry's tables follow their changes. */
    @Nullable
    Duration read(Cursor entry) {
        Cursor refresh = entry.key("refresh");
        Optional<Duration> interval = refresh.text().flatMap(Quantity::time);
        if (interval.isEmpty()) {
            return null;
        }
        if (interval.get().compareTo(LEAST) < 0 || interval.get().compareTo(MOST) > 0) {
            review.wrong(
                    refresh,
                    "must be a time from 10s to 168h, such as 15m (units ms, s, m, h), found the text "
                            + Quoted.of(refresh.text().orElse("")));
        }
        requireRowsOfOurOwn(refresh);
        for (String key : List.of("operations", "merge")) {
            if (entry.key(key).exists()) {
                review.wrong(
                        entry.key(key),
                        "is for tables that follow their changes; with refresh all rows of the table are replaced again and again");
            }
        }
        return interval.get();
    }

    /** Each refresh copies rows beside those that follow the log, and replaces all that the table holds. */
    private void requireRowsOfOurOwn(Cursor refresh) {
        Set<Stage> stages = TaskReader.stages(review.root().key("stages"));
        if (!stages.containsAll(Set.of(Stage.FULL, Stage.INCREMENTAL))) {
            review.wrong(
                    refresh,
                    "is for tasks with the stages full and incremental: others end when the rows are copied, or copy none");
        }
        Policies policies = PoliciesReader.read(review.root());
        if (policies.existingTables() == ExistingTables.IGNORE) {
            review.wrong(
                    refresh,
                    "replaces all rows of the table, and with existingTables: ignore it may hold rows that are not the task's");
        }
    }
}
