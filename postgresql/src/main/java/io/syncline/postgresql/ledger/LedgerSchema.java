package io.syncline.postgresql.ledger;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.OwnedSchema;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes and drops the ledger's schema. All statements exist since PostgreSQL 9.4. Who makes or drops it holds an advisory lock until the transaction's end, so that
 * several processes may do so at once.
 */
final class LedgerSchema {

    /** Grows with every change of the tables, or of what they may hold, that an older program would not understand: 9 brought the command SKIP. */
    static final int VERSION = 10;

    /** The first version with the table {@code command}. */
    static final int COMMANDS = 2;

    /** The first version with the tables {@code conflict_count} and {@code cleared}, and whose table {@code conflict} is written. */
    static final int CONFLICTS = 3;

    /** The first version with the table {@code not_made}. */
    static final int NOT_MADE = 4;

    /** The first version with the table {@code suspended}. */
    static final int SUSPENDED = 5;

    /** The first version whose suspended tables can come back. */
    static final int RETURNS = 6;

    /** The first version with the tables {@code bad_value}, {@code bad_value_count} and {@code quarantine}. */
    static final int BAD_VALUES = 7;

    /** The first version with the table {@code accepted}; a task's fingerprint was a number before. */
    static final int ACCEPTED = 8;

    /** The first version with the table {@code refreshed}. */
    static final int REFRESHED = 10;

    /** The tables whose rows are numbered as they come, in the column {@code ordinal}. */
    private static final List<String> NUMBERED = List.of("object", "command", "conflict", "not_made", "bad_value");

    /** The first key of our advisory locks; the second is the hash of the schema's name. */
    private static final int LOCK_CLASS = 0x53594E43;

    private final LedgerTables tables;
    private final Supplier<Dialect> dialect;

    LedgerSchema(LedgerTables tables, Supplier<Dialect> dialect) {
        this.tables = tables;
        this.dialect = dialect;
    }

    /** False when the tables are missing. @throws SyncException LEDGER_INVALID when a newer program made them */
    boolean isInstalled(Connection connection) throws SQLException {
        return format(connection) > 0;
    }

    /**
     * The version of the tables that are there, which an older program may have made; 0 when they are missing.
     *
     * @throws SyncException LEDGER_INVALID when a newer program made them
     */
    int format(Connection connection) throws SQLException {
        if (!tableExists(connection)) {
            return 0;
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT version FROM " + tables.format())) {
            if (!row.next()) {
                return 0;
            }
            requireReadable(row.getInt(1));
            return row.getInt(1);
        }
    }

    /** Makes what is missing, in the caller's transaction; adds to what an older program made what has come since. */
    void install(Connection connection) throws SQLException {
        lock(connection);
        int format = format(connection);
        if (format == VERSION) {
            return;
        }
        Place place = place(connection);
        try (Statement statement = connection.createStatement()) {
            makeHeaps(connection);
            if (format > 0) {
                for (String definition : since(format)) {
                    statement.execute(definition);
                }
                keepOrder(statement);
                statement.execute("UPDATE " + tables.format() + " SET version = " + VERSION);
                return;
            }
            boolean made = !schemaExists(connection);
            if (made) {
                statement.execute("CREATE SCHEMA " + Quoting.identifier(tables.schema()));
            }
            for (String definition : definitions()) {
                statement.execute(definition);
            }
            for (String definition : since(1)) {
                statement.execute(definition);
            }
            keepOrder(statement);
            statement.execute("INSERT INTO " + tables.format() + " (version, schema_made) VALUES (" + VERSION + ", "
                    + made + ")");
        } catch (SQLException e) {
            throw installationFailed(place, e);
        }
    }

