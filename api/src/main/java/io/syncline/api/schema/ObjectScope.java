package io.syncline.api.schema;

import io.syncline.api.model.TableSchema;
import io.syncline.api.task.Carried;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Task;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which objects of a source are wanted.
 *
 * @param tables the chosen tables
 * @param patterns what views are chosen by, too, and schemas as a whole
 * @param carry the kinds that are taken along
 */
public record ObjectScope(List<TableSchema> tables, List<ObjectPattern> patterns, Set<Carried> carry) {

    public ObjectScope {
        tables = List.copyOf(tables);
        patterns = List.copyOf(patterns);
        carry = Set.copyOf(carry);
    }

    /** These tables, with whatever belongs to them. */
    public static ObjectScope of(List<TableSchema> tables) {
        return new ObjectScope(tables, List.of(), EnumSet.allOf(Carried.class));
    }

    public static ObjectScope of(Task task, List<TableSchema> tables) {
        return new ObjectScope(
                tables, task.objects().stream().map(ObjectRule::pattern).toList(), task.carry());
    }

    public boolean carries(Carried kind) {
        return carry.contains(kind);
    }

    /** Whether everything of a schema is wanted: it is chosen by a pattern such as {@code schema.*}. */
    public boolean isWhole(String schema) {
        return patterns.stream().anyMatch(pattern -> pattern.isWhole(schema));
    }

    /** Whether a view of this name is wanted. */
    public boolean isChosen(String schema, String view) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(schema, view));
    }
}
