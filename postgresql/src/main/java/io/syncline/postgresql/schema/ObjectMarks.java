package io.syncline.postgresql.schema;

import io.syncline.api.schema.ObjectRef;
import io.syncline.postgresql.ledger.LedgerTables;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Which objects exist at the destination, and which of them the ledger lists as made by a task. */
final class ObjectMarks {

    /**
     * Whether an object o (kind, schema_name, parent, name) exists. A name that anything else of its namespace has counts as taken: tables, sequences and indexes
     * share one, so do all types.
     */
    private static final String EXISTS = """
            CASE
              WHEN o.kind = 'SCHEMA' THEN EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = o.name)
              WHEN o.kind = 'TYPE' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                    WHERE n.nspname = o.schema_name AND t.typname = o.name)
              WHEN o.kind IN ('TABLE', 'SEQUENCE', 'INDEX') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = o.schema_name AND c.relname = o.name)
              WHEN o.kind IN ('PRIMARY_KEY', 'UNIQUE', 'EXCLUSION', 'CHECK', 'FOREIGN_KEY') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_constraint con
                     JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = o.schema_name AND c.relname = o.parent AND con.conname = o.name)
              ELSE false
            END""";

    private final LedgerTables ledger;
    private final String task;

    ObjectMarks(LedgerTables ledger, String task) {
        this.ledger = ledger;
        this.task = task;
    }

    /**
     * @param exists something of that name is there
     * @param ours the ledger lists it
     */
    record State(boolean exists, boolean ours) {}

    State state(Connection connection, ObjectRef ref) throws SQLException {
        String query = "SELECT " + EXISTS + ", EXISTS (SELECT FROM " + ledger.object()
                + " m WHERE m.task = ? AND m.kind = o.kind AND m.schema_name = o.schema_name AND m.parent = o.parent AND m.name = o.name)"
                + " FROM (VALUES (?, ?, ?, ?)) AS o (kind, schema_name, parent, name)";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, task);
            set(statement, 2, ref);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new State(row.getBoolean(1), row.getBoolean(2));
            }
        }
    }

    void mark(Connection connection, ObjectRef ref) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + ledger.object()
                + " (task, kind, schema_name, parent, name) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            statement.setString(1, task);
            set(statement, 2, ref);
            statement.executeUpdate();
        }
    }

    /** Those that are marked and still exist, newest first. */
    List<ObjectRef> made(Connection connection) throws SQLException {
        String query = "SELECT o.kind, o.schema_name, o.parent, o.name FROM " + ledger.object()
                + " o WHERE o.task = ? AND " + EXISTS + " ORDER BY o.ordinal DESC";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, task);
            List<ObjectRef> made = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    made.add(new ObjectRef(
                            ObjectRef.Kind.valueOf(row.getString("kind")),
                            row.getString("schema_name"),
                            row.getString("parent"),
                            row.getString("name")));
                }
            }
            return made;
        }
    }

    private static void set(PreparedStatement statement, int first, ObjectRef ref) throws SQLException {
        statement.setString(first, ref.kind().name());
        statement.setString(first + 1, ref.schema());
        statement.setString(first + 2, ref.parent());
        statement.setString(first + 3, ref.name());
    }
}
