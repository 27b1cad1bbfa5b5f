package io.syncline.engine.route;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Action;
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
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.RangeType;
import io.syncline.api.schema.SchemaObject.Role;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.SequenceValue;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Placement.TableType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Gives objects of the source the names of the destination. Types and sequences keep their schema; tables go where their route says. */
public final class ObjectMapping {

    private final Map<TableId, TableId> targets = new HashMap<>();
    private final Map<String, TableId> byName = new HashMap<>();
    private final Map<TableId, TableRoute> routes = new HashMap<>();
    private final Map<TableId, Placement> placements = new HashMap<>();
    private final Set<TableId> flattened;
    /** Partitions of flattened tables, by the names that objects have at the source. */
    private final Map<String, TableId> dissolved = new HashMap<>();

    /** The partitioned tables that partitions belong to, at the source. */
    private final Map<TableId, TableId> roots = new HashMap<>();

    private final WordedObjects worded;
    private final MergedObjects merged;
    private final RenamedColumns columns;

    public static ObjectMapping of(RoutePlan plan) {
        ObjectMapping mapping = new ObjectMapping(plan.routes(), plan.flattened(), new RenamedColumns(plan.tables()));
        plan.tables()
                .forEach(planned -> mapping.placements.put(
                        planned.route().source().table(), planned.rule().placement()));
        return mapping;
    }

    /** @param flattened source names of partitioned tables that become ordinary ones */
    ObjectMapping(List<TableRoute> routes, Set<TableId> flattened, RenamedColumns columns) {
        this.flattened = Set.copyOf(flattened);
        this.worded = new WordedObjects(routes);
        this.merged = new MergedObjects(routes);
        this.columns = columns;
        for (TableRoute route : routes) {
            this.routes.put(route.source().table(), route);
            goes(route.source().table(), route.destination().table());
        }
    }

    private void goes(TableId table, TableId target) {
        targets.put(table, target);
        byName.put(table.toString(), target);
    }

