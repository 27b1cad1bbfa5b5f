package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.task.Task;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.AlterationFunction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** What the source's role may do. */
final class SourceRightChecks {

    private static final String OWNERS = """
            SELECT c.oid, quote_ident(r.rolname) AS owner, r.rolsuper AS superuser, pg_has_role(r.oid, 'USAGE') AS ours
              FROM unnest(?::oid[]) AS wanted (oid) JOIN pg_class c ON c.oid = wanted.oid JOIN pg_roles r ON r.oid = c.relowner""";

    private static final String READABLE = """
            SELECT c.oid, has_schema_privilege(c.relnamespace, 'USAGE') AS schema, has_table_privilege(c.oid, 'SELECT') AS rows
              FROM unnest(?::oid[]) AS wanted (oid) JOIN pg_class c ON c.oid = wanted.oid""";

    /** Sequences that belong to the tables, or that their defaults call. The CASE keeps the planner from asking of other relations, which is an error. */
    static final String SEQUENCES = """
            SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(s.relname) AS name, s.relowner,
                   CASE WHEN s.relkind = 'S' THEN has_sequence_privilege(s.oid, 'SELECT') END AS held
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_attrdef ad ON ad.adrelid = wanted.oid
              JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = ad.oid AND d.refclassid = 'pg_class'::regclass
              JOIN pg_class s ON s.oid = d.refobjid
              JOIN pg_namespace n ON n.oid = s.relnamespace
             WHERE s.relkind = 'S'
             UNION
            SELECT quote_ident(n.nspname) || '.' || quote_ident(s.relname), s.relowner,
                   CASE WHEN s.relkind = 'S' THEN has_sequence_privilege(s.oid, 'SELECT') END
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = wanted.oid
                              AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              JOIN pg_class s ON s.oid = d.objid
              JOIN pg_namespace n ON n.oid = s.relnamespace
             WHERE s.relkind = 'S'
             ORDER BY 1""";

    private static final int ROW_SECURITY = 90_500;

    /** From here on pgoutput sends logical messages (release notes of 14). */
    static final int MESSAGES = 140_000;

    private final ChosenTables chosen;
    private final ChosenLog log;
    private final Task task;
    private final String user;
    private final String database;

    private record Owner(long table, String owner, boolean superuser, boolean ours) {
        static Owner of(ResultSet row) throws SQLException {
            return new Owner(
                    row.getLong("oid"), row.getString("owner"), row.getBoolean("superuser"), row.getBoolean("ours"));
        }
    }

    private record Reading(long table, boolean schema, boolean rows) {
        static Reading of(ResultSet row) throws SQLException {
            return new Reading(row.getLong("oid"), row.getBoolean("schema"), row.getBoolean("rows"));
        }
    }

    SourceRightChecks(Sessions sessions, ChosenTables chosen, ChosenLog log, Task task) {
        this.chosen = chosen;
        this.log = log;
        this.task = task;
        this.user = Quoting.identifier(sessions.connection().user());
        this.database = Quoting.identifier(sessions.connection().database());
    }

    Finding replication(CatalogSession session) {
        boolean may = session.query(
                        "SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user",
                        row -> row.getBoolean(1))
                .getFirst();
        if (may) {
            return Finding.passed("The role may replicate.");
        }
        return Finding.failed(
                "The role " + user + " has no REPLICATION attribute.",
                "Only such a role may make and read a replication slot.",
                "ALTER ROLE " + user + " REPLICATION;");
    }

    Finding createPublication(CatalogSession session) {
        if (session.serverVersion() < ServerRelease.MODERN) {
            return Finding.passed("Before PostgreSQL 10 there are no publications, and none is made.");
        }
        if (log.publishes(session) && !log.makesPublication(session)) {
            return Finding.passed("None is made: the task file names one.");
        }
        boolean may = session.query(
                        "SELECT has_database_privilege(current_database(), 'CREATE')", row -> row.getBoolean(1))
                .getFirst();
        if (may) {
            return Finding.passed("The role may make a publication.");
        }
        return log.withoutPublication(
                "The role " + user + " has no CREATE right on the database " + database
                        + ", which making a publication needs.",
                "GRANT CREATE ON DATABASE " + database + " TO " + user + ";");
    }

