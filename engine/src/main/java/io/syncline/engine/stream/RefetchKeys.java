package io.syncline.engine.stream;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Ledger.RefetchEntry;
import java.util.ArrayList;
import java.util.List;

/** The two forms of a refetch request: a row that holds the key's columns only, and the ledger's list of their text forms. */
final class RefetchKeys {

    private RefetchKeys() {}

    static RefetchEntry entry(StreamId stream, RefetchRequest request) {
        TableSchema source = request.route().source();
        List<String> key = new ArrayList<>();
        for (int column : source.key().columns()) {
            key.add(request.key().text(column));
        }
        return new RefetchEntry(stream, source.table(), key);
    }

    /** @throws SyncException TASK_CHANGED when the table is not carried any more, LEDGER_INVALID when the key does not fit it */
    static RefetchRequest request(RefetchEntry entry, Routes routes) {
        RoutedTable table = routes.find(entry.source());
        if (table == null) {
            throw new SyncException(
                    ErrorCode.TASK_CHANGED,
                    "the ledger asks to read rows of " + entry.source()
                            + " again, which the task does not carry any more",
                    "Put the table back into the task file, or run clean for this task and start it anew.");
        }
        TableSchema source = table.route().source();
        List<Integer> columns = source.key().columns();
        if (columns.size() != entry.key().size()) {
            throw new SyncException(
                    ErrorCode.LEDGER_INVALID,
                    "the ledger asks to read a row of " + entry.source() + " again by a key of "
                            + entry.key().size() + " columns; its key has " + columns.size(),
                    "Run clean for this task and start it anew.");
        }
        RowBuilder row = new RowBuilder(source.columns().size());
        for (int column = 0; column < source.columns().size(); column++) {
            int at = columns.indexOf(column);
            if (at < 0) {
                row.state(Row.ABSENT);
            } else {
                row.value(entry.key().get(at));
            }
        }
        return new RefetchRequest(table.route(), row.build());
    }
}
