package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.Right.Grantor;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.OwnedSchema;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a destination's role needs. A schema that is missing is made for the role, so that it need not be able to make others. */
public final class DestinationRights {

    private static final int PARAMETER_GRANTS = 150_000;

    private final Sessions sessions;
    private final PrecheckScope scope;
    private final String ledgerSchema;
    private final String user;
    private final String database;

    private record Database(boolean create, boolean temporary) {
        static Database of(ResultSet row) throws SQLException {
            return new Database(row.getBoolean("may_create"), row.getBoolean("may_temp"));
        }
    }

    private record Schema(String name, boolean use, boolean create) {
        static Schema of(ResultSet row) throws SQLException {
            return new Schema(row.getString("nspname"), row.getBoolean("may_use"), row.getBoolean("may_create"));
        }
    }

    public DestinationRights(Sessions sessions, PrecheckScope scope, String ledgerSchema) {
        this.sessions = sessions;
        this.scope = scope;
        this.ledgerSchema = ledgerSchema;
        this.user = Quoting.identifier(sessions.connection().user());
        this.database = Quoting.identifier(sessions.connection().database());
    }

    public List<Right> list() {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            Database rights =
                    session.query(DestinationRightChecks.DATABASE, Database::of).getFirst();
            Map<String, Schema> there = new HashMap<>();
            session.query(DestinationRightChecks.SCHEMAS, Schema::of)
                    .forEach(schema -> there.put(schema.name(), schema));
            List<Right> list = new ArrayList<>();
            list.add(new Right(
                    Grantor.DATABASE_OWNER,
                    "GRANT TEMPORARY ON DATABASE " + database + " TO " + user + ";",
                    "Changes are brought into temporary tables before they are merged.",
                    rights.temporary()));
            list.add(schema(
                    Optional.ofNullable(there.get(ledgerSchema)),
                    ledgerSchema,
                    true,
                    rights,
                    "The ledger holds what was done, in the transactions that did it."));
            boolean makes = scope.task().runs(Stage.SCHEMA);
            for (String name : schemas()) {
                list.add(schema(
                        Optional.ofNullable(there.get(name)),
                        name,
                        makes,
                        rights,
                        makes ? "The tables are made in it." : "The tables are in it."));
            }
            if (!makes) {
                list.addAll(tables(session));
                rowSecurity(session).ifPresent(list::add);
            }
            if (scope.task().runs(Stage.INCREMENTAL)) {
                list.add(replicaRole(session));
            }
            return list;
        }
    }

    private Right schema(Optional<Schema> there, String name, boolean creates, Database rights, String why) {
        String quoted = Quoting.identifier(name);
        return there.map(schema -> new Right(
                        Grantor.OBJECT_OWNER,
                        "GRANT USAGE" + (creates ? ", CREATE" : "") + " ON SCHEMA " + quoted + " TO " + user + ";",
                        why,
                        schema.use() && (!creates || schema.create())))
                .orElseGet(() -> new Right(
                        Grantor.SUPERUSER,
                        String.join(
                                "\n",
                                new OwnedSchema(name, sessions.connection().user()).statements()),
                        why,
                        rights.create()));
    }

    private List<Right> tables(CatalogSession session) {
        return DestinationTables.query(
                session,
                DestinationRightChecks.TABLES,
                row -> new Right(
                        Grantor.OBJECT_OWNER,
                        "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON "
                                + Quoting.qualified(row.getString("schema"), row.getString("name")) + " TO " + user
                                + ";",
                        "Its rows are written, and emptied before it is loaded again.",
                        row.getBoolean("may_write")),
                targets());
    }

    private Optional<Right> rowSecurity(CatalogSession session) {
        List<String> tables = DestinationTables.query(
                session, DestinationRightChecks.UNDER_POLICIES, row -> row.getString("name"), targets());
        return tables.isEmpty()
                ? Optional.empty()
                : Optional.of(new Right(
                        Grantor.SUPERUSER,
                        "ALTER ROLE " + user + " BYPASSRLS;",
                        "Policies would refuse rows, or hide those that are to be changed.",
                        false));
    }

    /** T2. */
    private Right replicaRole(CatalogSession session) {
        return new Right(
                Grantor.SUPERUSER,
                session.serverVersion() >= PARAMETER_GRANTS
                        ? "GRANT SET ON PARAMETER session_replication_role TO " + user + ";"
                        : "ALTER ROLE " + user + " SUPERUSER;",
                "Not required: with it triggers and foreign keys stay silent; without it foreign keys are made at cutover only.",
                ReplicaRole.isAllowed(sessions));
    }

    private List<TableId> targets() {
        return scope.routes().stream().map(route -> route.destination().table()).toList();
    }

    private SortedSet<String> schemas() {
        SortedSet<String> names = new TreeSet<>();
        targets().forEach(table -> names.add(table.schema()));
        return names;
    }
}