    /** Event triggers are a superuser's to make (PostgreSQL documentation, CREATE EVENT TRIGGER). */
    Finding alterations(CatalogSession session) {
        if (!task.ddl().appliesAny()) {
            return Finding.passed("The task file says that each change of a table's shape stops the task.");
        }
        if (session.serverVersion() < MESSAGES) {
            return Finding.passed(
                    "Before PostgreSQL 14 the log does not tell of altered tables: a table whose shape has changed is loaded anew, or stops the task where the log is read through test_decoding.");
        }
        boolean may = session.query(
                        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", row -> row.getBoolean(1))
                .getFirst();
        if (!may && areThere(session, AlterationFunction.byHand(task.name()))) {
            return Finding.passed("A superuser has made the event triggers that tell of altered tables.");
        }
        if (!may) {
            return Finding.warning(
                    "The role " + user + " may not make event triggers.",
                    "Without them the log does not tell what an altered table became: a table whose shape has changed is loaded anew, or stops the task where the log is read through test_decoding.",
                    "Let a superuser run what grants prints before the task's first start, or say ddl: stop in the task file.");
        }
        return log.makesPublication(session)
                ? Finding.passed("The role may make the event triggers that tell of altered tables.")
                : Finding.warning(
                        "The task makes no publication.",
                        "Event triggers find the task's tables in its own publication. Without it the log does not tell what an altered table became: a table whose shape has changed is loaded anew, or stops the task where the log is read through test_decoding.",
                        "Name neither publication nor slot before the first start, or say ddl: stop in the task file.");
    }

    static boolean areThere(CatalogSession session, AlterationFunction function) {
        long triggers = session.query(AlterationFunction.COUNT, row -> row.getLong(1), "", function.name())
                .getFirst();
        return AlterationFunction.isWhole(triggers);
    }

    /** Without it, or the next, the log is read in another way. Only its owner may add a table to a publication. A superuser's power is not given away for that: his table is. */
    Finding ownership(CatalogSession session) {
        if (session.serverVersion() < ServerRelease.MODERN) {
            return Finding.passed(
                    "Before PostgreSQL 10 nothing is published, so that tables of all owners are in the log.");
        }
        if (log.publishes(session) && !log.makesPublication(session)) {
            return Finding.passed("The tables are published by the publication that the task file names.");
        }
        TreeSet<String> names = new TreeSet<>();
        TreeSet<String> grants = new TreeSet<>();
        Map<Long, Relation> tables = chosen.withPartitions(session);
        for (Owner owner : session.query(OWNERS, Owner::of, CatalogSession.oids(tables.keySet()))) {
            if (!owner.ours()) {
                Relation table = Objects.requireNonNull(tables.get(owner.table()));
                names.add(table.id().toString());
                grants.add(
                        owner.superuser()
                                ? "ALTER TABLE " + Quoting.table(table.id()) + " OWNER TO " + user + ";"
                                : "GRANT " + owner.owner() + " TO " + user + ";");
            }
        }
        if (names.isEmpty()) {
            return Finding.passed("The role owns the chosen tables, or is a member of their owners.");
        }
        return log.withoutPublication(
                Listing.count(names.size(), "table") + " of other owners, who alone may publish them: "
                        + Listing.names(List.copyOf(names)) + ".",
                Listing.statements(List.copyOf(grants)));
    }

    Finding select(CatalogSession session) {
        // Up to 12 the lock of a partitioned table needs a right on each of its partitions.
        Map<Long, Relation> tables =
                session.serverVersion() < 130_000 ? chosen.withPartitions(session) : chosen.byOid(session);
        TreeSet<String> names = new TreeSet<>();
        // USAGE before SELECT: a right on a table is of no use without its schema's.
        TreeSet<String> schemaGrants = new TreeSet<>();
        TreeSet<String> tableGrants = new TreeSet<>();
        for (Reading readable : session.query(READABLE, Reading::of, CatalogSession.oids(tables.keySet()))) {
            Relation table = Objects.requireNonNull(tables.get(readable.table()));
            if (!readable.schema() || !readable.rows()) {
                names.add(table.id().toString());
            }
            if (!readable.schema()) {
                schemaGrants.add(
                        "GRANT USAGE ON SCHEMA " + Quoting.identifier(table.id().schema()) + " TO " + user + ";");
            }
            if (!readable.rows()) {
                tableGrants.add("GRANT SELECT ON " + Quoting.table(table.id()) + " TO " + user + ";");
            }
        }
        List<String> grants = new ArrayList<>(schemaGrants);
        grants.addAll(tableGrants);
        if (names.isEmpty()) {
            return Finding.passed("The role may read the chosen tables.");
        }
        return Finding.failed(
                Listing.count(names.size(), "table") + " that may not be read: " + Listing.names(List.copyOf(names))
                        + ".",
                "Their rows cannot be loaded.",
                Listing.statements(grants));
    }

    Finding sequences(CatalogSession session) {
        String oids = chosen.oids(session);
        List<String> names = session.query(
                "SELECT name FROM (" + SEQUENCES + ") AS s WHERE NOT held ORDER BY 1",
                row -> row.getString("name"),
                oids,
                oids);
        if (names.isEmpty()) {
            return Finding.passed("The role may read the sequences of the chosen tables.");
        }
        List<String> grants = new ArrayList<>();
        names.forEach(name -> grants.add("GRANT SELECT ON SEQUENCE " + name + " TO " + user + ";"));
        return Finding.failed(
                Listing.count(names.size(), "sequence") + " that may not be read: " + Listing.names(names) + ".",
                "Their values cannot be carried, so that the destination would give numbers twice.",
                Listing.statements(grants));
    }

    /** T12: with row_security off the server refuses instead of hiding rows. */
    Finding rowSecurity(CatalogSession session) {
        if (session.serverVersion() < ROW_SECURITY) {
            return Finding.passed("Before PostgreSQL 9.5 there is no row security.");
        }
        List<String> hidden = session
                .query(
                        "SELECT oid FROM unnest(?::oid[]) AS wanted (oid) WHERE row_security_active(oid)",
                        row -> row.getLong("oid"),
                        chosen.oids(session))
                .stream()
                .map(oid -> chosen.name(session, oid))
                .toList();
        if (hidden.isEmpty()) {
            return Finding.passed("No row security hides rows from the role.");
        }
        return Finding.failed(
                "Row security applies to the role on " + Listing.names(hidden) + ".",
                "Rows that its policies hide would be missing at the destination.",
                "ALTER ROLE " + user + " BYPASSRLS;");
    }
}
