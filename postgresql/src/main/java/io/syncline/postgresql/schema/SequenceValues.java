package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceValue;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads where sequences stand. They are outside of transactions, so no snapshot holds them; many are read by one statement, each statement in a transaction of its own,
 * so that its locks are few (T41).
 */
final class SequenceValues {

    private static final int AT_ONCE = 200;

    private final Sessions sessions;

    SequenceValues(Sessions sessions) {
        this.sessions = sessions;
    }

    List<SequenceValue> read(List<SequenceReader.Found> sequences) {
        if (sequences.isEmpty()) {
            return List.of();
        }
        try {
            return sessions.briefly("sequences", connection -> read(connection, sequences));
        } catch (SQLException e) {
            throw sessions.errors().of(e, "reading the values of sequences", ErrorCode.SOURCE_SCHEMA_CHANGED);
        }
    }

    private static List<SequenceValue> read(Connection connection, List<SequenceReader.Found> sequences)
            throws SQLException {
        List<SequenceValue> values = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (int from = 0; from < sequences.size(); from += AT_ONCE) {
                read(statement, sequences.subList(from, Math.min(from + AT_ONCE, sequences.size())), values);
            }
        }
        return values;
    }

    private static void read(Statement statement, List<SequenceReader.Found> part, List<SequenceValue> values)
            throws SQLException {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < part.size(); i++) {
            Sequence sequence = part.get(i).sequence();
            query.append(i == 0 ? "" : " UNION ALL ")
                    .append("SELECT ")
                    .append(i)
                    .append(" AS place, last_value, is_called FROM ")
                    .append(Quoting.qualified(sequence.schema(), sequence.name()));
        }
        try (ResultSet row =
                statement.executeQuery(query.append(" ORDER BY place").toString())) {
            while (row.next()) {
                SequenceReader.Found found = part.get(row.getInt("place"));
                values.add(new SequenceValue(
                        found.sequence().schema(),
                        found.sequence().name(),
                        found.identity() ? found.owner() : null,
                        found.identity() ? found.column() : null,
                        row.getLong("last_value"),
                        row.getBoolean("is_called")));
            }
        }
    }
}
