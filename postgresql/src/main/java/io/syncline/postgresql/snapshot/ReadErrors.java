package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import java.util.Set;

/**
 * What goes wrong while rows of one table are read.
 *
 * @param session for failures that have nothing to do with the table
 */
public record ReadErrors(SqlErrors session, TableId table) {
    /** undefined_table, undefined_column, undefined_object, invalid_schema_name: the catalog is not what the plan saw. */
    private static final Set<String> GONE = Set.of("42P01", "42703", "42704", "3F000");

    private static final String LESS = "Leave the table's large column out of the task, or shorten its values.";

    public SyncException of(SQLException e) {
        String state = SqlErrors.state(e);
        if (GONE.contains(state)) {
            return moved(table, "it, a column, or a type of it is gone");
        }
        if (isTooLarge(e)) {
            return new SyncException(
                    ErrorCode.ROW_TOO_LARGE,
                    "source table " + table + ": a row is larger than the 1 GiB that PostgreSQL prints as one line, so"
                            + " that it cannot be copied (SQLSTATE " + state + ")",
                    LESS);
        }
        return session.of(e, "reading table " + table, ErrorCode.SOURCE_SETTINGS);
    }

    /** The server says program_limit_exceeded, or, before 18 for some types, an internal error about the allocation. */
    private static boolean isTooLarge(SQLException e) {
        String message = e.getMessage();
        return SqlErrors.state(e).equals("54000")
                || (SqlErrors.state(e).equals("XX000") && message != null && message.contains("memory alloc"));
    }

    SyncException tooLargeForHere() {
        return new SyncException(
                ErrorCode.ROW_TOO_LARGE,
                "source table " + table + ": a row is larger than the memory of this process ("
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MiB) can hold",
                "Give the process more memory (-Xmx). " + LESS);
    }

    /** T48. */
    SyncException cut(long said, long arrived) {
        return new SyncException(
                session.side().unreachable(),
                "source table " + table + ": the server says that it sent " + said + " rows, " + arrived
                        + " arrived; the chunk is not whole and must not be kept",
                "It is read again by itself; look at what lies between this host and the server.");
    }

    public static SyncException moved(TableId table, String change) {
        return new SyncException(
                ErrorCode.TABLE_MOVED,
                "source table " + table + " has changed since its load was planned: " + change
                        + "; what the snapshot shows of it is not its rows any more",
                "It is planned and loaded again by itself. Postpone DDL on tables that are being loaded.");
    }
}
