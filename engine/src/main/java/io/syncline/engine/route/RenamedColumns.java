package io.syncline.engine.route;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Action;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.CompositeType;
import io.syncline.api.schema.SchemaObject.Definition;
import io.syncline.api.schema.SchemaObject.DomainType;
import io.syncline.api.schema.SchemaObject.EnumType;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.api.schema.SchemaObject.Generated;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives columns the names of the destination in all that belongs to their table, and leaves out what is about columns that are not carried: listed (I4), unless it is
 * nothing without its column.
 */
final class RenamedColumns {

    /** The tables whose columns differ, by the names that tables have at the source; the database does not count. */
    private final Map<String, ColumnNames> tables = new HashMap<>();

    /** Of each of their columns the name at the destination; empty when it is not there. */
    private final Map<String, Map<String, Optional<String>>> columns = new HashMap<>();

    RenamedColumns(Collection<RoutePlan.Planned> tables) {
        for (RoutePlan.Planned planned : tables) {
            TableRoute route = planned.route();
            if (!planned.columns().areTheSource()) {
                this.tables.put(route.source().table().toString(), planned.columns());
            }
        }
    }

    /** Notes which columns tables have, and which of them can be there. */
    void read(Collection<SchemaObject> objects, Map<TableId, TableId> roots) {
        if (tables.isEmpty()) {
            return;
        }
        for (SchemaObject object : objects) {
            if (object instanceof Table table) {
                ColumnNames names = tables.get(
                        roots.getOrDefault(table.table(), table.table()).toString());
                if (names != null) {
                    columns.put(table.table().toString(), columns(table, names));
                }
            }
        }
    }

    private static Map<String, Optional<String>> columns(Table table, ColumnNames names) {
        Map<String, Optional<String>> columns = new HashMap<>();
        for (ColumnDefinition column : table.columns()) {
            columns.put(
                    column.name(),
                    names.carries(column.name()) ? Optional.of(names.of(column.name())) : Optional.empty());
        }
        for (ColumnDefinition column : table.columns()) {
            Generated generated = column.generated();
            if (generated != null && lacking(generated.expression(), columns) != null) {
                columns.put(column.name(), Optional.empty());
            }
        }
        return columns;
    }

    /** The object with its table's name at the source and its columns' at the destination; null when it is not made. */
    @Nullable
    SchemaObject made(SchemaObject object, List<LeftOut> leftOut) {
        if (columns.isEmpty()) {
            return object;
        }
        return switch (object) {
            case Table table -> table(table, leftOut);
            case KeyConstraint key -> {
                String definition = worded(key, key.table(), key.definition(), leftOut);
                yield definition == null
                        ? null
                        : new KeyConstraint(key.table(), key.name(), key.kind(), key.findsRows(), definition);
            }
            case Index index -> {
                String definition = worded(index, index.table(), index.definition(), leftOut);
                yield definition == null
                        ? null
                        : new Index(index.table(), index.name(), index.unique(), index.findsRows(), definition);
            }
            case LateCheck check -> {
                String definition = worded(check, check.table(), check.definition(), leftOut);
                yield definition == null ? null : new LateCheck(check.table(), check.name(), definition);
            }
            case ForeignKey key -> foreignKey(key, leftOut);
            case SequenceOwner owner -> {
                Optional<String> column = column(owner.table(), owner.column());
                if (column.isEmpty()) {
                    yield left(owner, owner.column(), leftOut);
                }
                yield new SequenceOwner(owner.schema(), owner.sequence(), owner.table(), column.get());
            }
            case SequenceValue value -> sequenceValue(value);
            case Comment comment -> comment(comment);
            case Grants grants -> grants(grants);
            case Definition _,
                    Action _,
                    Namespace _,
                    EnumType _,
                    DomainType _,
                    CompositeType _,
                    RangeType _,
                    Sequence _,
                    Role _ -> object;
        };
    }

    private @Nullable SchemaObject table(Table table, List<LeftOut> leftOut) {
        Map<String, Optional<String>> names = columns.get(table.table().toString());
        if (names == null) {
            return table;
        }
        List<ColumnDefinition> made = new ArrayList<>();
        for (ColumnDefinition column : table.columns()) {
            Optional<String> name = name(names, column.name());
            if (name.isPresent()) {
                made.add(column(column, name.get(), names));
            } else if (column.generated() != null) {
                leftOut.add(new LeftOut(
                        "generated column " + table.table() + "." + column.name(),
                        "it, or a column that it is computed from, is not carried"));
            }
        }
        List<NamedCheck> checks = new ArrayList<>();
        for (NamedCheck check : table.checks()) {
            String lacking = lacking(check.definition(), names);
            if (lacking == null) {
                checks.add(new NamedCheck(check.name(), words(check.definition(), names)));
            } else {
                ObjectRef ref = new ObjectRef(
                        ObjectRef.Kind.CHECK,
                        table.table().schema(),
                        table.table().name(),
                        check.name());
                leftOut.add(new LeftOut(ref.toString(), isAbout(lacking)));
            }
        }
        Partitioning partitioning = table.partitioning();
        String key = partitioning.key();
        return new Table(
                table.table(),
                made,
                checks,
                table.unlogged(),
                table.storageParameters(),
                key == null
                        ? partitioning
                        : new Partitioning(words(key, names), partitioning.parent(), partitioning.bound()),
                table.layout());
    }

