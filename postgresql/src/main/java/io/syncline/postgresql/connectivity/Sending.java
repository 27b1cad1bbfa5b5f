package io.syncline.postgresql.connectivity;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.fastpath.FastpathArg;

/**
 * To the server: arguments of a function that tells their length. It is called by the protocol's function call, of which a server logs the name alone, whereas it may log the
 * parameters of statements in full (PostgreSQL documentation, Message Flow: Function Call; {@code log_parameter_max_length}).
 */
public final class Sending implements Transfer {

    /** At once: the server holds it in memory. */
    private static final int MOST = 4 * 1024 * 1024;

    private static final String LENGTH = "SELECT 'pg_catalog.octet_length(bytea)'::regprocedure::oid::int";

    @Override
    public int carry(Connection session, long bytes) throws SQLException {
        int function = function(session);
        byte[] piece = new byte[(int) Math.min(MOST, bytes)];
        int calls = 0;
        for (long left = bytes; left > 0; left -= piece.length) {
            call(session, function, piece);
            calls++;
        }
        return calls + 1;
    }

    private static int function(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(LENGTH)) {
            row.next();
            return row.getInt(1);
        }
    }

    /** The driver would have statements used instead, for whatever returns more than a number. */
    @SuppressWarnings("deprecation")
    private static void call(Connection session, int function, byte[] piece) throws SQLException {
        session.unwrap(PGConnection.class).getFastpathAPI().fastpath(function, new FastpathArg[] {new FastpathArg(piece)
        });
    }
}
