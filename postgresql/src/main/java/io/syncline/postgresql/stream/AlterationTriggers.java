package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.port.TaskIdentity;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The event triggers of one task, with their {@link AlterationFunction}: those that it makes, all of whose names carry the task's id (T49), or those that a superuser has made by hand for tasks of
 * its name.
 */
final class AlterationTriggers {

    /** pgoutput carries logical messages (PostgreSQL documentation, release notes of 14). */
    static final int SINCE = 140_000;

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final Sessions sessions;
    private final ControlSession control;
    private final AlterationFunction own;
    private final AlterationFunction byHand;
    private final String prefix;
    private final ChangeLogName publication;

    AlterationTriggers(Sessions sessions, ControlSession control, TaskIdentity task) {
        this.sessions = sessions;
        this.control = control;
        this.own = AlterationFunction.of(task);
        this.byHand = AlterationFunction.byHand(task.name());
        this.prefix = AlterationFunction.prefix(task);
        this.publication = ChangeLogName.of(task);
    }

    /** What this task's messages begin with. */
    String prefix() {
        return prefix;
    }

    /** Makes them anew, all or none; none where the role may not, which the precheck tells, nor beside those that were made by hand. */
    void make() {
        if (sessions.serverVersion() < SINCE) {
            return;
        }
        control.run("making event triggers", ErrorCode.SOURCE_SETTINGS, connection -> {
            if (areThere(connection, byHand)) {
                return false;
            }
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                return statement.execute(String.join("; ", own.definitions()));
            } catch (SQLException e) {
                if (!SqlErrors.state(e).equals(INSUFFICIENT_PRIVILEGE)) {
                    throw e;
                }
                return false;
            }
        });
    }

    /** The statements of {@link #make}, where the role may run them; it is only looked at. */
    List<String> plan() {
        boolean makes = sessions.serverVersion() >= SINCE
                && control.run("looking at the role", ErrorCode.SOURCE_SETTINGS, connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery(
                                    "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")) {
                        return row.next() && row.getBoolean(1) && !areThere(connection, byHand);
                    }
                });
        return makes ? own.definitions() : List.of();
    }

    /** Whether all of them are there, and have fired in every session since before the publication was made. */
    boolean areThere() {
        return sessions.serverVersion() >= SINCE
                && control.run(
                        "looking at event triggers",
                        ErrorCode.SOURCE_SETTINGS,
                        connection -> areThere(connection, own) || areThere(connection, byHand));
    }

    private boolean areThere(Connection connection, AlterationFunction function) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(AlterationFunction.COUNT)) {
            query.setString(1, publication.text());
            query.setString(2, function.name());
            try (ResultSet row = query.executeQuery()) {
                return row.next() && AlterationFunction.isWhole(row.getLong(1));
            }
        }
    }

    /** Statements that remove what the task has made, in their order; the schema goes with the last of its functions. */
    List<String> removals(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE n.nspname = ? AND f.proname = ?")) {
            query.setString(1, AlterationFunction.SCHEMA);
            query.setString(2, own.name());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? own.removals() : List.of();
            }
        }
    }

    /** Drops the schema when nothing is in it; another task may be making its function there at this moment, and then it stays. */
    static String dropEmptySchema() {
        return "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_namespace n ON d.refobjid = n.oid"
                + " WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND n.nspname = '"
                + AlterationFunction.SCHEMA + "') THEN DROP SCHEMA IF EXISTS " + AlterationFunction.SCHEMA
                + "; END IF; END $$";
    }
}
