package io.syncline.api.apply;

import io.syncline.api.model.TableRoute;
import java.util.List;

/**
 * Net changes of one table that one statement can apply: same kind, same present columns.
 *
 * @param kind what is done
 * @param columns destination columns (indexes into {@code route.destination().columns()}) that every image has; ignored for DELETE
 * @param changes at most one per key at the start of the round, and at most one per key at its end
 */
public record ChangeGroup(TableRoute route, Kind kind, List<Integer> columns, List<NetChange> changes) {

    /** In the order in which the groups of a table must run: what leaves a key goes before what takes it. */
    public enum Kind {
        /** {@code key} only: the row is expected to be there. */
        DELETE,
        /** {@code key} and {@code image}: the first change of the round expected the row to be there; the key may change. */
        UPDATE,
        /** {@code image} only, complete: the row is expected to be absent. */
        INSERT
    }

    public ChangeGroup {
        columns = List.copyOf(columns);
        changes = List.copyOf(changes);
    }
}
