package io.syncline.postgresql.ledger;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.StreamEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of the table {@code stream}: one for each ordered log of the source. */
final class StreamRows {

    private static final String KEY = " WHERE task = ? AND stream = ? AND epoch = ?";

    private final LedgerTables tables;

    StreamRows(LedgerTables tables) {
        this.tables = tables;
    }

    List<StreamEntry> read(Connection connection, String task, PositionReader positions) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT stream, position, catch_up_to, synchronized_from FROM "
                        + tables.stream() + " WHERE task = ? ORDER BY stream")) {
            statement.setString(1, task);
            try (ResultSet row = statement.executeQuery()) {
                List<StreamEntry> entries = new ArrayList<>();
                while (row.next()) {
                    entries.add(new StreamEntry(
                            new StreamId(row.getString("stream")),
                            positions.position(row.getString("position")),
                            position(row.getString("catch_up_to"), positions),
                            position(row.getString("synchronized_from"), positions)));
                }
                return entries;
            }
        }
    }

    private static @Nullable Position position(@Nullable String text, PositionReader positions) {
        return text == null ? null : positions.position(text);
    }

    /** Replaces all streams of the task by ones that stand at {@code start}. */
    void replace(Connection connection, Lease lease, Positions start) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.stream() + " WHERE task = ?")) {
            statement.setString(1, lease.task());
            statement.executeUpdate();
        }
        insert(connection, lease, start);
    }

    private void insert(Connection connection, Lease lease, Positions start) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + tables.stream() + " (task, stream, epoch, position) VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<StreamId, Position> stream : start.byStream().entrySet()) {
                statement.setString(1, lease.task());
                statement.setString(2, stream.getKey().name());
                statement.setLong(3, lease.epoch());
                statement.setString(4, stream.getValue().text());
                statement.executeUpdate();
            }
        }
    }

    void catchUpTo(Connection connection, Lease lease, StreamId stream, @Nullable Position position)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE " + tables.stream() + " SET catch_up_to = ?" + KEY)) {
            statement.setString(1, position == null ? null : position.text());
            requireOne(statement, 2, lease, stream);
        }
    }

    void synchronizedFrom(Connection connection, Lease lease, StreamId stream, Position position) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("UPDATE " + tables.stream() + " SET synchronized_from = ?" + KEY)) {
            statement.setString(1, position.text());
            requireOne(statement, 2, lease, stream);
        }
    }

    /** Replaces the joining streams of the task by ones that read its streams' logs from {@code start}; without a start there are none. */
    void replaceJoining(Connection connection, Lease lease, Positions start) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + tables.stream() + " WHERE task = ? AND stream LIKE '% joining'")) {
            statement.setString(1, lease.task());
            statement.executeUpdate();
        }
        insert(connection, lease, joining(start));
    }

    private static Positions joining(Positions start) {
        Positions joining = Positions.NONE;
        for (Map.Entry<StreamId, Position> stream : start.byStream().entrySet()) {
            joining = joining.with(stream.getKey().joining(), stream.getValue());
        }
        return joining;
    }

    /** Compare-and-set on the epoch and on the position that the caller believes to be there (T20). */
    void advance(Connection connection, Lease lease, StreamId stream, Position previous, Position next)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + tables.stream()
                + " SET position = ? WHERE position = ? AND task = ? AND stream = ? AND epoch = ?")) {
            statement.setString(1, next.text());
            statement.setString(2, previous.text());
            requireOne(statement, 3, lease, stream);
        }
    }

    private static void requireOne(PreparedStatement statement, int parameter, Lease lease, StreamId stream)
            throws SQLException {
        statement.setString(parameter, lease.task());
        statement.setString(parameter + 1, stream.name());
        statement.setLong(parameter + 2, lease.epoch());
        if (statement.executeUpdate() != 1) {
            throw Fence.fenced(lease);
        }
    }
}
