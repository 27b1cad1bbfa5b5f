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
 * Information Functions; Backup Control Functions). Needs no right beyond CONNECT.
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
            return sessions.briefly("identity", ServerIdentity::read);
        } catch (SQLException e) {
            throw sessions.errors().of(e, "asking who it is", ErrorCode.SOURCE_IDENTITY);
        }
    }

    private static SourceIdentity read(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            return new SourceIdentity(row.getString(1), row.getString(2));
        }
    }
}
