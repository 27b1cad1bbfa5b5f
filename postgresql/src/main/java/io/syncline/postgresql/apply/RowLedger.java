package io.syncline.postgresql.apply;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;

/**
 * What the ledger learns of rows that could not be written as the source has them, in the transaction at hand (I4).
 *
 * @param conflicts what did not find the destination as the source was
 * @param badValues what the destination refused
 * @param quarantine rows that it refuses
 */
record RowLedger(ConflictNotes conflicts, BadValueNotes badValues, Quarantine quarantine) {

    static RowLedger of(Connection connection, LedgerTables tables, Lease lease) throws SQLException {
        return of(connection, tables, lease, table -> table);
    }

    /** @param names what destination tables are called in notes of bad values */
    static RowLedger of(Connection connection, LedgerTables tables, Lease lease, UnaryOperator<TableId> names)
            throws SQLException {
        return new RowLedger(
                new ConflictNotes(connection, tables, lease),
                new BadValueNotes(connection, tables, lease, names),
                new Quarantine(connection, tables, lease));
    }

    void transactionBegins() {
        conflicts.transactionBegins();
        badValues.transactionBegins();
        quarantine.transactionBegins();
    }

    void transactionUndone() {
        transactionBegins();
        quarantine.transactionUndone();
    }

    /** Before the transaction's end. */
    void write(String position) throws SQLException {
        conflicts.write();
        badValues.write();
        quarantine.commits(position);
    }
}
