package io.syncline.postgresql.apply;

import io.syncline.api.port.CommandLog.Answer;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.CommandAnswers;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.SQLException;

/** Answers to what people asked of the run, with the rows that they are about. */
final class Answers {

    private final Connection connection;
    private final CommandAnswers rows;
    private final Lease lease;

    Answers(Connection connection, LedgerTables tables, Lease lease) {
        this.connection = connection;
        this.rows = new CommandAnswers(tables);
        this.lease = lease;
    }

    void write(long command, Answer answer) throws SQLException {
        rows.write(connection, lease, command, answer);
    }
}
