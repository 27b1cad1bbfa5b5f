package io.syncline.engine.load;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Snapshot;
import io.syncline.api.task.BadValues;
import java.util.Map;

/**
 * Where a load reads and where it writes.
 *
 * @param rules how the tables are loaded
 * @param badValues what becomes of values that the destination refuses, by source table
 */
record LoadEnds(
        Snapshot snapshot,
        Destination.Writers writers,
        Ledger ledger,
        Lease lease,
        LoadRules rules,
        Map<TableId, BadValues> badValues) {

    BadValues badValues(TableRoute route) {
        return badValues.getOrDefault(route.source().table(), BadValues.STOP);
    }

    void keyed(TableRoute route) {
        ledger.status(lease, route.source().table(), LoadStatus.KEYED);
    }
}
