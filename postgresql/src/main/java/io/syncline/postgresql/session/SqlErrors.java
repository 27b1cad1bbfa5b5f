package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.io.IOException;
import java.sql.SQLException;

/**
 * Turns a driver's failure into ours. SQLSTATE classes are those of the PostgreSQL documentation, Appendix A. The server's primary message is taken over, its
 * detail is not: a detail may hold row values.
 *
 * @param side which end the server is
 * @param address without secrets
 */
public record SqlErrors(Side side, String address) {

    private static final String DISK_FULL = "53100";
    /** The server's own memory, or the place for locks that all its sessions share. */
    private static final String OUT_OF_MEMORY = "53200";

    /**
     * @param doing what was tried, to go after "while": {@code reading the catalog}
     * @param otherwise the code for a failure that is neither of the connection, of rights, nor of passing contention
     */
    public SyncException of(SQLException failure, String doing, ErrorCode otherwise) {
        String what = side.word() + " " + address + ", while " + doing + ": " + message(failure);
        String state = state(failure);
        if (isConnectionLoss(failure)) {
            return new SyncException(
                    side.unreachable(),
                    what,
                    "Check that the server runs and that the network lets this host in.",
                    failure);
        }
        if (state.startsWith("28")) {
            return new SyncException(
                    ErrorCode.AUTHENTICATION,
                    what,
                    "Check user and password in the task file, and the server's pg_hba.conf.",
                    failure);
        }
        if (state.equals("3D000")) {
            return new SyncException(
                    ErrorCode.AUTHENTICATION, what, "Check the database's name in the task file.", failure);
        }
        if (state.equals("42501")) {
            return new SyncException(
                    side.rights(), what, "Run the precheck: it prints the statement that grants the right.", failure);
        }
        if (isDiskFull(state)) {
            return new SyncException(
                    ErrorCode.DISK_FULL,
                    what,
                    "Make room on the " + side.word() + "'s disk; the run goes on by itself.",
                    failure);
        }
        if (state.equals(OUT_OF_MEMORY)) {
            return new SyncException(
                    otherwise,
                    what,
                    "When the " + side.word()
                            + "'s log asks for more locks, raise max_locks_per_transaction there (it takes a restart): one transaction"
                            + " concerns very many tables. Otherwise the machine lacks memory. Then start the task again.",
                    failure);
        }
        if (isPassing(state)) {
            return new SyncException(
                    side.busy(), what, "It is tried again by itself; look for sessions that hold locks.", failure);
        }
        return new SyncException(otherwise, what, "See the server's log for the details.", failure);
    }

    /** True when the session is gone, or was never there, and a new one may work. */
    public static boolean isConnectionLoss(SQLException failure) {
        String state = state(failure);
        return state.startsWith("08")
                || state.startsWith("57P0")
                || state.equals("53300")
                || state.equals("58030")
                // A segment of Greenplum does not answer; its mirror takes over, or it is started again.
                || state.equals("58M01")
                || (state.isEmpty() && failure.getCause() instanceof IOException);
    }

    /** Deadlock, serialization failure, lock time-out: the same work may pass when it is begun anew (T42). */
    public static boolean isPassing(String state) {
        return state.equals("40001") || state.equals("40P01") || state.equals("55P03") || state.equals("55006");
    }

    /** Somebody makes room, or nobody does: the run waits for it. */
    public static boolean isDiskFull(String state) {
        return state.equals(DISK_FULL);
    }

    public static String state(SQLException failure) {
        String state = failure.getSQLState();
        return state == null ? "" : state;
    }

    private static String message(SQLException failure) {
        if (failure instanceof org.postgresql.util.PSQLException server && server.getServerErrorMessage() != null) {
            String primary = server.getServerErrorMessage().getMessage();
            return (primary == null ? "no message" : primary) + " (SQLSTATE " + state(failure) + ")";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
