package io.syncline.api.task;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task does with its changes.
 *
 * @param operations the kinds of change that are carried of tables of which nothing else is said
 * @param operationsOfSchemas the same for tables of a source schema, by its name
 * @param existingTables for rows that the destination holds before the load
 * @param conflicts for changes that do not find the destination as the source was; null when the task file does not say
 * @param tableErrors for failures of one table that another attempt would meet again
 * @param badValues for values that the destination refuses
 */
public record Policies(
        Set<Operation> operations,
        Map<String, Set<Operation>> operationsOfSchemas,
        ExistingTables existingTables,
        @Nullable ConflictPolicy conflicts,
        TableErrors tableErrors,
        BadValues badValues) {

    public static final Policies DEFAULT = new Policies(
            Set.of(Operation.values()), Map.of(), ExistingTables.PRECHECK, null, TableErrors.STOP, BadValues.STOP);

    public Policies {
        operations = Set.copyOf(operations);
        operationsOfSchemas = Map.copyOf(operationsOfSchemas);
    }

    /**
     * The kinds of change that are carried of a table: what its entry says, else what its schema's does, else what the task does.
     *
     * @param schema the table's, at the source
     */
    public Set<Operation> operations(ObjectRule rule, String schema) {
        return rule.operations().isEmpty() ? operationsOfSchemas.getOrDefault(schema, operations) : rule.operations();
    }
}
