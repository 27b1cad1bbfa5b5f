package io.syncline.engine.route;

import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Action;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.CompositeType;
import io.syncline.api.schema.SchemaObject.Definition;
import io.syncline.api.schema.SchemaObject.DomainType;
import io.syncline.api.schema.SchemaObject.EnumType;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.api.schema.SchemaObject.Grants;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.LateCheck;
import io.syncline.api.schema.SchemaObject.NamedCheck;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.RangeType;
import io.syncline.api.schema.SchemaObject.Role;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.SequenceValue;
import io.syncline.api.schema.SchemaObject.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of several source tables is made for the one table that they are merged into: the first one's, as far as it holds for the rows of all. The rest is listed (I4). */
final class MergedObjects {

    private static final String OTHERS = "need not hold for the rows of all tables that are merged into ";

    /** By the names that tables have at the source; the database does not count. */
    private final Map<String, Group> groups = new HashMap<>();

    private final Set<Made> made = new HashSet<>();

    /** @param routes to one destination table, by source table */
    private record Group(TableId target, List<TableRoute> routes) {

        Origin origin() {
            Origin origin = routes.getFirst().origin();
            if (origin == null) {
                throw new IllegalStateException(target + " is not merged");
            }
            return origin;
        }

        boolean isFirst(TableId source) {
            return routes.getFirst().source().table().toString().equals(source.toString());
        }

        /** Whether a column of the first table may be NULL in any of them. */
        boolean isNullable(String name) {
            TableRoute first = routes.getFirst();
            int at = first.sourceColumns().indexOf(first.source().indexOf(name));
            if (at < 0) {
                return false;
            }
            String written = first.destination().columns().get(at).name();
            return routes.stream().anyMatch(route -> {
                int source = route.sourceColumn(route.destination().indexOf(written));
                return source >= 0 && route.source().columns().get(source).nullable();
            });
        }
    }

    /** An index of a merged table. */
    private record Made(TableId target, String definition) {}

    MergedObjects(List<TableRoute> routes) {
        MergedTables.groups(routes).forEach((target, merged) -> {
            Group group = new Group(target, merged);
            merged.forEach(route -> groups.put(route.source().table().toString(), group));
        });
    }

    /** Notes what the first tables have. */
    void read(Collection<SchemaObject> objects) {
        for (SchemaObject object : objects) {
            if (object instanceof Index index) {
                Group group = group(index.table());
                if (group != null && group.isFirst(index.table())) {
                    made.add(new Made(group.target, index.definition()));
                }
            }
        }
    }

    /** The object as it is made, with its names at the source; null when it is not. */
    @Nullable
    SchemaObject made(SchemaObject object, List<LeftOut> leftOut) {
        if (groups.isEmpty()) {
            return object;
        }
        return switch (object) {
            case Table table -> table(table, leftOut);
            case KeyConstraint key -> key(key, leftOut);
            case Index index -> index(index, leftOut);
            case ForeignKey key ->
                group(key.table()) == null && group(key.references()) == null
                        ? key
                        : left(key, "a foreign key of or to a table that is merged is not made", leftOut);
            case LateCheck check -> unlessMerged(check, check.table(), leftOut);
            case Definition definition -> unlessMerged(definition, definition.table(), leftOut);
            case Action action -> unlessMerged(action, action.table(), leftOut);
            case SequenceOwner owner -> ofFirst(owner, owner.table(), leftOut);
            case SequenceValue value -> ofFirst(value, value.owner(), leftOut);
            case Comment comment -> comment(comment, leftOut);
            case Grants grants ->
                grants.on().kind() == ObjectRef.Kind.TABLE
                                && groups.containsKey(
                                        grants.on().schema() + "." + grants.on().name())
                        ? left(
                                grants,
                                "rights to one of the tables that are merged would be rights to the rows of all",
                                leftOut)
                        : grants;
            case Namespace _, EnumType _, DomainType _, CompositeType _, RangeType _, Sequence _, Role _ -> object;
        };
    }

    private @Nullable Group group(@Nullable TableId source) {
        return source == null ? null : groups.get(source.toString());
    }