    /** Adds the schemas that only the destination's names need, and leaves out, listed, the owners of sequences whose table goes to another schema than theirs. */
    public SchemaPlan map(SchemaPlan plan) {
        List<LeftOut> leftOut = new ArrayList<>(plan.leftOut());
        List<SchemaObject> mapped = new ArrayList<>();
        placePartitions(plan);
        merged.read(plan.objects());
        ProvenKeys proven = new ProvenKeys(plan.objects(), routes, placements);
        for (SchemaObject object : plan.objects()) {
            SchemaObject made = isDissolved(object, leftOut) ? null : merged.made(object, leftOut);
            SchemaObject renamed = made == null ? null : columns.made(made, leftOut);
            if (renamed == null) {
                continue;
            }
            SchemaObject there = mapped(proven.made(renamed), leftOut);
            if (there == null) {
                continue;
            }
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

    /** The user's primary key in place of the source's. */
    private String definition(KeyConstraint key) {
        List<String> columns = placements
                .getOrDefault(roots.getOrDefault(key.table(), key.table()), Placement.DEFAULT)
                .primaryKey();
        return key.kind() != ObjectRef.Kind.PRIMARY_KEY || columns.isEmpty()
                ? key.definition()
                : ProvenKeys.definition(columns);
    }

    /** As the task file says; else as at the source, where that has segments; else by the key. A partition's rows lie as its table's. */
    private Layout layout(Table table) {
        TableId root = roots.getOrDefault(table.table(), table.table());
        TableRoute route = routes.get(root);
        Placement placement = placements.getOrDefault(root, Placement.DEFAULT);
        Layout source = table.layout();
        if (!placement.isSaid() && source.type() != null && route != null) {
            List<String> columns = names(source.columns(), route);
            if (columns.size() == source.columns().size()) {
                return new Layout(source.type(), columns, source.storage());
            }
        }
        if (placement.tableType() == TableType.REPLICATED || placement.tableType() == TableType.RANDOM) {
            return new Layout(placement.tableType(), List.of(), placement.storage());
        }
        List<String> columns = placement.distributedBy();
        if (columns.isEmpty()) {
            columns = placement.primaryKey().isEmpty() && route != null
                    ? key(route.destination())
                    : placement.primaryKey();
        }
        return new Layout(columns.isEmpty() ? null : TableType.HASH, columns, placement.storage());
    }

    /** What the destination calls the source's columns; those that it lacks are left out. */
    private static List<String> names(List<String> columns, TableRoute route) {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < route.destination().columns().size(); i++) {
            int source = route.sourceColumn(i);
            if (source != TableRoute.COMPUTED) {
                names.put(
                        route.source().columns().get(source).name(),
                        route.destination().columns().get(i).name());
            }
        }
        return columns.stream().filter(names::containsKey).map(names::get).toList();
    }

    private static List<String> key(TableSchema table) {
        return table.key().columns().stream()
                .map(column -> table.columns().get(column).name())
                .toList();
    }

    private void placePartitions(SchemaPlan plan) {
        Map<TableId, TableId> parents = new HashMap<>();
        for (SchemaObject object : plan.objects()) {
            if (object instanceof Table table && table.partitioning().parent() != null) {
                parents.put(table.table(), table.partitioning().parent());
            }
        }
        parents.keySet().forEach(partition -> roots.put(partition, root(partition, parents)));
        columns.read(plan.objects(), roots);
        roots.forEach((partition, root) -> {
            TableRoute route = routes.get(root);
            if (flattened.contains(root)) {
                dissolved.put(partition.toString(), root);
                worded.dissolves(partition);
            } else if (route != null) {
                TableId target = PartitionNames.target(route, partition);
                goes(partition, target);
                worded.goes(partition, target);
            }
        });
    }

    private static TableId root(TableId partition, Map<TableId, TableId> parents) {
        TableId at = partition;
        for (TableId parent = parents.get(at); parent != null; parent = parents.get(at)) {
            at = parent;
        }
        return at;
    }

    /** What belongs to a partition of a flattened table goes with it; what would have meant something to rows is listed (I4). */
    private boolean isDissolved(SchemaObject object, List<LeftOut> leftOut) {
        TableId partition = partition(object);
        if (partition == null) {
            return false;
        }
        TableId root = dissolved.get(partition.toString());
        if (root == null) {
            return false;
        }
        switch (object) {
            case KeyConstraint _, Index _, LateCheck _, ForeignKey _, Definition _, Action _, Grants _ ->
                leftOut.add(new LeftOut(
                        object.ref().toString(), "its table has no partitions at the destination: " + target(root)));
            case Table _, SequenceOwner _, SequenceValue _, Comment _ -> {
                // Its rows, and the sequences themselves, are carried.
            }
            case Namespace _, EnumType _, DomainType _, CompositeType _, RangeType _, Sequence _, Role _ ->
                throw new IllegalStateException(object.ref() + " belongs to no table");
        }
        return true;
    }

    /** The table that decides whether an object is made: a foreign key needs both of its tables. */
    private @Nullable TableId partition(SchemaObject object) {
        return switch (object) {
            case Table table -> table.table();
            case KeyConstraint key -> key.table();
            case LateCheck check -> check.table();
            case Index index -> index.table();
            case ForeignKey key -> dissolved.containsKey(key.references().toString()) ? key.references() : key.table();
            case Definition definition -> definition.table();
            case Action action -> action.table();
            case SequenceOwner owner -> owner.table();
            case SequenceValue value -> value.owner();
            case Comment comment -> table(comment.on());
            case Grants grants -> table(grants.on());
            case Namespace _, EnumType _, DomainType _, CompositeType _, RangeType _, Sequence _, Role _ -> null;
        };
    }

    private static @Nullable TableId table(ObjectRef on) {
        String table = on.kind() == ObjectRef.Kind.TABLE ? on.name() : on.parent();
        return table.isEmpty() ? null : new TableId("", on.schema(), table);
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

    /** Null for what is left out. */
    private @Nullable SchemaObject mapped(SchemaObject object, List<LeftOut> leftOut) {
        return switch (object) {
            case Definition definition -> {
                TableId table = definition.table();
                yield worded.map(definition, table == null ? null : target(table), leftOut)
                        .orElse(null);
            }
            case Action action ->
                worded.map(action, target(action.table()), leftOut).orElse(null);
            case RangeType type -> type;
            case Namespace namespace -> namespace;
            case EnumType type -> type;
            case DomainType type -> type;
            case CompositeType type -> type;
            case Sequence sequence -> sequence;
            case Table table ->
                new Table(
                        target(table.table()),
                        ComputedDefinitions.in(table.columns(), routes.get(table.table())),
                        table.checks(),
                        table.unlogged(),
                        table.storageParameters(),
                        partitioning(table),
                        layout(table));
            case KeyConstraint key ->
                new KeyConstraint(target(key.table()), key.name(), key.kind(), key.findsRows(), definition(key));
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
            case Grants grants -> new Grants(mapped(grants.on()), grants.list(), grants.only());
            case Role role -> role;
        };
    }

    private Partitioning partitioning(Table table) {
        Partitioning there = table.partitioning();
        TableId parent = there.parent();
        if (flattened.contains(table.table())) {
            return Partitioning.NONE;
        }
        return parent == null ? there : new Partitioning(there.key(), target(parent), there.bound());
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