    /** Tables whose rows change all the time, with keys: whatever the database makes of tables by default. */
    private void makeHeaps(Connection connection) throws SQLException {
        List<String> setting = dialect.get().heapByDefault();
        if (!setting.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, true)")) {
                statement.setString(1, setting.getFirst());
                statement.setString(2, setting.getLast());
                statement.execute();
            }
        }
    }

    /** Sequences of Greenplum 7 give each session twenty numbers at once: rows of several sessions would not be numbered in the order in which they came. */
    private void keepOrder(Statement statement) throws SQLException {
        if (dialect.get().isDistributed()) {
            for (String table : NUMBERED) {
                statement.execute(
                        "ALTER SEQUENCE " + Quoting.qualified(tables.schema(), table + "_ordinal_seq") + " CACHE 1");
            }
        }
    }

    /** Drops the ledger when no task is left in it, in the caller's transaction; a schema that was there before us stays. */
    void dropWhenEmpty(Connection connection) throws SQLException {
        lock(connection);
        try (Statement statement = connection.createStatement()) {
            // Readers begin with this table: locked first, they wait here instead of in a circle.
            statement.execute("LOCK TABLE " + tables.format() + " IN ACCESS EXCLUSIVE MODE");
            boolean schemaMade;
            try (ResultSet row = statement.executeQuery("SELECT f.schema_made, EXISTS (SELECT 1 FROM " + tables.task()
                    + ") FROM " + tables.format() + " AS f")) {
                if (!row.next() || row.getBoolean(2)) {
                    return;
                }
                schemaMade = row.getBoolean(1);
            }
            for (String table : all()) {
                statement.execute("DROP TABLE IF EXISTS " + table);
            }
            if (schemaMade && isEmpty(connection)) {
                statement.execute("DROP SCHEMA " + Quoting.identifier(tables.schema()));
            }
        }
    }

    private void lock(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_advisory_xact_lock(?, hashtext(CAST(? AS text)))")) {
            statement.setInt(1, LOCK_CLASS);
            statement.setString(2, tables.schema());
            statement.execute();
        }
    }

    private boolean tableExists(Connection connection) throws SQLException {
        return exists(
                connection,
                "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n"
                        + " ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = 'format')");
    }

    private boolean schemaExists(Connection connection) throws SQLException {
        return exists(connection, "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?)");
    }

    /** Nobody else's relations, types or functions lie in the schema. */
    private boolean isEmpty(Connection connection) throws SQLException {
        return exists(
                connection,
                "SELECT NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace AS n JOIN pg_catalog.pg_depend AS d"
                        + " ON d.refobjid = n.oid AND d.refclassid = 'pg_catalog.pg_namespace'::regclass"
                        + " WHERE n.nspname = ?)");
    }

    private boolean exists(Connection connection, String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, tables.schema());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private void requireReadable(int version) {
        if (version > VERSION) {
            throw new SyncException(
                    ErrorCode.LEDGER_INVALID,
                    "the ledger in schema " + tables.schema() + " has format " + version + ", this program knows up to "
                            + VERSION,
                    "Run the task with the newer program that made the ledger.");
        }
    }

    /** Who makes the ledger where; asked before, since a failed transaction answers nothing. */
    private record Place(String role, String database) {}

    private static Place place(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_user, current_database()")) {
            row.next();
            return new Place(row.getString(1), row.getString(2));
        }
    }

    private SQLException installationFailed(Place place, SQLException failure) {
        if (!SqlErrors.state(failure).equals("42501")) {
            return failure;
        }
        throw new SyncException(
                ErrorCode.DESTINATION_RIGHTS,
                "the role " + place.role() + " may not make the ledger in schema " + tables.schema() + " of database "
                        + place.database() + "; without it the task could not be resumed",
                "GRANT CREATE ON DATABASE " + Quoting.identifier(place.database()) + " TO "
                        + Quoting.identifier(place.role()) + ", or let an administrator run "
                        + String.join(" ", new OwnedSchema(tables.schema(), place.role()).statements())
                        + " Or name a schema in which the role may create as ledgerSchema in the task file.",
                failure);
    }

    private List<String> all() {
        return List.of(
                tables.refreshed(),
                tables.accepted(),
                tables.suspended(),
                tables.command(),
                tables.conflict(),
                tables.conflictCount(),
                tables.badValue(),
                tables.badValueCount(),
                tables.quarantine(),
                tables.cleared(),
                tables.refetch(),
                tables.notMade(),
                tables.object(),
                tables.chunk(),
                tables.tableLoad(),
                tables.stream(),
                tables.task(),
                tables.format());
    }

    /** What was added to the tables of {@code format} and later versions: whole tables, or columns that rows of before need not have. */
    private List<String> since(int format) {
        List<String> additions = new ArrayList<>();
        if (format < COMMANDS) {
            additions.add("CREATE TABLE " + tables.command() + """
                         (task text NOT NULL, ordinal bigserial, verb text NOT NULL, arguments text[] NOT NULL,
                         asked_by text NOT NULL, asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                         obeyed boolean, answer text, answered_at timestamptz, PRIMARY KEY (task, ordinal))""");
        }
        if (format < CONFLICTS) {
            additions.add("DROP TABLE " + tables.conflict());
            additions.add("CREATE TABLE " + tables.conflict() + """
                         (task text NOT NULL, ordinal bigserial, schema_name text NOT NULL, table_name text NOT NULL,
                         kind text NOT NULL, outcome text NOT NULL, key text[] NOT NULL, removed text[] NOT NULL,
                         noted_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (task, ordinal))""");
            additions.add("CREATE TABLE " + tables.conflictCount() + """
                         (task text NOT NULL, schema_name text NOT NULL, table_name text NOT NULL,
                         kind text NOT NULL, outcome text NOT NULL, conflicts bigint NOT NULL,
                         PRIMARY KEY (task, schema_name, table_name, kind, outcome))""");
            additions.add("CREATE TABLE " + tables.cleared() + """
                         (task text NOT NULL, schema_name text NOT NULL, table_name text NOT NULL,
                         cleared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                         PRIMARY KEY (task, schema_name, table_name))""");
        }
        if (format < NOT_MADE) {
            additions.add("CREATE TABLE " + tables.notMade() + """
                         (task text NOT NULL, ordinal bigserial, what text NOT NULL, why text NOT NULL, again boolean NOT NULL,
                         PRIMARY KEY (task, ordinal))""");
        }
        if (format < SUSPENDED) {
            additions.add("CREATE TABLE " + tables.suspended() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         suspended_from text[] NOT NULL, cause text NOT NULL,
                         suspended_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                         PRIMARY KEY (task, source_database, source_schema, source_table))""");
        }
        if (format < RETURNS) {
            additions.add(
                    "ALTER TABLE " + tables.suspended() + " ADD COLUMN returns text NOT NULL DEFAULT 'NOT_ASKED'");
        }
        if (format < BAD_VALUES) {
            additions.add("CREATE TABLE " + tables.badValue() + """
                         (task text NOT NULL, ordinal bigserial, schema_name text NOT NULL, table_name text NOT NULL,
                         state text NOT NULL, column_name text NOT NULL, constraint_name text NOT NULL,
                         kind text NOT NULL, outcome text NOT NULL, key text[] NOT NULL,
                         noted_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (task, ordinal))""");
            additions.add("CREATE TABLE " + tables.badValueCount() + """
                         (task text NOT NULL, schema_name text NOT NULL, table_name text NOT NULL,
                         state text NOT NULL, column_name text NOT NULL, constraint_name text NOT NULL,
                         outcome text NOT NULL, bad_values bigint NOT NULL,
                         PRIMARY KEY (task, schema_name, table_name, state, column_name, constraint_name, outcome))""");
            additions.add("CREATE TABLE " + tables.quarantine() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         key_digest bytea NOT NULL, key text[] NOT NULL, kind text NOT NULL, position text,
                         state text NOT NULL, column_name text NOT NULL, constraint_name text NOT NULL,
                         image jsonb NOT NULL, bytes jsonb NOT NULL,
                         noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                         PRIMARY KEY (task, source_database, source_schema, source_table, key_digest))""");
            additions.add("CREATE INDEX ON " + tables.quarantine() + " (task) WHERE position IS NULL");
        }
        if (format < ACCEPTED) {
            additions.add("CREATE TABLE " + tables.accepted() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         words text NOT NULL, PRIMARY KEY (task, source_database, source_schema, source_table))""");
        }
        if (format < REFRESHED) {
            additions.add("CREATE TABLE " + tables.refreshed() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         read_at timestamptz NOT NULL, PRIMARY KEY (task, source_database, source_schema, source_table))""");
        }
        return additions;
    }

    /** The tables of version 1. Task and stream rows are updated all the time: a low fill factor keeps their new versions on the same page (HOT). */
    private List<String> definitions() {
        return List.of(
                "CREATE TABLE " + tables.format() + " (version integer NOT NULL, schema_made boolean NOT NULL)",
                "CREATE TABLE " + tables.task() + """
                         (id text PRIMARY KEY, name text NOT NULL, source_address text NOT NULL,
                         source_system text, source_lineage text,
                         state text NOT NULL, detail text NOT NULL,
                         owner text NOT NULL, epoch bigint NOT NULL, seen timestamptz,
                         fingerprint text NOT NULL, made_at timestamptz NOT NULL DEFAULT clock_timestamp())
                         WITH (fillfactor = 20)""",
                "CREATE TABLE " + tables.stream() + """
                         (task text NOT NULL, stream text NOT NULL, epoch bigint NOT NULL,
                         position text NOT NULL, catch_up_to text, synchronized_from text,
                         PRIMARY KEY (task, stream)) WITH (fillfactor = 20)""",
                "CREATE TABLE " + tables.tableLoad() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         database_name text NOT NULL, schema_name text NOT NULL, table_name text NOT NULL,
                         source_version bigint NOT NULL, source_shape text NOT NULL, status text NOT NULL, snapshot text, exact_from text[],
                         PRIMARY KEY (task, source_database, source_schema, source_table))""",
                "CREATE TABLE " + tables.chunk() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         ordinal integer NOT NULL, range_kind text NOT NULL, range_from text[], range_to text[],
                         row_count bigint, byte_count bigint, read_at text[], done_at timestamptz,
                         PRIMARY KEY (task, source_database, source_schema, source_table, ordinal))""",
                "CREATE TABLE " + tables.object() + """
                         (task text NOT NULL, ordinal bigserial, kind text NOT NULL,
                         schema_name text NOT NULL, parent text NOT NULL, name text NOT NULL,
                         made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                         PRIMARY KEY (task, kind, schema_name, parent, name))""",
                "CREATE TABLE " + tables.refetch() + """
                         (task text NOT NULL, source_database text NOT NULL, source_schema text NOT NULL, source_table text NOT NULL,
                         key text[] NOT NULL, stream text NOT NULL, key_digest text NOT NULL,
                         PRIMARY KEY (task, source_database, source_schema, source_table, key_digest))""",
                "CREATE TABLE " + tables.conflict() + """
                         (task text NOT NULL, ordinal bigserial, kind text NOT NULL,
                         schema_name text NOT NULL, table_name text NOT NULL, detail text NOT NULL,
                         noted_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (task, ordinal))""");
    }
}
