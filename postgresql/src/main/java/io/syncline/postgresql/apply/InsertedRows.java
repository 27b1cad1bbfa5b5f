package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.ApplyRules.TableRules;
import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Lease;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Loads rows among which the destination refuses some: these are singled out, and the table's policy says what becomes of them, as in the stream (docs/design/bad-values.md). In the caller's
 * transaction, which ends with {@link #end}.
 */
public final class InsertedRows {

    private final RowSession session;
    private final TableRoute route;

    /**
     * @param route into the table that takes the rows
     * @param named what that table is called in the ledger
     * @param policy not {@link BadValues#STOP}
     */
    public InsertedRows(
            Sessions sessions,
            Connection connection,
            LedgerTables tables,
            Lease lease,
            TableRoute route,
            TableId named,
            BadValues policy)
            throws SQLException {
        this.route = route;
        TableRules rules = new TableRules(ConflictPolicy.REPORT, true, false, policy);
        this.session = new RowSession(
                connection,
                sessions.errors(),
                new ApplyRules(Map.of(route.source().table(), rules)),
                RowLedger.of(connection, tables, lease, _ -> named),
                BadValue.Kind.LOAD,
                sessions.system());
        session.transactionBegins();
        session.execute(RowSession.SAVEPOINT);
    }

    /** @param rows in the order of {@link TableRoute#readColumns()} */
    public void insert(List<Row> rows) throws SQLException {
        session.singlingOut()
                .fit(
                        Round.Mode.STRICT,
                        rows.stream()
                                .map(row -> new RoutedChange(
                                        route, new ChangeEvent.Insert(route.source(), inSourceColumns(row))))
                                .toList());
    }

    private Row inSourceColumns(Row row) {
        List<Integer> read = route.readColumns();
        int columns = route.source().columns().size();
        int[] bounds = new int[2 * columns];
        for (int column = 0; column < columns; column++) {
            bounds[2 * column + 1] = Row.ABSENT;
        }
        for (int i = 0; i < read.size(); i++) {
            bounds[2 * read.get(i)] = row.offset(i);
            bounds[2 * read.get(i) + 1] = row.length(i);
        }
        return new Row(row.page(), bounds);
    }

    /**
     * Writes into the ledger what became of the refused ones, before the transaction's end.
     *
     * @param readAt where the rows were read
     */
    public void end(Positions readAt) throws SQLException {
        session.writeNotes(
                readAt.byStream().values().stream().map(Position::text).collect(Collectors.joining(", ")));
    }
}
