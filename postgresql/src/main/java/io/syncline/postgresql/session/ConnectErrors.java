package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.tunnel.TunnelFailure;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.postgresql.util.PSQLException;

/**
 * Says why no session came about. What a server says is taken over; where nothing that answers is a server, or nothing answers, the driver's own words tell little, and
 * the failures below them are looked at.
 *
 * @param errors of the same end
 * @param seconds how long a server may take to answer
 */
record ConnectErrors(SqlErrors errors, ConnectionOptions connection, int seconds) {

    /** By the driver itself: no TLS at the server, a way of authentication that it does not know, a password that is asked for and was not given. */
    private static final String REJECTED = "08004";

    /** By the driver itself: what was answered is no message of the protocol. By PgBouncer: most of what it refuses (its source, send_pooler_error). */
    private static final String NO_PROTOCOL = "08P01";

    /** invalid_authorization_specification: no line of pg_hba.conf lets this connection in. */
    private static final String NO_RULE = "28000";

    SyncException of(SQLException failure) {
        String state = SqlErrors.state(failure);
        if (fromServer(failure)) {
            SyncException told = errors.of(failure, "connecting", errors.side().unreachable());
            if (state.equals(NO_PROTOCOL)
                    && String.valueOf(failure.getMessage()).contains("startup parameter")) {
                return new SyncException(
                        ErrorCode.SESSION_SETTINGS,
                        told.getMessage() + "; it is a pooler that takes no settings",
                        "Connect to the server itself, not to a pooler.",
                        failure);
            }
            return state.equals(NO_RULE)
                    ? new SyncException(told.code(), String.valueOf(told.getMessage()), rules(), failure)
                    : told;
        }
        Optional<TunnelFailure> tunnel = cause(failure, TunnelFailure.class);
        if (tunnel.isPresent()) {
            return throughTunnel(tunnel.get(), failure);
        }
        if (cause(failure, UnknownHostException.class).isPresent()) {
            return unreachable(
                    "the host's name is not known here",
                    "Check host in the task file, and the name service of this machine.",
                    failure);
        }
        if (cause(failure, SocketTimeoutException.class).isPresent()) {
            return unreachable(
                    "it did not answer within " + seconds + " s",
                    "Check host and port, firewalls on the way, and whether the server hangs.",
                    failure);
        }
        if (cause(failure, EOFException.class).isPresent()
                && connection.tunnel().isPresent()) {
            return unreachable(
                    "the connection through the SSH tunnel was closed before a server said a word",
                    "Check host and port as the SSH server sees them, that the database server listens there, and that sshd_config there allows forwarding to it"
                            + " (AllowTcpForwarding, PermitOpen).",
                    failure);
        }
        if (cause(failure, EOFException.class).isPresent()) {
            return unreachable(
                    "the connection was closed before a server said a word",
                    "Check that a PostgreSQL server listens on this port. A pooler or load balancer closes connections when no server is behind it.",
                    failure);
        }
        Optional<SSLException> tls = cause(failure, SSLException.class);
        if (tls.isPresent()) {
            return unreachable(
                    "no encrypted connection came about: " + tls.get().getMessage(),
                    "Check tls and tlsRootCertificate in the task file, and the server's certificate.",
                    failure);
        }
        return switch (state) {
            case REJECTED ->
                new SyncException(
                        ErrorCode.AUTHENTICATION,
                        what(String.valueOf(failure.getMessage())),
                        "Check user, password and tls (now "
                                + connection.tls().mode().word()
                                + ") in the task file against what the server demands.",
                        failure);
            case NO_PROTOCOL ->
                unreachable(
                        "what answers there does not speak PostgreSQL's protocol",
                        "Check host and port: they must be those of a PostgreSQL server.",
                        failure);
            default -> errors.of(failure, "connecting", errors.side().unreachable());
        };
    }

    private SyncException throughTunnel(TunnelFailure tunnel, SQLException failure) {
        ErrorCode code = switch (tunnel.kind()) {
            case UNREACHABLE -> errors.side().unreachable();
            case REFUSED -> ErrorCode.TUNNEL_REFUSED;
        };
        return new SyncException(code, what(String.valueOf(tunnel.getMessage())), tunnel.remedy(), failure);
    }

    private String rules() {
        String check =
                "Check user and database in the task file, and let them in from this host in the server's pg_hba.conf";
        return switch (connection.tls().mode()) {
            case DISABLE, PREFER -> check + "; when the server demands encryption, set tls: require.";
            case REQUIRE, VERIFY_CA, VERIFY_FULL -> check + ".";
        };
    }

    private SyncException unreachable(String why, String remedy, SQLException failure) {
        return new SyncException(errors.side().unreachable(), what(why), remedy, failure);
    }

    private String what(String why) {
        return errors.side().word() + " " + errors.address() + ", while connecting: " + why;
    }

    private static boolean fromServer(SQLException failure) {
        return failure instanceof PSQLException known && known.getServerErrorMessage() != null;
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> type) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return Optional.of(type.cast(at));
            }
        }
        return Optional.empty();
    }
}
