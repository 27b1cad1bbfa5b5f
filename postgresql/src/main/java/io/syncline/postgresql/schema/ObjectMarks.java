package io.syncline.postgresql.schema;

import io.syncline.api.schema.ObjectRef;
import io.syncline.postgresql.catalog.OlderCatalog;
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
              WHEN o.kind IN ('TABLE', 'SEQUENCE', 'INDEX', 'VIEW', 'MATERIALIZED_VIEW') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = o.schema_name AND c.relname = o.name)
              WHEN o.kind IN ('PRIMARY_KEY', 'UNIQUE', 'EXCLUSION', 'CHECK', 'FOREIGN_KEY') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_constraint con
                     JOIN pg_catalog.pg_class c ON c.oid = con.conrelid
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = o.schema_name AND c.relname = o.parent AND con.conname = o.name)
              WHEN o.kind = 'ROLE' THEN EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = o.name)
              WHEN o.kind = 'EXTENSION' THEN EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = o.name)
              WHEN o.kind IN ('FUNCTION', 'PROCEDURE', 'AGGREGATE') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                    WHERE n.nspname = o.schema_name AND
            """ + RoutineQueries.SIGNATURE + """
             = o.name)
              WHEN o.kind = 'OPERATOR' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_operator op JOIN pg_catalog.pg_namespace n ON n.oid = op.oprnamespace
                    WHERE n.nspname = o.schema_name AND op.oprcode <> 0 AND
            """ + RoutineQueries.OPERANDS + """
             = o.name)
              WHEN o.kind = 'OPERATOR_FAMILY' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_opfamily f
                     JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace JOIN pg_catalog.pg_am m ON m.oid = f.opfmethod
                    WHERE n.nspname = o.schema_name AND format('%I USING %I', f.opfname, m.amname) = o.name)
              WHEN o.kind = 'OPERATOR_CLASS' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_opclass c
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod
                    WHERE n.nspname = o.schema_name AND format('%I USING %I', c.opcname, m.amname) = o.name)
              WHEN o.kind = 'CAST' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_cast c
                    WHERE format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)) = o.name)
              WHEN o.kind = 'COLLATION' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
                    WHERE n.nspname = o.schema_name AND c.collname = o.name)
              WHEN o.kind = 'TEXT_SEARCH_DICTIONARY' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
                    WHERE n.nspname = o.schema_name AND d.dictname = o.name)
              WHEN o.kind = 'TEXT_SEARCH_CONFIGURATION' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
                    WHERE n.nspname = o.schema_name AND c.cfgname = o.name)
              WHEN o.kind = 'STATISTICS' THEN EXISTS (
                   SELECT FROM pg_catalog.pg_namespace n JOIN pg_statistic_ext s ON n.oid = s.stxnamespace
                    WHERE n.nspname = o.schema_name AND s.stxname = o.name)
              WHEN o.kind IN ('TRIGGER', 'RULE', 'POLICY', 'ROW_SECURITY') THEN EXISTS (
                   SELECT FROM pg_catalog.pg_class c
                     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = o.schema_name AND c.relname = o.parent
                      AND CASE o.kind
                            WHEN 'TRIGGER' THEN EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = o.name)
                            WHEN 'RULE' THEN EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename = o.name)
                            WHEN 'POLICY' THEN EXISTS (SELECT FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid AND p.polname = o.name)
                            ELSE c.relrowsecurity END)
              ELSE false
            END""";

    private final LedgerTables ledger;
    private final String task;
    private final String exists;

    /** @param serverVersion {@code server_version_num} of the destination */
    ObjectMarks(LedgerTables ledger, String task, int serverVersion) {
        this.ledger = ledger;
        this.task = task;
        this.exists = OlderCatalog.adapt(EXISTS, serverVersion);
    }

    /**
     * @param exists something of that name is there
     * @param ours the ledger lists it
     */
    record State(boolean exists, boolean ours) {}

    State state(Connection connection, ObjectRef ref) throws SQLException {
        String query = "SELECT " + exists + ", EXISTS (SELECT FROM " + ledger.object()
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
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + ledger.object()
                        + " (task, kind, schema_name, parent, name)"
                        + " SELECT o.* FROM (VALUES (?, ?, ?, ?, ?)) AS o (task, kind, schema_name, parent, name)"
                        + " WHERE NOT EXISTS (SELECT 1 FROM " + ledger.object()
                        + " m WHERE m.task = o.task AND m.kind = o.kind AND m.schema_name = o.schema_name AND m.parent = o.parent AND m.name = o.name)")) {
            statement.setString(1, task);
            set(statement, 2, ref);
            statement.executeUpdate();
        }
    }

    /** Those that are marked and still exist, newest first. */
    List<ObjectRef> made(Connection connection) throws SQLException {
        String query = "SELECT o.kind, o.schema_name, o.parent, o.name FROM " + ledger.object()
                + " o WHERE o.task = ? AND " + exists + " ORDER BY o.ordinal DESC";
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
