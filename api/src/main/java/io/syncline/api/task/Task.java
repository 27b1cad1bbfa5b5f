package io.syncline.api.task;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task document, checked: every key known, every value allowed.
 *
 * @param name 4-50 characters, a letter first, then letters, digits, {@code -} and {@code _}; need not be unique
 * @param id the 8-character id of an existing ledger entry, only needed when one name, source and destination have several tasks; else null
 * @param stages those that run
 * @param ledgerSchema the destination schema of the ledger, {@code syncline} by default
 * @param searchPath what sessions set as search_path for CHECK functions, empty by default (T47)
 * @param ddl which changes of a table's shape are followed
 */
public record Task(
        String name,
        @Nullable String id,
        String description,
        Endpoint source,
        Endpoint destination,
        Set<Stage> stages,
        List<ObjectRule> objects,
        String ledgerSchema,
        String searchPath,
        Tuning tuning,
        Retry retry,
        Throttle throttle,
        DdlPolicy ddl) {

    public Task {
        stages = Set.copyOf(stages);
        objects = List.copyOf(objects);
    }

    public boolean runs(Stage stage) {
        return stages.contains(stage);
    }
}
