package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.SourceIdentity;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which cluster, timeline and database answers (I6). The cluster is known by its system identifier, the database by its oid: one that was dropped and made anew under
 * the same name is another one. The timeline is the one that the server writes, since a control file may lag behind a promotion (PostgreSQL documentation, System
 * Information Functions; Backup Control Functions). Needs no right beyond CONNECT, before 9.6 those of a walsender.
 */
public final class ServerIdentity {

    private static final String QUERY = """
            SELECT system_identifier::text || '/' || (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
                   CASE WHEN pg_catalog.pg_is_in_recovery() THEN (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint())
                        ELSE ('x' || substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8))::bit(32)::int END::text
              FROM pg_catalog.pg_control_system()""";

    private ServerIdentity() {}

    public static SourceIdentity read(Sessions sessions) {
        try {
            if (sessions.serverVersion() < ServerRelease.MODERN) {
                String system = sessions.serverVersion() >= ServerRelease.TELLS_OF_ITSELF
                        ? "(SELECT system_identifier::text FROM pg_catalog.pg_control_system())"
                        : Quoting.literal(system(sessions));
                return sessions.briefly("identity", session -> read(session, older(system)));
            }
            return sessions.briefly("identity", session -> read(session, QUERY));
        } catch (SQLException e) {
            throw sessions.errors().of(e, "asking who it is", ErrorCode.SOURCE_IDENTITY);
        }
    }

    /**
     * Before 10 names say xlog, before 9.6 only a walsender tells the system identifier.
     *
     * @param system an expression
     */
    private static String older(String system) {
        return """
                SELECT %s || '/' || (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()),
                       ('x' || substr(pg_catalog.pg_xlogfile_name(pg_catalog.pg_current_xlog_location()), 1, 8))::bit(32)::int::text""".formatted(system);
    }

    private static String system(Sessions sessions) throws SQLException {
        Connection walsender = sessions.openReplication("identity");
        try {
            return WalsenderAnswers.ask(walsender).system();
        } finally {
            sessions.end(walsender);
        }
    }

    private static SourceIdentity read(Connection session, String query) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return new SourceIdentity(row.getString(1), row.getString(2));
        }
    }
}
