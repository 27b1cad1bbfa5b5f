package io.syncline.engine.load;

import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Snapshot;

/**
 * Where a load reads and where it writes.
 *
 * @param keepsRows rows that are at the destination already stay
 */
record LoadEnds(Snapshot snapshot, Destination.Writers writers, Ledger ledger, Lease lease, boolean keepsRows) {

    void loaded(TableRoute route) {
        ledger.status(lease, route.source().table(), LoadStatus.LOADED);
    }

    void keyed(TableRoute route) {
        ledger.status(lease, route.source().table(), LoadStatus.KEYED);
    }
}
