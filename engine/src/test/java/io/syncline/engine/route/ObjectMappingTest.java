package io.syncline.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import java.util.List;
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

    private static SchemaObject table(TableId id) {
        return new Table(id, List.of(), List.of(), false, List.of());
    }

    private static TableRoute route(TableId from, TableId to) {
        return new TableRoute(
                new TableSchema(from, 1, List.of(), Key.NONE), new TableSchema(to, 0, List.of(), Key.NONE), List.of());
    }
}
