package io.syncline.postgresql.connectivity;

import io.syncline.api.port.Connectivity;
import io.syncline.postgresql.session.OwnProcess;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.TlsMode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;

/** Measures the way to one server, in a session of its own. */
public final class PostgresConnectivity {

    /** A server that says nothing for so long has lost us. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** From here on a server tells how a session is encrypted (release notes of 9.5). */
    private static final int TELLS_ENCRYPTION = 90_500;

    private static final String SERVER = """
            SELECT split_part(version(), ' on ', 1) || CASE WHEN pg_is_in_recovery() THEN ', standby' ELSE ', primary' END,
                   pg_database_size(current_database())""";

    private static final String ENCRYPTION = """
            SELECT CASE WHEN ssl THEN version || ', ' || cipher ELSE 'none' END
              FROM pg_catalog.pg_stat_ssl
             WHERE pid = pg_backend_pid()""";

    private final Sessions sessions;
    private final InstantSource clock;
    private final Transfer transfer;

    /** @param transfer in the direction in which rows go */
    public PostgresConnectivity(Sessions sessions, InstantSource clock, Transfer transfer) {
        this.sessions = sessions;
        this.clock = clock;
        this.transfer = transfer;
    }

    /** @throws io.syncline.api.error.SyncException also when the connection is lost meanwhile */
    public Connectivity measure() {
        new OwnProcess(sessions).require();
        Connection session = sessions.open("connectivity");
        try {
            session.setNetworkTimeout(Runnable::run, (int) SILENCE.toMillis());
            return measure(session);
        } catch (SQLException e) {
            throw failure(e);
        } catch (IOException e) {
            throw failure(new SQLException("the bytes could not be carried", e));
        } finally {
            sessions.end(session);
        }
    }

    private Connectivity measure(Connection session) throws SQLException, IOException {
        RoundTrips trips = RoundTrips.of(session, clock);
        double carried = Throughput.measure(transfer, session, trips.median());
        String encryption = encryption(session);
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(SERVER)) {
            row.next();
            return new Connectivity(
                    row.getString(1), encryption, trips.median(), carried, trips.clock(), row.getLong(2));
        }
    }

    private String encryption(Connection session) throws SQLException {
        if (sessions.serverVersion() < TELLS_ENCRYPTION) {
            return untold(sessions.connection().tls().mode());
        }
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(ENCRYPTION)) {
            return row.next() ? row.getString(1) : "none";
        }
    }

    /** What follows from what we demanded. */
    private static String untold(TlsMode mode) {
        return switch (mode) {
            case DISABLE -> "none";
            case PREFER -> "TLS where the server offers it, which it does not tell";
            case REQUIRE, VERIFY_CA, VERIFY_FULL -> "TLS";
        };
    }

    private RuntimeException failure(SQLException failure) {
        return sessions.errors()
                .of(failure, "measuring the connection", sessions.side().unreachable());
    }
}
