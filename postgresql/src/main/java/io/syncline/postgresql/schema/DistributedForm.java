package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import io.syncline.postgresql.session.Dialect;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives a plan the forms that a server with segments knows. Keys that it cannot hold are left out, and listed (I4): rows are found without them, only slower. What depends on the columns of an
 * index is left to the server to refuse, and listed then.
 */
public final class DistributedForm {

    private final Dialect dialect;
    private final Map<TableId, Layout> layouts = new HashMap<>();

    private DistributedForm(Dialect dialect) {
        this.dialect = dialect;
    }

    /** The plan as it is where no rows lie on segments. */
    public static SchemaPlan fit(SchemaPlan plan, Dialect dialect) {
        return dialect.isDistributed() ? new DistributedForm(dialect).fit(plan) : plan;
    }

    private SchemaPlan fit(SchemaPlan plan) {
        List<SchemaObject> objects = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>(plan.leftOut());
        for (SchemaObject object : plan.objects()) {
            if (object instanceof Table table) {
                layouts.put(table.table(), table.layout());
                objects.add(fit(table));
                continue;
            }
            String why = switch (object) {
                case KeyConstraint key -> refusal(key.table());
                case Index index when index.unique() -> refusal(index.table());
                default -> "";
            };
            if (why.isEmpty()) {
                objects.add(object);
            } else {
                leftOut.add(new LeftOut(object.ref().toString(), why));
            }
        }
        return new SchemaPlan(objects, leftOut);
    }

    /** Why the table cannot have unique indexes; empty when it can. */
    private String refusal(TableId table) {
        Layout layout = layouts.getOrDefault(table, Layout.UNSAID);
        Storage storage = layout.storage();
        if (layout.type() == TableType.RANDOM) {
            return "rows of a randomly distributed table cannot be told apart by the server";
        }
        if (dialect == Dialect.GREENPLUM_6 && storage != null && storage.isAppendOptimised()) {
            return "append-optimised tables of this release have no unique indexes";
        }
        return "";
    }

    /** A fill factor is for pages that are written again. */
    private static Table fit(Table table) {
        Storage storage = table.layout().storage();
        return storage == null || storage == Storage.HEAP
                ? table
                : new Table(
                        table.table(),
                        table.columns(),
                        table.checks(),
                        table.unlogged(),
                        List.of(),
                        table.partitioning(),
                        table.layout());
    }
}
