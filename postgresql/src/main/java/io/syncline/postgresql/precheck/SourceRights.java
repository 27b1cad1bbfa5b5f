package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.Right.Grantor;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.AlterationFunction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a source's role needs, as the prechecks of the rights look for it: no more than that, and each by the statement that gives it. */
public final class SourceRights {

    private static final String ROLE =
            "SELECT rolsuper, rolsuper OR rolreplication AS replicates, rolsuper OR rolbypassrls AS unbound FROM pg_roles WHERE rolname = current_user";

    /** Before 9.5 there is neither row security nor the attribute. */
    private static final String OLDEST_ROLE =
            "SELECT rolsuper, rolsuper OR rolreplication AS replicates, true AS unbound FROM pg_roles WHERE rolname = current_user";

    private static final String TABLES = """
            SELECT c.oid, c.relowner, quote_ident(n.nspname) AS schema, quote_ident(r.rolname) AS owner, r.rolsuper AS superuser,
                   pg_has_role(r.oid, 'USAGE') AS owned, r.rolname = current_user AS own, has_schema_privilege(n.oid, 'USAGE') AS enters,
                   has_table_privilege(c.oid, 'SELECT') AS reads
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_roles r ON r.oid = c.relowner
             ORDER BY n.nspname, c.relname""";

    private static final int ROW_SECURITY = 90_500;

    private static final int LOCKS_OF_PARTITIONS = 130_000;

    private final Sessions sessions;
    private final PrecheckScope scope;
    private final LogLocation log;
    private final ChosenTables chosen;
    private final String user;
    private final String database;

    private record Role(boolean superuser, boolean replicates, boolean unbound) {
        static Role of(ResultSet row) throws SQLException {
            return new Role(row.getBoolean("rolsuper"), row.getBoolean("replicates"), row.getBoolean("unbound"));
        }
    }

    private record Table(
            long oid,
            long ownerOid,
            String schema,
            String owner,
            boolean ofSuperuser,
            boolean own,
            boolean owned,
            boolean enters,
            boolean reads) {
        static Table of(ResultSet row) throws SQLException {
            return new Table(
                    row.getLong("oid"),
                    row.getLong("relowner"),
                    row.getString("schema"),
                    row.getString("owner"),
                    row.getBoolean("superuser"),
                    row.getBoolean("own"),
                    row.getBoolean("owned"),
                    row.getBoolean("enters"),
                    row.getBoolean("reads"));
        }
    }

    private record Sequence(String name, long ownerOid, boolean held) {
        static Sequence of(ResultSet row) throws SQLException {
            return new Sequence(row.getString("name"), row.getLong("relowner"), row.getBoolean("held"));
        }
    }

    /** @param log where it is read */
    public SourceRights(Sessions sessions, PrecheckScope scope, LogLocation log) {
        this.sessions = sessions;
        this.scope = scope;
        this.log = log;
        this.chosen = new ChosenTables(sessions, scope.task());
        this.user = Quoting.identifier(sessions.connection().user());
        this.database = Quoting.identifier(sessions.connection().database());
    }

