package io.syncline.postgresql.apply;

import java.sql.SQLException;
import java.util.List;

/**
 * Watches keys whose constraint is DEFERRABLE. The server checks them by a trigger at the transaction's end, and not at all under the replica role, so that a second
 * row of one key would come in silently (I4, T43).
 */
final class SharedKeys {

    private final Feeds feeds;

    SharedKeys(Feeds feeds) {
        this.feeds = feeds;
    }

    /** @throws io.syncline.api.error.SyncException CONFLICT_KEY_EXISTS when another row has the key of a row that was written */
    void refuse(Changes written) throws SQLException {
        Target target = written.target();
        if (!target.route().destination().key().deferrable()) {
            return;
        }
        Feed feed = feeds.open(written, List.of(Shape.SHARED));
        if (!feed.ordinals(Shape.SHARED).isEmpty()) {
            throw Rejections.keyExists(target, "its deferrable key " + target.keyNames());
        }
    }
}