    private static ColumnDefinition column(ColumnDefinition column, String name, Map<String, Optional<String>> names) {
        Generated generated = column.generated();
        return new ColumnDefinition(
                name,
                column.type(),
                column.collation(),
                column.notNull(),
                column.defaultExpression(),
                column.identity(),
                generated == null ? null : new Generated(words(generated.expression(), names), generated.stored()));
    }

    /** Null when the words are about a column that is not carried. */
    private @Nullable String worded(SchemaObject object, TableId table, String words, List<LeftOut> leftOut) {
        Map<String, Optional<String>> names = columns.get(table.toString());
        if (names == null) {
            return words;
        }
        String lacking = lacking(words, names);
        if (lacking != null) {
            left(object, lacking, leftOut);
            return null;
        }
        return words(words, names);
    }

    private @Nullable SchemaObject foreignKey(ForeignKey key, List<LeftOut> leftOut) {
        List<String> own = new ArrayList<>();
        List<String> referenced = new ArrayList<>();
        for (String column : key.columns()) {
            Optional<String> name = column(key.table(), column);
            if (name.isEmpty()) {
                return left(key, column, leftOut);
            }
            own.add(name.get());
        }
        for (String column : key.referencedColumns()) {
            Optional<String> name = column(key.references(), column);
            if (name.isEmpty()) {
                return left(key, column, leftOut);
            }
            referenced.add(name.get());
        }
        // ON DELETE SET NULL (column) names columns too (15 and later).
        String rest = worded(key, key.table(), key.rest(), leftOut);
        return rest == null
                ? null
                : new ForeignKey(key.table(), key.name(), own, key.references(), referenced, key.period(), rest);
    }

    /** An identity column that is not there has no sequence. */
    private @Nullable SchemaObject sequenceValue(SequenceValue value) {
        TableId owner = value.owner();
        String column = value.column();
        if (owner == null || column == null) {
            return value;
        }
        return column(owner, column)
                .map(name ->
                        new SequenceValue(value.schema(), value.sequence(), owner, name, value.value(), value.called()))
                .orElse(null);
    }

    private @Nullable SchemaObject comment(Comment comment) {
        String column = comment.column();
        if (column == null || comment.on().kind() != ObjectRef.Kind.TABLE) {
            return comment;
        }
        return column(table(comment.on()), column)
                .map(name -> new Comment(comment.on(), name, comment.text()))
                .orElse(null);
    }

    private SchemaObject grants(Grants grants) {
        if (grants.on().kind() != ObjectRef.Kind.TABLE) {
            return grants;
        }
        List<Grants.Grant> list = new ArrayList<>();
        for (Grants.Grant grant : grants.list()) {
            String column = grant.column();
            if (column == null) {
                list.add(grant);
            } else {
                column(table(grants.on()), column)
                        .ifPresent(name ->
                                list.add(new Grants.Grant(grant.role(), name, grant.privilege(), grant.grantable())));
            }
        }
        return new Grants(grants.on(), list, grants.only());
    }

    private static TableId table(ObjectRef on) {
        return new TableId("", on.schema(), on.name());
    }

    private Optional<String> column(TableId table, String column) {
        Map<String, Optional<String>> names = columns.get(table.toString());
        return names == null ? Optional.of(column) : name(names, column);
    }

    /** A column that the source has not, such as that of origins, has its own name. */
    private static Optional<String> name(Map<String, Optional<String>> names, String column) {
        return names.getOrDefault(column, Optional.of(column));
    }

    private static String words(String text, Map<String, Optional<String>> names) {
        return new PrintedSql(text).with(column -> name(names, column).orElse(column));
    }

    /** The first column in the words that is not carried, or null. */
    private static @Nullable String lacking(String text, Map<String, Optional<String>> names) {
        return new PrintedSql(text)
                .columns().stream()
                        .filter(column -> name(names, column).isEmpty())
                        .findFirst()
                        .orElse(null);
    }

    private static @Nullable SchemaObject left(SchemaObject object, String column, List<LeftOut> leftOut) {
        leftOut.add(new LeftOut(object.ref().toString(), isAbout(column)));
        return null;
    }

    private static String isAbout(String column) {
        return "it is about the column " + column + ", which is not carried";
    }
}
