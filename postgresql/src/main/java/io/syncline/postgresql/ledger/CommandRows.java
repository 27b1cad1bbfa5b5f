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
    private final LedgerSchema schema;
    private final LedgerTables tables;
    private final Fence fence;
    private final CommandAnswers answers;

    CommandRows(LedgerSession session, LedgerSchema schema, LedgerTables tables, Fence fence) {
        this.session = session;
        this.schema = schema;
        this.tables = tables;
        this.fence = fence;
        this.answers = new CommandAnswers(tables);
    }

    @Override
    public long ask(String task, Verb verb, List<String> arguments, String askedBy) {
        return session.read("writing a command to the task's run", connection -> {
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
                        commands.add(command(row));
                    }
                    return commands;
                }
            }
        });
    }

    private static Command command(ResultSet row) throws SQLException {
        List<String> arguments = PositionsColumn.texts(row, "arguments");
        return new Command(
                row.getLong("ordinal"),
                Verb.valueOf(row.getString("verb")),
                arguments == null ? List.of() : arguments,
                row.getString("asked_by"),
                row.getTimestamp("asked_at").toInstant());
    }

    @Override
    public List<Entry> asked(String task, Verb verb) {
        return session.read("looking for what was asked of the task's run", connection -> {
            if (schema.format(connection) < LedgerSchema.COMMANDS) {
                return List.of();
            }
            try (PreparedStatement statement = connection.prepareStatement(
                    "SELECT * FROM " + tables.command() + " WHERE task = ? AND verb = ? ORDER BY ordinal")) {
                statement.setString(1, task);
                statement.setString(2, verb.name());
                try (ResultSet row = statement.executeQuery()) {
                    List<Entry> entries = new ArrayList<>();
                    while (row.next()) {
                        Timestamp answered = row.getTimestamp("answered_at");
                        entries.add(new Entry(
                                command(row),
                                answered == null ? null : new Answer(row.getBoolean("obeyed"), row.getString("answer")),
                                answered == null ? null : answered.toInstant()));
                    }
                    return entries;
                }
            }
        });
    }

    @Override
    public void answer(Lease lease, long number, Answer answer) {
        session.write("answering a command", connection -> {
            fence.prove(connection, lease);
            answers.write(connection, lease, number, answer);
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
