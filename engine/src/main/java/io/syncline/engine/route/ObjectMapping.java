package io.syncline.engine.route;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.CompositeType;
import io.syncline.api.schema.SchemaObject.DomainType;
import io.syncline.api.schema.SchemaObject.EnumType;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.LateCheck;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.SequenceValue;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Gives objects of the source the names of the destination. Types and sequences keep their schema; tables go where their route says. */
public final class ObjectMapping {

    private final Map<TableId, TableId> targets = new HashMap<>();
    private final Map<String, TableId> byName = new HashMap<>();

    public ObjectMapping(List<TableRoute> routes) {
        for (TableRoute route : routes) {
            targets.put(route.source().table(), route.destination().table());
            byName.put(route.source().table().toString(), route.destination().table());
        }
    }

    /** Adds the schemas that only the destination's names need, and leaves out, listed, the owners of sequences whose table goes to another schema than theirs. */
    public SchemaPlan map(SchemaPlan plan) {
        List<LeftOut> leftOut = new ArrayList<>(plan.leftOut());
        List<SchemaObject> mapped = new ArrayList<>();
        for (SchemaObject object : plan.objects()) {
            SchemaObject there = map(object);
            if (there instanceof SequenceOwner owner
                    && !owner.schema().equals(owner.table().schema())) {
                leftOut.add(new LeftOut(
                        owner.ref().toString(),
                        "its table goes to schema " + owner.table().schema()
                                + ", and a sequence can only belong to a table of its own schema"));
            } else {
                mapped.add(there);
            }
        }
        List<SchemaObject> objects = new ArrayList<>(missingSchemas(mapped));
        objects.addAll(mapped);
        return new SchemaPlan(objects, leftOut);
    }

    private static List<Namespace> missingSchemas(List<SchemaObject> objects) {
        SortedSet<String> needed = new TreeSet<>();
        for (SchemaObject object : objects) {
            if (object instanceof Table table) {
                needed.add(table.table().schema());
            }
        }
        for (SchemaObject object : objects) {
            if (object instanceof Namespace namespace) {
                needed.remove(namespace.name());
            }
        }
        return needed.stream().map(Namespace::new).toList();
    }

    SchemaObject map(SchemaObject object) {
        return switch (object) {
            case Namespace namespace -> namespace;
            case EnumType type -> type;
            case DomainType type -> type;
            case CompositeType type -> type;
            case Sequence sequence -> sequence;
            case Table table ->
                new Table(
                        target(table.table()),
                        table.columns(),
                        table.checks(),
                        table.unlogged(),
                        table.storageParameters());
            case KeyConstraint key ->
                new KeyConstraint(target(key.table()), key.name(), key.kind(), key.findsRows(), key.definition());
            case LateCheck check -> new LateCheck(target(check.table()), check.name(), check.definition());
            case Index index ->
                new Index(target(index.table()), index.name(), index.unique(), index.findsRows(), index.definition());
            case ForeignKey key ->
                new ForeignKey(
                        target(key.table()),
                        key.name(),
                        key.columns(),
                        target(key.references()),
                        key.referencedColumns(),
                        key.period(),
                        key.rest());
            case SequenceOwner owner ->
                new SequenceOwner(owner.schema(), owner.sequence(), target(owner.table()), owner.column());
            case SequenceValue value -> {
                TableId owner = value.owner();
                yield new SequenceValue(
                        value.schema(),
                        value.sequence(),
                        owner == null ? null : target(owner),
                        value.column(),
                        value.value(),
                        value.called());
            }
            case Comment comment -> new Comment(mapped(comment.on()), comment.column(), comment.text());
        };
    }

    private TableId target(TableId table) {
        return targets.getOrDefault(table, table);
    }

    private ObjectRef mapped(ObjectRef on) {
        if (on.kind() == ObjectRef.Kind.TABLE) {
            TableId target = byName.get(on.schema() + "." + on.name());
            return target == null ? on : new ObjectRef(on.kind(), target.schema(), "", target.name());
        }
        TableId target = byName.get(on.schema() + "." + on.parent());
        return target == null ? on : new ObjectRef(on.kind(), target.schema(), target.name(), on.name());
    }
}
