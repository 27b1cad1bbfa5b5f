package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CommandLog.Answer;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The answers in the table {@code command}. */
public final class CommandAnswers {

    private final LedgerTables tables;

    public CommandAnswers(LedgerTables tables) {
        this.tables = tables;
    }

    /**
     * In the caller's transaction, which has proven the lease.
     *
     * @throws SyncException INVARIANT_BROKEN when there is no such command
     */
    public void write(Connection connection, Lease lease, long number, Answer answer) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.command()
                + " SET obeyed = ?, answer = ?, answered_at = clock_timestamp() WHERE task = ? AND ordinal = ?")) {
            statement.setBoolean(1, answer.obeyed());
            statement.setString(2, answer.text());
            statement.setString(3, lease.task());
            statement.setLong(4, number);
            if (statement.executeUpdate() != 1) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "the ledger has no command " + number + " of task " + lease.task()
                                + " to answer; what was done for it would be on no record",
                        "Nothing of it was committed. Start the task again. Please report this.");
            }
        }
    }
}
