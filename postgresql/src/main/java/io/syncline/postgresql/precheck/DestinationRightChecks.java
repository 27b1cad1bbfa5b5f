package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.OwnedSchema;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the destination's role may do. */
final class DestinationRightChecks {

    static final String DATABASE = """
            SELECT has_database_privilege(current_database(), 'CREATE') AS may_create,
                   has_database_privilege(current_database(), 'TEMP') AS may_temp""";

    static final String SCHEMAS = """
            SELECT nspname, has_schema_privilege(oid, 'USAGE') AS may_use, has_schema_privilege(oid, 'CREATE') AS may_create
              FROM pg_namespace""";

    static final String TABLES = """
            SELECT t.schema, t.name,
                   has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                   AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
                   AND has_table_privilege(c.oid, 'TRUNCATE') AS may_write
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name""";

    /** Owners of the ledger's tables that the role is no member of. */
    private static final String FOREIGN_LEDGER = """
            SELECT DISTINCT quote_ident(r.rolname) AS owner, r.rolsuper AS superuser
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
             WHERE n.nspname = ?::text AND c.relkind = 'r'
               AND c.relname IN ('format', 'task', 'stream', 'table_load', 'chunk', 'object', 'refetch', 'conflict')
               AND NOT pg_has_role(r.oid, 'USAGE')""";

    static final String UNDER_POLICIES = """
            SELECT t.schema || '.' || t.name AS name
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
             WHERE c.relrowsecurity AND row_security_active(c.oid)""";

    private final PrecheckScope scope;
    private final String ledgerSchema;
    private final String role;
    private final String user;
    private final String database;

    DestinationRightChecks(Sessions sessions, PrecheckScope scope, String ledgerSchema) {
        this.scope = scope;
        this.ledgerSchema = ledgerSchema;
        this.role = sessions.connection().user();
        this.user = Quoting.identifier(role);
        this.database = Quoting.identifier(sessions.connection().database());
    }

    private record Rights(boolean create, boolean temporary) {
        static Rights of(ResultSet row) throws SQLException {
            return new Rights(row.getBoolean("may_create"), row.getBoolean("may_temp"));
        }
    }

    private record Schema(String name, boolean use, boolean create) {
        static Schema of(ResultSet row) throws SQLException {
            return new Schema(row.getString("nspname"), row.getBoolean("may_use"), row.getBoolean("may_create"));
        }
    }

    private record Table(String schema, String name, boolean write) {
        static Table of(ResultSet row) throws SQLException {
            return new Table(row.getString("schema"), row.getString("name"), row.getBoolean("may_write"));
        }
    }

    private record LedgerOwner(String name, boolean superuser) {
        static LedgerOwner of(ResultSet row) throws SQLException {
            return new LedgerOwner(row.getString("owner"), row.getBoolean("superuser"));
        }
    }

    Finding temporary(CatalogSession session) {
        if (session.query(DATABASE, Rights::of).getFirst().temporary()) {
            return Finding.passed("The role may make temporary tables.");
        }
        return Finding.failed(
                "The role " + user + " has no TEMPORARY right on the database " + database + ".",
                "Changes are brought into temporary tables before they are merged.",
                "GRANT TEMPORARY ON DATABASE " + database + " TO " + user + ";");
    }

    Finding ledger(CatalogSession session) {
        Schema schema = schemas(session).get(ledgerSchema);
        String quoted = Quoting.identifier(ledgerSchema);
        if (schema == null) {
            if (session.query(DATABASE, Rights::of).getFirst().create()) {
                return Finding.passed("The ledger's schema " + ledgerSchema + " will be made.");
            }
            return Finding.failed(
                    "There is no schema " + ledgerSchema + ", and the role " + user + " may not make one.",
                    "The ledger holds what was done, in the transactions that did it.",
                    String.join("\n", new OwnedSchema(ledgerSchema, role).statements())
                            + "\n-- or name a schema of its own as ledgerSchema in the task file");
        }
        List<LedgerOwner> owners = session.query(FOREIGN_LEDGER, LedgerOwner::of, ledgerSchema);
        if (!owners.isEmpty()) {
            return anothers(owners);
        }
        if (schema.use() && schema.create()) {
            return Finding.passed("The ledger's schema " + ledgerSchema + " is there.");
        }
        return Finding.failed(
                "The role " + user + " may not make tables in the ledger's schema " + ledgerSchema + ".",
                "The ledger holds what was done, in the transactions that did it.",
                "GRANT USAGE, CREATE ON SCHEMA " + quoted + " TO " + user + ";");
    }

