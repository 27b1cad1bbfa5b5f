package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Ledger.RefetchEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Requests to read a row again, and their form in the ledger. */
final class Requests {

    private Requests() {}

    /** @param row whose key columns are present */
    static RefetchRequest of(Target target, Row row) {
        Set<Integer> kept = new HashSet<>(target.route().source().key().columns());
        target.key().forEach(column -> kept.add(target.source(column)));
        int[] bounds = new int[2 * row.columns()];
        for (int column = 0; column < row.columns(); column++) {
            bounds[2 * column] = row.offset(column);
            bounds[2 * column + 1] = kept.contains(column) ? row.length(column) : Row.ABSENT;
        }
        return new RefetchRequest(target.route(), new Row(row.page(), bounds).copy());
    }

    /** The row by whose key the change is found. */
    static Row keyRow(NetChange change) {
        Row row = change.key() == null ? change.image() : change.key();
        if (row == null) {
            throw new IllegalArgumentException("a change has neither an old nor a new row");
        }
        return row;
    }

    /** The key's text forms in the order of the source's key. */
    static RefetchEntry entry(StreamId stream, TableRoute route, Row key) {
        List<String> texts = new ArrayList<>();
        for (int column : route.source().key().columns()) {
            texts.add(key.text(column));
        }
        return new RefetchEntry(stream, route.source().table(), texts);
    }
}
