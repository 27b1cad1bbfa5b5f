package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of the table {@code command}. All calls go through a session that no long transaction holds up. */
final class CommandRows implements CommandLog {

    private final LedgerSession session;
    private final LedgerTables tables;
    private final Fence fence;

    CommandRows(LedgerSession session, LedgerTables tables, Fence fence) {
        this.session = session;
        this.tables = tables;
        this.fence = fence;
    }

    @Override
    public long ask(String task, Verb verb, List<String> arguments, String askedBy) {
        return session.read("writing a command to the task's run", connection -> {
            LedgerSchema schema = new LedgerSchema(tables);
            if (schema.format(connection) < LedgerSchema.VERSION) {
                throw new SyncException(
                        ErrorCode.COMMAND_REFUSED,
                        "the task's run is one of an older program, which hears no commands",
                        "Stop that run, and run the task with this program.");
            }
            try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.command()
                    + " (task, verb, arguments, asked_by) VALUES (?, ?, ?, ?) RETURNING ordinal")) {
                statement.setString(1, task);
                statement.setString(2, verb.name());
                PositionsColumn.setTexts(statement, 3, arguments);
                statement.setString(4, askedBy);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    @Override
    public List<Command> open(String task) {
        return session.read("looking for commands", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT * FROM " + tables.command() + " WHERE task = ? AND answered_at IS NULL ORDER BY ordinal")) {
                statement.setString(1, task);
                try (ResultSet row = statement.executeQuery()) {
                    List<Command> commands = new ArrayList<>();
                    while (row.next()) {
                        List<String> arguments = PositionsColumn.texts(row, "arguments");
                        Timestamp asked = row.getTimestamp("asked_at");
                        commands.add(new Command(
                                row.getLong("ordinal"),
                                Verb.valueOf(row.getString("verb")),
                                arguments == null ? List.of() : arguments,
                                row.getString("asked_by"),
                                asked.toInstant()));
                    }
                    return commands;
                }
            }
        });
    }

    @Override
    public void answer(Lease lease, long number, Answer answer) {
        session.write("answering a command", connection -> {
            fence.prove(connection, lease);
            try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.command()
                    + " SET obeyed = ?, answer = ?, answered_at = clock_timestamp() WHERE task = ? AND ordinal = ?")) {
                statement.setBoolean(1, answer.obeyed());
                statement.setString(2, answer.text());
                statement.setString(3, lease.task());
                statement.setLong(4, number);
                statement.executeUpdate();
            }
        });
    }

    @Override
    public Optional<Answer> answer(String task, long number) {
        return session.read("looking for a command's answer", connection -> answer(connection, task, number));
    }

    private Optional<Answer> answer(Connection connection, String task, long number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT obeyed, answer FROM " + tables.command()
                + " WHERE task = ? AND ordinal = ? AND answered_at IS NOT NULL")) {
            statement.setString(1, task);
            statement.setLong(2, number);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(new Answer(row.getBoolean(1), row.getString(2))) : Optional.empty();
            }
        }
    }
}
