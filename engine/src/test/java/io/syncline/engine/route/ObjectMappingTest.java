package io.syncline.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import java.util.List;
import java.util.Set;
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
        ObjectMapping mapping = new ObjectMapping(List.of(
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
        SchemaPlan mapped =
                new ObjectMapping(List.of(route(ORDERS, new TableId("b", "archive", "old")))).map(partitioned());

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
        SchemaPlan mapped = new ObjectMapping(
                        List.of(route(ORDERS, new TableId("b", "archive", "old"))), Set.of(ORDERS))
                .map(partitioned());

        assertThat(mapped.objects())
                .filteredOn(object -> !(object instanceof Namespace))
                .containsExactly(table(new TableId("b", "archive", "old")));
        assertThat(mapped.leftOut())
                .extracting(LeftOut::what)
                .containsExactly("index shop.orders_1.own", "foreign key shop.items.far");
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
                                new Partitioning("RANGE (id)", null, null)),
                        new Table(
                                branch,
                                List.of(),
                                List.of(),
                                false,
                                List.of(),
                                new Partitioning("LIST (n)", ORDERS, "DEFAULT")),
                        new Table(
                                leaf,
                                List.of(),
                                List.of(),
                                false,
                                List.of(),
                                new Partitioning(null, branch, "DEFAULT")),
                        new SchemaObject.Index(branch, "own", true, false, "(a)"),
                        new SchemaObject.ForeignKey(ITEMS, "far", List.of("a"), leaf, List.of("a"), false, ""),
                        new SchemaObject.Comment(
                                new ObjectRef(ObjectRef.Kind.TABLE, "other", "", "orders_1_1"), null, "leaf")),
                List.of());
    }

    private static SchemaObject table(TableId id) {
        return new Table(id, List.of(), List.of(), false, List.of(), Partitioning.NONE);
    }

    private static TableRoute route(TableId from, TableId to) {
        return new TableRoute(
                new TableSchema(from, 1, List.of(), Key.NONE), new TableSchema(to, 0, List.of(), Key.NONE), List.of());
    }
}
