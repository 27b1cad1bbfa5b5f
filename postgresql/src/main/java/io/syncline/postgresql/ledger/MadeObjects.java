package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Lease;
import io.syncline.api.schema.ObjectRef;
import io.syncline.postgresql.session.ObjectAddress;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Drops what the table {@code object} lists, the newest first, so that what depends goes before what it depends on. */
final class MadeObjects {

    /** Locks of one transaction: thousands at once exhaust the server's lock table (T41). */
    private static final int AT_ONCE = 100;

    private final LedgerTables tables;

    MadeObjects(LedgerTables tables) {
        this.tables = tables;
    }

    /** What of one portion went, and what would not. */
    record Dropped(int objects, List<String> remaining) {}

    /**
     * Drops some of the listed objects and their ledger rows, in the caller's transaction, which proved the lease.
     *
     * @return with {@code objects} 0 when the list is empty; the rows of what remains are gone too
     */
    Dropped dropSome(Connection connection, Lease lease) throws SQLException {
        List<String> remaining = new ArrayList<>();
        List<ObjectRef> objects = newest(connection, lease);
        for (ObjectRef object : objects) {
            drop(connection, object).ifPresent(reason -> remaining.add(object + ": " + reason));
            forget(connection, lease, object);
        }
        return new Dropped(objects.size(), remaining);
    }

    private List<ObjectRef> newest(Connection connection, Lease lease) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT kind, schema_name, parent, name FROM "
                + tables.object() + " WHERE task = ? ORDER BY ordinal DESC LIMIT " + AT_ONCE)) {
            statement.setString(1, lease.task());
            try (ResultSet row = statement.executeQuery()) {
                List<ObjectRef> objects = new ArrayList<>();
                while (row.next()) {
                    objects.add(new ObjectRef(
                            kind(row.getString(1)), row.getString(2), row.getString(3), row.getString(4)));
                }
                return objects;
            }
        }
    }

    private static ObjectRef.Kind kind(String name) {
        for (ObjectRef.Kind kind : ObjectRef.Kind.values()) {
            if (kind.name().equals(name)) {
                return kind;
            }
        }
        throw new SyncException(
                ErrorCode.LEDGER_INVALID,
                "the ledger lists an object of the unknown kind " + name,
                "Clean the task with the newer program that made the object.");
    }

    private void forget(Connection connection, Lease lease, ObjectRef object) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + tables.object()
                + " WHERE task = ? AND kind = ? AND schema_name = ? AND parent = ? AND name = ?")) {
            statement.setString(1, lease.task());
            statement.setString(2, object.kind().name());
            statement.setString(3, object.schema());
            statement.setString(4, object.parent());
            statement.setString(5, object.name());
            statement.executeUpdate();
        }
    }

    /** Never cascades: what others made to depend on our objects stays, and is told. */
    private static Optional<String> drop(Connection connection, ObjectRef object) throws SQLException {
        Optional<String> command = command(object);
        if (command.isEmpty()) {
            return Optional.empty();
        }
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute(command.get());
            connection.releaseSavepoint(before);
            return Optional.empty();
        } catch (PSQLException e) {
            ServerErrorMessage told = e.getServerErrorMessage();
            if (told == null) {
                throw e;
            }
            connection.rollback(before);
            return Optional.of(told.getMessage() == null ? "SQLSTATE " + e.getSQLState() : told.getMessage());
        }
    }

    private static Optional<String> command(ObjectRef object) {
        String name = Quoting.identifier(object.name());
        String qualified = Quoting.qualified(object.schema(), object.name());
        return switch (object.kind()) {
            case SCHEMA -> Optional.of("DROP SCHEMA IF EXISTS " + name);
            case TYPE -> Optional.of("DROP TYPE IF EXISTS " + qualified);
            case SEQUENCE -> Optional.of("DROP SEQUENCE IF EXISTS " + qualified);
            case TABLE -> Optional.of("DROP TABLE IF EXISTS " + qualified);
            case INDEX -> Optional.of("DROP INDEX IF EXISTS " + qualified);
            case PRIMARY_KEY, UNIQUE, EXCLUSION, CHECK, FOREIGN_KEY ->
                Optional.of("ALTER TABLE IF EXISTS " + Quoting.qualified(object.schema(), object.parent())
                        + " DROP CONSTRAINT IF EXISTS " + name);
            case TRIGGER_STATE ->
                Optional.of("ALTER TABLE IF EXISTS " + Quoting.qualified(object.schema(), object.parent())
                        + " ENABLE TRIGGER " + name);
            case EXTENSION,
                    COLLATION,
                    FUNCTION,
                    PROCEDURE,
                    AGGREGATE,
                    OPERATOR,
                    OPERATOR_FAMILY,
                    OPERATOR_CLASS,
                    CAST,
                    TEXT_SEARCH_DICTIONARY,
                    TEXT_SEARCH_CONFIGURATION,
                    VIEW,
                    MATERIALIZED_VIEW,
                    STATISTICS,
                    // Before the functions that they call.
                    TRIGGER,
                    RULE,
                    POLICY,
                    ROLE -> Optional.of(ObjectAddress.dropOf(object));
            // They go with the object that they describe.
            case ROW_SECURITY, SEQUENCE_OWNER, SEQUENCE_VALUE, COMMENT, MEMBERSHIP, GRANTS -> Optional.empty();
        };
    }
}
