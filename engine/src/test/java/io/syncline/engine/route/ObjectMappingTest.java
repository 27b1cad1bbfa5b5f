package io.syncline.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ObjectMappingTest {

    private static final TableId ORDERS = new TableId("a", "shop", "orders");
    private static final TableId ITEMS = new TableId("a", "shop", "items");

    @Test
    void aTableThatMovesTakesItsSchemaAlongAndLeavesItsSequence() {
        SchemaPlan plan = new SchemaPlan(
                List.of(
                        new Namespace("shop"),
                        table(ORDERS),
                        table(ITEMS),
                        new SequenceOwner("shop", "orders_id", ORDERS, "id"),
                        new SequenceOwner("shop", "items_id", ITEMS, "id")),
                List.of());
        ObjectMapping mapping = mapping(List.of(
                route(ORDERS, new TableId("b", "archive", "old")), route(ITEMS, new TableId("b", "shop", "items"))));

        SchemaPlan mapped = mapping.map(plan);

        assertThat(mapped.objects())
                .extracting(object -> object.ref().toString())
                .containsExactly(
                        "schema archive",
                        "schema shop",
                        "table archive.old",
                        "table shop.items",
                        "sequence owner shop.items_id");
        assertThat(mapped.leftOut()).extracting(LeftOut::what).containsExactly("sequence owner shop.orders_id");
    }

    @Test
    void partitionsGoWithTheirTable() {
        SchemaPlan mapped = mapping(List.of(route(ORDERS, new TableId("b", "archive", "old"))))
                .map(partitioned());

        assertThat(mapped.objects())
                .filteredOn(Table.class::isInstance)
                .extracting(object -> object.ref().toString(), object -> ((Table) object).partitioning())
                .containsExactly(
                        tuple("table archive.old", new Partitioning("RANGE (id)", null, null)),
                        tuple(
                                "table archive.orders_1",
                                new Partitioning("LIST (n)", new TableId("b", "archive", "old"), "DEFAULT")),
                        tuple(
                                "table other.orders_1_1",
                                new Partitioning(null, new TableId("b", "archive", "orders_1"), "DEFAULT")));
        assertThat(mapped.objects())
                .extracting(object -> object.ref().toString())
                .contains("index archive.orders_1.own", "comment other.TABLE orders_1_1");
        assertThat(mapped.leftOut()).isEmpty();
    }

    @Test
    void aFlattenedTableHasNoPartitionsAndWhatWasTheirsIsListed() {
        SchemaPlan mapped = mapping(List.of(route(ORDERS, new TableId("b", "archive", "old"))), Set.of(ORDERS))
                .map(partitioned());

        assertThat(mapped.objects())
                .filteredOn(object -> !(object instanceof Namespace))
                .containsExactly(table(new TableId("b", "archive", "old")));
        assertThat(mapped.leftOut())
                .extracting(LeftOut::what)
                .containsExactly("index shop.orders_1.own", "foreign key shop.items.far");
    }

    /** What holds for the rows of each table need not hold for the rows of all. */
    @Test
    void mergedTablesAreOneAndTheRestIsListed() {
        TableId all = new TableId("b", "archive", "all");
        SchemaPlan mapped = mapping(List.of(merged(ITEMS, all, true), merged(ORDERS, all, false)))
                .map(new SchemaPlan(
                        Stream.of(ITEMS, ORDERS)
                                .flatMap(table -> objects(table).stream())
                                .toList(),
                        List.of()));

        assertThat(mapped.objects())
                .filteredOn(object -> !(object instanceof Namespace))
                .containsExactly(
                        new Table(
                                all,
                                List.of(
                                        column("id", "integer", true),
                                        column("n", "text", false),
                                        column("__dts_data_source", "text", true)),
                                List.of(),
                                false,
                                List.of(),
                                Partitioning.NONE,
                                new Layout(TableType.HASH, List.of("id"), null)),
                        new SchemaObject.KeyConstraint(
                                all,
                                "key",
                                ObjectRef.Kind.PRIMARY_KEY,
                                true,
                                "PRIMARY KEY (\"i)d\", __dts_data_source) INCLUDE (n)"),
                        new SchemaObject.Index(all, "by_n", false, false, "USING btree (n)"));
        assertThat(mapped.leftOut())
                .extracting(LeftOut::what)
                .containsExactly(
                        "check shop.items.positive",
                        "unique shop.items.once",
                        "foreign key shop.items.far",
                        "check shop.orders.positive",
                        "unique shop.orders.once",
                        "index shop.orders.other",
                        "foreign key shop.orders.far");
    }

    /** Columns under the names that they have there; where one of them is not carried, rows lie by the key. */
    @Test
    void rowsLieAsAtASourceThatHasSegments() {
        ColumnType type = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        List<Column> columns = List.of(new Column("id", type, false, false), new Column("n", type, false, false));
        List<Column> renamed = List.of(new Column("N", type, false, false), new Column("ID", type, false, false));
        Key key = new Key(Key.Kind.PRIMARY, List.of(0, 1), false);
        ObjectMapping mapping = mapping(List.of(new TableRoute(
                new TableSchema(ORDERS, 1, columns, key), new TableSchema(ORDERS, 0, renamed, key), List.of(1, 0))));
        assertThat(layout(mapping, new Layout(TableType.HASH, List.of("n"), Storage.AO_ROW)))
                .isEqualTo(new Layout(TableType.HASH, List.of("N"), Storage.AO_ROW));
        assertThat(layout(mapping, new Layout(TableType.REPLICATED, List.of(), Storage.HEAP)))
                .isEqualTo(new Layout(TableType.REPLICATED, List.of(), Storage.HEAP));
        assertThat(layout(mapping, new Layout(TableType.HASH, List.of("gone"), null)))
                .isEqualTo(new Layout(TableType.HASH, List.of("N", "ID"), null));
        assertThat(layout(mapping, Layout.UNSAID)).isEqualTo(new Layout(TableType.HASH, List.of("N", "ID"), null));
    }

    /** Only what the source itself keeps unique, over the columns by which rows lie there. */
    @Test
    void aUniqueIndexOverTheDistributionColumnsBecomesThePrimaryKey() {
        SchemaObject index = new SchemaObject.Index(ORDERS, "u", true, true, "USING btree (id, n)");
        assertThat(key(Key.Kind.UNIQUE, Layout.UNSAID, index)).isEqualTo("unique index");
        assertThat(key(Key.Kind.UNIQUE, hash("id"), index)).isEqualTo("unique index");
        assertThat(key(Key.Kind.UNIQUE, hash("n", "id"), index)).isEqualTo("PRIMARY KEY (\"id\", \"n\")");
        assertThat(key(Key.Kind.PRIMARY, hash("n", "id"), index)).isEqualTo("unique index");
        assertThat(key(
                        Key.Kind.UNIQUE,
                        hash("n", "id"),
                        new SchemaObject.KeyConstraint(ORDERS, "u", ObjectRef.Kind.UNIQUE, true, "UNIQUE (id, n)")))
                .isEqualTo("PRIMARY KEY (\"id\", \"n\")");
        for (String more :
                List.of("(id, n) INCLUDE (x)", "(id, n DESC)", "(id, n COLLATE \"C\")", "(id, n text_pattern_ops)")) {
            assertThat(key(
                            Key.Kind.UNIQUE,
                            hash("n", "id"),
                            new SchemaObject.Index(ORDERS, "u", true, true, "USING btree " + more)))
                    .as(more)
                    .isEqualTo("unique index");
        }
        assertThat(key(
                        Key.Kind.UNIQUE,
                        hash("n", "id"),
                        new SchemaObject.Index(ORDERS, "u", true, false, "USING btree (id, n)")))
                .as("another than the key")
                .isEqualTo("unique index");
        assertThat(key(
                        Key.Kind.UNIQUE,
                        hash("n", "id"),
                        new SchemaObject.KeyConstraint(
                                ORDERS, "p", ObjectRef.Kind.PRIMARY_KEY, false, "PRIMARY KEY (x)"),
                        index))
                .as("a primary key beside the replica identity")
                .isEqualTo("unique index");
    }

    private static Layout hash(String... columns) {
        return new Layout(TableType.HASH, List.of(columns), null);
    }

    /** What becomes of the last of the objects. */
    private static String key(Key.Kind kind, Layout layout, SchemaObject... objects) {
        ColumnType type = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        List<Column> columns = List.of(new Column("id", type, false, false), new Column("n", type, false, false));
        TableSchema source = new TableSchema(ORDERS, 1, columns, new Key(kind, List.of(0, 1), false));
        TableRoute route = new TableRoute(source, source, List.of(0, 1));
        List<SchemaObject> all = new ArrayList<>(
                List.of(new Table(ORDERS, List.of(), List.of(), false, List.of(), Partitioning.NONE, layout)));
        all.addAll(List.of(objects));
        return switch (mapping(List.of(route))
                .map(new SchemaPlan(all, List.of()))
                .objects()
                .getLast()) {
            case SchemaObject.KeyConstraint made -> made.definition();
            case SchemaObject.Index _ -> "unique index";
            case SchemaObject other -> other.ref().toString();
        };
    }

    private static Layout layout(ObjectMapping mapping, Layout atSource) {
        Table table = new Table(ORDERS, List.of(), List.of(), false, List.of(), Partitioning.NONE, atSource);
        return mapping.map(new SchemaPlan(List.of(table), List.of())).objects().stream()
                .filter(Table.class::isInstance)
                .map(made -> ((Table) made).layout())
                .findFirst()
                .orElseThrow();
    }

    private static List<SchemaObject> objects(TableId table) {
        List<SchemaObject> objects = new ArrayList<>(List.of(
                new Table(
                        table,
                        List.of(column("id", "integer", true), column("n", "text", true)),
                        List.of(new SchemaObject.NamedCheck("positive", "CHECK (id > 0)")),
                        false,
                        List.of(),
                        Partitioning.NONE,
                        Layout.UNSAID),
                new SchemaObject.KeyConstraint(
                        table, "key", ObjectRef.Kind.PRIMARY_KEY, true, "PRIMARY KEY (\"i)d\") INCLUDE (n)"),
                new SchemaObject.KeyConstraint(table, "once", ObjectRef.Kind.UNIQUE, false, "UNIQUE (n)"),
                new SchemaObject.Index(table, "by_n", false, false, "USING btree (n)")));
        if (table.equals(ORDERS)) {
            objects.add(new SchemaObject.Index(table, "other", false, false, "USING btree (id, n)"));
        }
        objects.add(new SchemaObject.ForeignKey(table, "far", List.of("n"), table, List.of("n"), false, ""));
        return objects;
    }

    private static SchemaObject.ColumnDefinition column(String name, String type, boolean notNull) {
        return new SchemaObject.ColumnDefinition(name, type, null, notNull, null, null, null);
    }

    private static TableRoute merged(TableId from, TableId to, boolean notNull) {
        ColumnType type = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        List<Column> columns = List.of(new Column("id", type, false, false), new Column("n", type, !notNull, false));
        Key key = new Key(Key.Kind.PRIMARY, List.of(0), false);
        return new TableRoute(
                new TableSchema(from, 1, columns, key),
                new TableSchema(to, 0, columns, key),
                List.of(0, 1),
                null,
                new Origin("x:" + from, true));
    }

    private static SchemaPlan partitioned() {
        TableId branch = new TableId("a", "shop", "orders_1");
        TableId leaf = new TableId("a", "other", "orders_1_1");
        return new SchemaPlan(
                List.of(
                        new Namespace("shop"),
                        new Table(
                                ORDERS,
                                List.of(),
                                List.of(),
                                false,
                                List.of(),
                                new Partitioning("RANGE (id)", null, null),
                                Layout.UNSAID),
                        new Table(
                                branch,
                                List.of(),
                                List.of(),
                                false,
                                List.of(),
                                new Partitioning("LIST (n)", ORDERS, "DEFAULT"),
                                Layout.UNSAID),
                        new Table(
                                leaf,
                                List.of(),
                                List.of(),
                                false,
                                List.of(),
                                new Partitioning(null, branch, "DEFAULT"),
                                Layout.UNSAID),
                        new SchemaObject.Index(branch, "own", true, false, "(a)"),
                        new SchemaObject.ForeignKey(ITEMS, "far", List.of("a"), leaf, List.of("a"), false, ""),
                        new SchemaObject.Comment(
                                new ObjectRef(ObjectRef.Kind.TABLE, "other", "", "orders_1_1"), null, "leaf")),
                List.of());
    }

    private static SchemaObject table(TableId id) {
        return new Table(id, List.of(), List.of(), false, List.of(), Partitioning.NONE, Layout.UNSAID);
    }

    private static TableRoute route(TableId from, TableId to) {
        return new TableRoute(
                new TableSchema(from, 1, List.of(), Key.NONE), new TableSchema(to, 0, List.of(), Key.NONE), List.of());
    }

    private static ObjectMapping mapping(List<TableRoute> routes) {
        return mapping(routes, Set.of());
    }

    private static ObjectMapping mapping(List<TableRoute> routes, Set<TableId> flattened) {
        return new ObjectMapping(routes, flattened, new RenamedColumns(List.of()));
    }
}
