package io.syncline.api.task;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A task document, checked: every key known, every value allowed.
 *
 * @param name 4-50 characters, a letter first, then letters, digits, {@code -} and {@code _}; need not be unique
 * @param id the 8-character id of an existing ledger entry, only needed when one name, source and destination have several tasks; else null
 * @param environment what the task is run for, in the user's words ({@code production}); empty: not said
 * @param stages those that run
 * @param startAt before which the first run does not start; null: at once
 * @param startFrom from where changes are applied, where the stage full does not run
 * @param except what no pattern with wildcards chooses
 * @param capitalization of destination names that no entry gives
 * @param ledgerSchema the destination schema of the ledger, {@code syncline} by default
 * @param searchPath what sessions set as search_path for CHECK functions, empty by default (T47)
 * @param carry what the schema stage takes along with tables
 * @param edited what the user wrote for the schema stage to run in place of its own statements
 * @param ddl which changes of a table's shape are followed
 */
public record Task(
        String name,
        @Nullable String id,
        String description,
        String environment,
        Endpoint source,
        Endpoint destination,
        Set<Stage> stages,
        @Nullable Instant startAt,
        StartFrom startFrom,
        List<ObjectRule> objects,
        List<ObjectPattern> except,
        Capitalization capitalization,
        Policies policies,
        String ledgerSchema,
        String searchPath,
        Tuning tuning,
        Retry retry,
        Throttle throttle,
        HoldBack holdBack,
        SourceLog sourceLog,
        Carry carry,
        EditedStatements edited,
        DdlPolicy ddl) {

    public Task {
        stages = Set.copyOf(stages);
        objects = List.copyOf(objects);
        except = List.copyOf(except);
    }

    /**
     * What becomes of conflicts in a table. Where some kinds of change are left out, or rows of before, the destination cannot be as the source was, so that to stop would stop
     * always.
     *
     * @param carried the kinds of change that are carried of it
     * @param merged whether others write into its destination table by design
     */
    public ConflictPolicy conflicts(Set<Operation> carried, boolean merged) {
        ConflictPolicy chosen = policies.conflicts();
        if (chosen != null) {
            return chosen;
        }
        boolean empty = runs(Stage.SCHEMA) && !runs(Stage.FULL);
        boolean whole = !empty
                && !merged
                && policies.existingTables() != ExistingTables.IGNORE
                && carried.containsAll(Set.of(Operation.values()));
        return whole ? ConflictPolicy.REPORT : ConflictPolicy.OVERWRITE;
    }

    /**
     * The rule that chooses a table: one without wildcards counts more than exceptions, those more than rules with wildcards; among equals the first in the file. Null when none chooses it.
     *
     * @param schema the table's, at the source
     */
    public @Nullable ObjectRule rule(String schema, String table) {
        ObjectRule found = null;
        for (ObjectRule rule : objects) {
            if (rule.pattern().matches(schema, table)) {
                if (rule.pattern().isExact()) {
                    return rule;
                }
                if (found == null) {
                    found = rule;
                }
            }
        }
        return except.stream().anyMatch(pattern -> pattern.matches(schema, table)) ? null : found;
    }

    /** The same task between other databases. */
    Task between(
            Endpoint otherSource,
            Endpoint otherDestination,
            @Nullable String otherId,
            List<ObjectRule> otherObjects,
            List<ObjectPattern> otherExcept,
            Tuning share) {
        return new Task(
                name,
                otherId,
                description,
                environment,
                otherSource,
                otherDestination,
                stages,
                startAt,
                startFrom,
                otherObjects,
                otherExcept,
                capitalization,
                policies,
                ledgerSchema,
                searchPath,
                share,
                retry,
                throttle,
                holdBack,
                sourceLog,
                carry,
                edited,
                ddl);
    }

    public boolean runs(Stage stage) {
        return stages.contains(stage);
    }
}