    /** A superuser's power is not given away for a ledger: the task may have one of its own. */
    private Finding anothers(List<LedgerOwner> owners) {
        String own = "name a schema of its own as ledgerSchema in the task file";
        boolean superuser = owners.stream().anyMatch(LedgerOwner::superuser);
        return Finding.failed(
                "The ledger in schema " + ledgerSchema + " belongs to "
                        + Listing.names(owners.stream().map(LedgerOwner::name).toList()) + ", and the role " + user
                        + " is no member of that role.",
                "The ledger holds what was done, in the transactions that did it; only its owner may write and remove it.",
                superuser
                        ? "-- " + own
                        : Listing.statements(owners.stream()
                                        .map(owner -> "GRANT " + owner.name() + " TO " + user + ";")
                                        .toList())
                                + "\n-- or " + own);
    }

    /** With row_security off the server refuses instead of hiding rows, and COPY never writes under policies. */
    Finding rowSecurity(CatalogSession session) {
        List<String> tables =
                DestinationTables.query(session, UNDER_POLICIES, row -> row.getString("name"), targetTables());
        if (tables.isEmpty()) {
            return Finding.passed("No row security stands between the role and the tables.");
        }
        return Finding.failed(
                "Row security applies to the role on " + Listing.names(tables) + ".",
                "Its policies would refuse rows, or hide those that are to be changed.",
                "ALTER ROLE " + user + " BYPASSRLS;");
    }

    /** Schemas of the chosen tables: there, or makeable in the schema stage. */
    Finding targets(CatalogSession session) {
        boolean makes = scope.task().runs(Stage.SCHEMA);
        Map<String, Schema> there = schemas(session);
        boolean mayCreate = session.query(DATABASE, Rights::of).getFirst().create();
        List<String> found = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        for (String name : wantedSchemas()) {
            Schema schema = there.get(name);
            String quoted = Quoting.identifier(name);
            if (schema == null && !makes) {
                found.add("schema " + name + " does not exist");
                remedies.add("CREATE SCHEMA " + quoted + "; -- and its tables; or add the schema stage to the task");
            } else if (schema == null && !mayCreate) {
                found.add("schema " + name + " does not exist and may not be made");
                remedies.add("GRANT CREATE ON DATABASE " + database + " TO " + user + ";");
            } else if (schema != null && (!schema.use() || (makes && !schema.create()))) {
                found.add("schema " + name + " may not be " + (schema.use() ? "written into" : "used"));
                remedies.add("GRANT USAGE" + (makes ? ", CREATE" : "") + " ON SCHEMA " + quoted + " TO " + user + ";");
            }
        }
        if (found.isEmpty()) {
            return Finding.passed("The schemas of the chosen tables are there or can be made.");
        }
        return Finding.failed(
                Listing.names(found) + ".",
                "The tables need their schemas.",
                Listing.statements(remedies.stream().distinct().toList()));
    }

    Finding tables(CatalogSession session) {
        List<Table> denied = DestinationTables.query(session, TABLES, Table::of, targetTables()).stream()
                .filter(table -> !table.write())
                .toList();
        if (denied.isEmpty()) {
            return Finding.passed("The role may write the existing tables.");
        }
        return Finding.failed(
                Listing.count(denied.size(), "table") + " that may not be written: "
                        + Listing.names(denied.stream()
                                .map(table -> table.schema() + "." + table.name())
                                .toList())
                        + ".",
                "Rows have to be read, inserted, updated, deleted and, before a table is loaded again, truncated.",
                Listing.statements(denied.stream()
                        .map(table -> "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON "
                                + Quoting.qualified(table.schema(), table.name()) + " TO " + user + ";")
                        .toList()));
    }

    private static Map<String, Schema> schemas(CatalogSession session) {
        Map<String, Schema> schemas = new HashMap<>();
        session.query(SCHEMAS, Schema::of).forEach(schema -> schemas.put(schema.name(), schema));
        return schemas;
    }

    private List<TableId> targetTables() {
        return scope.routes().stream().map(route -> route.destination().table()).toList();
    }

    private SortedSet<String> wantedSchemas() {
        TreeSet<String> names = new TreeSet<>();
        scope.routes().forEach(route -> names.add(route.destination().table().schema()));
        return names;
    }
}
