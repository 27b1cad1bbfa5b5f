package io.syncline.engine.route;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;

/** Partitions are not chosen by themselves: they go where their table goes. */
public final class PartitionNames {

    private PartitionNames() {}

    /** A kept partition's name at the destination: its own, in the table's schema when it shares that at the source. */
    public static TableId target(TableRoute table, TableId partition) {
        TableId target = table.destination().table();
        boolean together = partition.schema().equals(table.source().table().schema());
        return new TableId(target.database(), together ? target.schema() : partition.schema(), partition.name());
    }
}
