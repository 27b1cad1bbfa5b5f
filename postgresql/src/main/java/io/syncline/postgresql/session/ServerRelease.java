package io.syncline.postgresql.session;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.core.BaseConnection;

/** Which release answers a session, by the numbers of {@code server_version_num}; and the names that it has for functions that were renamed in 10. */
public final class ServerRelease {

    /** From here on: pgoutput, publications, temporary slots, SQL in walsender sessions, wal instead of xlog in names (release notes of 10). */
    public static final int MODERN = 100_000;

    /** From here on a server tells how far its log is flushed, what it is (pg_control_system), and up to where a slot was confirmed (release notes of 9.6). */
    public static final int TELLS_OF_ITSELF = 90_600;

    private ServerRelease() {}

    /** Whether the server is of this release or a later one. */
    public static boolean reaches(Connection session, int release) throws SQLException {
        return session.unwrap(BaseConnection.class).haveMinimumServerVersion(release);
    }

    /** Where the next record of the log would go. */
    public static String insertPosition(boolean modern) {
        return modern ? "pg_catalog.pg_current_wal_insert_lsn()" : "pg_catalog.pg_current_xlog_insert_location()";
    }

    /** For messages and the precheck: {@code 15.18}, {@code 9.6.24}. */
    public static String words(int number) {
        return number >= MODERN
                ? number / 10_000 + "." + number % 10_000
                : number / 10_000 + "." + number / 100 % 100 + "." + number % 100;
    }
}
