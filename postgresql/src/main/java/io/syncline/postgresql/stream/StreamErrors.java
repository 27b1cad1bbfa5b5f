package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/**
 * Failures of reading a slot.
 *
 * @param name of slot and publication
 */
record StreamErrors(SqlErrors errors, ChangeLogName name) {

    private static final String UNDEFINED_OBJECT = "42704";
    private static final String NOT_IN_PREREQUISITE_STATE = "55000";
    private static final String UNDEFINED_FILE = "58P01";
    private static final String OUT_OF_MEMORY = "53200";
    private static final String PROGRAM_LIMIT = "54000";

    SyncException starting(SQLException failure, Lsn from) {
        return of(failure, "starting to read slot " + name + " at " + from);
    }

    SyncException reading(SQLException failure, Lsn after) {
        return of(failure, "reading the changes of slot " + name + " after " + after);
    }

    SyncException unknownFrame(int kind, Lsn after) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "slot " + name + " sent a frame of kind " + kind + " after " + after + " that cannot be read",
                "Check that the source is a PostgreSQL of versions 9.4 to 18 and no pooler or proxy changes its protocol; then report this.");
    }

    private SyncException of(SQLException failure, String doing) {
        return switch (serverState(failure)) {
            case UNDEFINED_OBJECT ->
                errors.of(failure, doing + " (slot or publication is gone, changes are lost)", ErrorCode.SLOT_MISSING);
            case NOT_IN_PREREQUISITE_STATE, UNDEFINED_FILE ->
                errors.of(failure, doing + " (the log is not kept any more)", ErrorCode.SLOT_MISSING);
            case OUT_OF_MEMORY, PROGRAM_LIMIT ->
                errors.of(failure, doing + " (a change is too large to be sent)", ErrorCode.ROW_TOO_LARGE);
            case null, default ->
                isTooLarge(failure)
                        ? errors.of(failure, doing + " (a change is too large to be sent)", ErrorCode.ROW_TOO_LARGE)
                        : errors.of(failure, doing, ErrorCode.SOURCE_SETTINGS);
        };
    }

    /** The state that the server gave; null for the driver's own failures, which use some of the same states for other things. */
    private static @Nullable String serverState(SQLException failure) {
        return failure instanceof PSQLException server && server.getServerErrorMessage() != null
                ? server.getSQLState()
                : null;
    }

    /** A value of some hundred megabytes makes a message that the server cannot allocate, each time anew (T40). */
    private static boolean isTooLarge(SQLException failure) {
        String message = failure.getMessage();
        return message != null && message.contains("invalid memory alloc request size");
    }
}
