package io.syncline.engine.load;

import io.syncline.api.apply.BadValue;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Snapshot;
import io.syncline.api.task.BadValues;

/**
 * Where a load reads and where it writes.
 *
 * @param rules how the tables are loaded
 */
record LoadEnds(Snapshot snapshot, Destination.Writers writers, Ledger ledger, Lease lease, LoadRules rules) {

    /** What becomes of values of this table that the destination refuses. */
    BadValues badValues(TableRoute route) {
        return BadValue.policy(rules.badValues(), route);
    }

    void loaded(TableRoute route) {
        ledger.status(lease, route.source().table(), LoadStatus.LOADED);
    }

    void keyed(TableRoute route) {
        ledger.status(lease, route.source().table(), LoadStatus.KEYED);
    }
}
