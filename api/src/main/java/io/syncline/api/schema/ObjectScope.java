package io.syncline.api.schema;

import io.syncline.api.model.TableSchema;
import io.syncline.api.task.Carried;
import io.syncline.api.task.Carry;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Task;
import java.util.List;

/**
 * Which objects of a source are wanted.
 *
 * @param tables the chosen tables
 * @param patterns what views are chosen by, too, and schemas as a whole
 * @param except views that are not chosen by patterns with wildcards
 * @param carry what is taken along
 */
public record ObjectScope(
        List<TableSchema> tables, List<ObjectPattern> patterns, List<ObjectPattern> except, Carry carry) {

    public ObjectScope {
        tables = List.copyOf(tables);
        patterns = List.copyOf(patterns);
        except = List.copyOf(except);
    }

    /** These tables, with whatever belongs to them. */
    public static ObjectScope of(List<TableSchema> tables) {
        return new ObjectScope(tables, List.of(), List.of(), Carry.DEFAULT);
    }

    public static ObjectScope of(Task task, List<TableSchema> tables) {
        return new ObjectScope(
                tables, task.objects().stream().map(ObjectRule::pattern).toList(), task.except(), task.carry());
    }

    public boolean carries(Carried kind) {
        return carry.kinds().contains(kind);
    }

    /** Whether everything of a schema is wanted: it is chosen by a pattern such as {@code schema.*}. */
    public boolean isWhole(String schema) {
        return patterns.stream().anyMatch(pattern -> pattern.isWhole(schema));
    }

    /** Whether a view of this name is wanted. */
    public boolean isChosen(String schema, String view) {
        boolean excepted = except.stream().anyMatch(pattern -> pattern.matches(schema, view));
        return patterns.stream().anyMatch(pattern -> pattern.matches(schema, view) && (pattern.isExact() || !excepted));
    }
}