    public List<Right> list() {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            boolean follows = scope.task().runs(Stage.INCREMENTAL);
            boolean publishes = follows && session.serverVersion() >= ServerRelease.MODERN;
            Map<Long, Relation> relations = publishes || session.serverVersion() < LOCKS_OF_PARTITIONS
                    ? chosen.withPartitions(session)
                    : chosen.byOid(session);
            List<Table> tables = session.query(TABLES, Table::of, CatalogSession.oids(relations.keySet()));

            // Tables that are loaded anew from time to time are read, and not published.
            Set<Long> inLog = publishes
                    ? ChosenTables.followed(sessions, scope.task())
                            .withPartitions(session)
                            .keySet()
                    : Set.of();
            List<Table> owned =
                    tables.stream().filter(table -> inLog.contains(table.oid())).toList();
            List<Table> read = tables.stream()
                    .filter(table -> !inLog.contains(table.oid()))
                    .toList();

            List<Right> rights = new ArrayList<>();
            Role role = session.query(session.serverVersion() < ROW_SECURITY ? OLDEST_ROLE : ROLE, Role::of)
                    .getFirst();
            if (follows) {
                rights.add(new Right(
                        Grantor.SUPERUSER,
                        "ALTER ROLE " + user + " REPLICATION;",
                        "Only such a role may make and read a replication slot.",
                        role.replicates()));
            }
            if (follows && sessions.dialect() == Dialect.GREENPLUM_7 && log.mayBeSegments()) {
                rights.addAll(new RestorePointRights(user).list(session));
            }
            if (publishes) {
                rights.add(publication(session));
                rights.addAll(ownership(owned, relations));
                rights.addAll(alterations(session, role));
            }
            rights.addAll(schemas(tables));
            rights.addAll(reading(read, relations));
            if (scope.task().runs(Stage.SCHEMA)) {
                rights.addAll(sequences(session, owned));
            }
            rowSecurity(session, role).ifPresent(rights::add);
            return rights;
        }
    }

    /** Only a superuser may make event triggers; who is one makes them himself. */
    private List<Right> alterations(CatalogSession session, Role role) {
        if (role.superuser()
                || !scope.task().ddl().appliesAny()
                || session.serverVersion() < SourceRightChecks.MESSAGES) {
            return List.of();
        }
        AlterationFunction function = AlterationFunction.byHand(scope.task().name());
        return List.of(new Right(
                Grantor.SUPERUSER,
                String.join(";\n", function.definitions()) + ";",
                "Event triggers tell what becomes of tables that are altered; without them such a table is loaded anew.",
                SourceRightChecks.areThere(session, function)));
    }

    private Right publication(CatalogSession session) {
        boolean held = session.query(
                        "SELECT has_database_privilege(current_database(), 'CREATE')", row -> row.getBoolean(1))
                .getFirst();
        return new Right(
                Grantor.DATABASE_OWNER,
                "GRANT CREATE ON DATABASE " + database + " TO " + user + ";",
                "A publication says which tables' changes are sent; making one needs this.",
                held);
    }

    /** A superuser's power is not given away for a publication: his table is. */
    private List<Right> ownership(List<Table> tables, Map<Long, Relation> relations) {
        Map<String, Right> byStatement = new TreeMap<>();
        for (Table table : tables) {
            Relation relation = Objects.requireNonNull(relations.get(table.oid()));
            String statement = table.ofSuperuser() && !table.owned()
                    ? "ALTER TABLE " + Quoting.table(relation.id()) + " OWNER TO " + user + ";"
                    : "GRANT " + table.owner() + " TO " + user + ";";
            if (!table.own()) {
                byStatement.put(
                        statement,
                        new Right(
                                Grantor.SUPERUSER,
                                statement,
                                "Only its owner may publish a table's changes; to read its rows comes with that.",
                                table.owned()));
            }
        }
        return List.copyOf(byStatement.values());
    }

    private List<Right> schemas(List<Table> tables) {
        Map<String, Right> bySchema = new TreeMap<>();
        tables.forEach(table -> bySchema.put(
                table.schema(),
                new Right(
                        Grantor.OBJECT_OWNER,
                        "GRANT USAGE ON SCHEMA " + table.schema() + " TO " + user + ";",
                        "A right on a table is of no use without its schema's.",
                        table.enters())));
        return List.copyOf(bySchema.values());
    }

    private List<Right> reading(List<Table> tables, Map<Long, Relation> relations) {
        return tables.stream()
                .map(table -> new Right(
                        Grantor.OBJECT_OWNER,
                        "GRANT SELECT ON "
                                + Quoting.table(Objects.requireNonNull(relations.get(table.oid()))
                                        .id())
                                + " TO " + user + ";",
                        "Its rows are read.",
                        table.reads()))
                .toList();
    }

    /** @param owned tables that the role is to own: their owners' sequences come along, but for those that superusers keep */
    private List<Right> sequences(CatalogSession session, List<Table> owned) {
        Set<Long> owners = new HashSet<>();
        owned.stream()
                .filter(table -> table.owned() || !table.ofSuperuser())
                .forEach(table -> owners.add(table.ownerOid()));
        String oids = chosen.oids(session);
        return session.query(SourceRightChecks.SEQUENCES, Sequence::of, oids, oids).stream()
                .filter(sequence -> !owners.contains(sequence.ownerOid()))
                .map(sequence -> new Right(
                        Grantor.OBJECT_OWNER,
                        "GRANT SELECT ON SEQUENCE " + sequence.name() + " TO " + user + ";",
                        "Its value is carried, so that the destination does not give a number twice.",
                        sequence.held()))
                .toList();
    }

    /** T12. */
    private Optional<Right> rowSecurity(CatalogSession session, Role role) {
        boolean hides = session.serverVersion() >= ROW_SECURITY
                && session.query(
                                        "SELECT count(*) FROM pg_class WHERE oid = ANY (?::oid[]) AND relrowsecurity",
                                        row -> row.getLong(1),
                                        chosen.oids(session))
                                .getFirst()
                        > 0;
        return hides
                ? Optional.of(new Right(
                        Grantor.SUPERUSER,
                        "ALTER ROLE " + user + " BYPASSRLS;",
                        "Rows that policies hide from the role would be missing at the destination.",
                        role.unbound()))
                : Optional.empty();
    }
}