    private @Nullable SchemaObject table(Table table, List<LeftOut> leftOut) {
        Group group = group(table.table());
        if (group == null) {
            return table;
        }
        for (NamedCheck check : table.checks()) {
            ObjectRef ref = new ObjectRef(
                    ObjectRef.Kind.CHECK, table.table().schema(), table.table().name(), check.name());
            leftOut.add(new LeftOut(ref.toString(), "it " + OTHERS + group.target));
        }
        if (!group.isFirst(table.table())) {
            return null;
        }
        List<ColumnDefinition> columns = new ArrayList<>();
        for (ColumnDefinition column : table.columns()) {
            columns.add(new ColumnDefinition(
                    column.name(),
                    column.type(),
                    column.collation(),
                    column.notNull() && !group.isNullable(column.name()),
                    column.defaultExpression(),
                    column.identity(),
                    column.generated()));
        }
        columns.add(new ColumnDefinition(Origin.COLUMN, "text", null, true, null, null, null));
        return new Table(
                table.table(),
                columns,
                List.of(),
                table.unlogged(),
                table.storageParameters(),
                table.partitioning(),
                table.layout());
    }

    private @Nullable SchemaObject key(KeyConstraint key, List<LeftOut> leftOut) {
        Group group = group(key.table());
        if (group == null) {
            return key;
        }
        if (!key.findsRows()) {
            return left(key, "it " + OTHERS + group.target, leftOut);
        }
        return group.isFirst(key.table())
                ? new KeyConstraint(key.table(), key.name(), key.kind(), true, definition(group, key.definition()))
                : null;
    }

    private @Nullable SchemaObject index(Index index, List<LeftOut> leftOut) {
        Group group = group(index.table());
        if (group == null) {
            return index;
        }
        boolean first = group.isFirst(index.table());
        if (index.findsRows()) {
            return first
                    ? new Index(
                            index.table(), index.name(), index.unique(), true, definition(group, index.definition()))
                    : null;
        }
        if (index.unique()) {
            return left(index, "it " + OTHERS + group.target, leftOut);
        }
        if (first) {
            return index;
        }
        return made.contains(new Made(group.target, index.definition()))
                ? null
                : left(
                        index,
                        "the first of the tables that are merged into " + group.target + " has no such index",
                        leftOut);
    }

    private @Nullable SchemaObject unlessMerged(SchemaObject object, @Nullable TableId table, List<LeftOut> leftOut) {
        Group group = group(table);
        return group == null ? object : left(object, "it " + OTHERS + group.target, leftOut);
    }

    private @Nullable SchemaObject ofFirst(SchemaObject object, @Nullable TableId table, List<LeftOut> leftOut) {
        Group group = group(table);
        return group == null || (table != null && group.isFirst(table))
                ? object
                : left(object, group.target + " has the sequence of the first of its tables", leftOut);
    }

    private @Nullable SchemaObject comment(Comment comment, List<LeftOut> leftOut) {
        ObjectRef on = comment.on();
        boolean ofTable = on.kind() == ObjectRef.Kind.TABLE;
        TableId table = new TableId("", on.schema(), ofTable ? on.name() : on.parent());
        Group group = group(table);
        if (group == null || (ofTable && group.isFirst(table))) {
            return comment;
        }
        return left(comment, group.target + " has the comments of the first of its tables and its columns", leftOut);
    }

    private static @Nullable SchemaObject left(SchemaObject object, String why, List<LeftOut> leftOut) {
        leftOut.add(new LeftOut(object.ref().toString(), why));
        return null;
    }

    /** With the origin as the last of the key's columns, where it is one. */
    private static String definition(Group group, String definition) {
        return group.origin().inKey() ? withColumn(definition, Origin.COLUMN) : definition;
    }

    /** Puts a column into the first list in parentheses, in which names may be quoted and parts may have parentheses of their own. */
    static String withColumn(String definition, String column) {
        int open = 0;
        boolean quoted = false;
        for (int i = 0; i < definition.length(); i++) {
            char c = definition.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                open++;
            } else if (!quoted && c == ')' && --open == 0) {
                return definition.substring(0, i) + ", " + column + definition.substring(i);
            }
        }
        throw new IllegalArgumentException("no list of columns in " + definition);
    }
}
