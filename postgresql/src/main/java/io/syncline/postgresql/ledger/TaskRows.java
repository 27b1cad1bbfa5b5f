package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.TaskIdentity;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows of the table {@code task}. */
final class TaskRows {

    private static final String ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int ID_LENGTH = 8;
    private static final String COLUMNS =
            "id, name, source_address, source_system, source_lineage, state, detail, owner,"
                    + " epoch, seen, CAST(extract(epoch FROM clock_timestamp() - seen) * 1000 AS bigint) AS silence, fingerprint";

    private final LedgerTables tables;
    private final SecureRandom random = new SecureRandom();

    TaskRows(LedgerTables tables) {
        this.tables = tables;
    }

    List<TaskEntry> named(Connection connection, String name) throws SQLException {
        return select(connection, " WHERE name = ?", name);
    }

    Optional<TaskEntry> withId(Connection connection, String id) throws SQLException {
        return select(connection, " WHERE id = ?", id).stream().findFirst();
    }

    List<TaskEntry> all(Connection connection) throws SQLException {
        return select(connection, "");
    }

    TaskEntry insert(Connection connection, String name, String sourceAddress, String accepted) throws SQLException {
        String id = newId();
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + tables.task()
                + " (id, name, source_address, state, detail, owner, epoch, fingerprint)"
                + " VALUES (?, ?, ?, 'READY', '', '', 0, ?)")) {
            statement.setString(1, id);
            statement.setString(2, name);
            statement.setString(3, sourceAddress);
            statement.setString(4, accepted);
            statement.executeUpdate();
        }
        return withId(connection, id).orElseThrow();
    }

    /** Notes that the owner lives: compare-and-set on the epoch. */
    void seen(Connection connection, Lease lease) throws SQLException {
        update(connection, lease, "seen = clock_timestamp()");
    }

    void released(Connection connection, Lease lease) throws SQLException {
        update(connection, lease, "seen = NULL");
    }

    void state(Connection connection, Lease lease, String state, String detail) throws SQLException {
        update(connection, lease, "state = ?, detail = ?", state, detail);
    }

    void accepted(Connection connection, Lease lease, String words) throws SQLException {
        update(connection, lease, "fingerprint = ?", words);
    }

    void identity(Connection connection, Lease lease, SourceIdentity identity) throws SQLException {
        update(connection, lease, "source_system = ?, source_lineage = ?", identity.system(), identity.lineage());
    }

    void delete(Connection connection, Lease lease) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + tables.task() + " WHERE id = ? AND epoch = ?")) {
            statement.setString(1, lease.task());
            statement.setLong(2, lease.epoch());
            requireOne(statement.executeUpdate(), lease);
        }
    }

    private void update(Connection connection, Lease lease, String assignments, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "UPDATE " + tables.task() + " SET " + assignments + " WHERE id = ? AND epoch = ?")) {
            int parameter = 1;
            for (String value : values) {
                statement.setString(parameter++, value);
            }
            statement.setString(parameter++, lease.task());
            statement.setLong(parameter, lease.epoch());
            requireOne(statement.executeUpdate(), lease);
        }
    }

    private static void requireOne(int rows, Lease lease) {
        if (rows != 1) {
            throw Fence.fenced(lease);
        }
    }

    private List<TaskEntry> select(Connection connection, String which, String... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM " + tables.task() + which + " ORDER BY made_at, id")) {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                List<TaskEntry> entries = new ArrayList<>();
                while (row.next()) {
                    entries.add(entry(row));
                }
                return entries;
            }
        }
    }

    private static TaskEntry entry(ResultSet row) throws SQLException {
        OffsetDateTime seen = row.getObject("seen", OffsetDateTime.class);
        return new TaskEntry(
                new TaskIdentity(row.getString("name"), row.getString("id")),
                row.getString("source_address"),
                identity(row.getString("source_system"), row.getString("source_lineage")),
                row.getString("state"),
                row.getString("detail"),
                row.getString("owner"),
                row.getLong("epoch"),
                seen == null ? null : seen.toInstant(),
                seen == null ? null : Duration.ofMillis(Math.max(0, row.getLong("silence"))),
                row.getString("fingerprint"));
    }

    private static @Nullable SourceIdentity identity(@Nullable String system, @Nullable String lineage) {
        return system == null || lineage == null ? null : new SourceIdentity(system, lineage);
    }

    private String newId() {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_ALPHABET.charAt(random.nextInt(ID_ALPHABET.length())));
        }
        return id.toString();
    }

    /** The task's row. @throws SyncException TASK_UNKNOWN */
    TaskEntry require(Connection connection, String id) throws SQLException {
        return withId(connection, id).orElseThrow(() -> unknown(id));
    }

    SyncException unknown(String id) {
        return new SyncException(
                ErrorCode.TASK_UNKNOWN,
                "the ledger in schema " + tables.schema() + " holds no task " + id,
                "Look at the ids that the status command prints.");
    }
}
