package io.syncline.postgresql.load;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What goes wrong while a chunk is written. The server quotes values in messages, details and contexts of data errors; therefore those are neither repeated nor kept
 * as a cause: the SQLSTATE, the place in the chunk, and the column or constraint say what must be known.
 *
 * @param session for failures that have nothing to do with rows
 * @param chunk its ordinal in the table's plan
 */
record LoadErrors(SqlErrors session, TableSchema table, int chunk) {
    private static final String CORRECT =
            "Compare the column's type and constraints at both ends, and correct the row at the source"
                    + " or the column at the destination; then run the task again.";

    /** COPY lines must be shorter (MaxAllocSize in the server's sources, memutils.h). */
    private static final int LINE_LIMIT = (1 << 30) - 1;

    /** The server's function that finds a line too long (stringinfo.c). Others find with the same SQLSTATE what is too large for an index, a page or a type. */
    private static final String LINE_BUFFER = "enlargeStringInfo";

    /** Of a value: the input functions of tsvector and tsquery use it, and our own statements are no reason for it. */
    private static final String SYNTAX_ERROR = "42601";

    /** Classes of SQLSTATE that speak of sessions, rights, catalogs and resources. All others, a trigger's own ones among them, speak of rows. */
    private static final Set<String> OTHERS =
            Set.of("", "08", "0A", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0", "XX");

    SyncException of(SQLException e) {
        String state = SqlErrors.state(e);
        if (isTooLarge(e)) {
            return rowTooLarge();
        }
        if (state.equals("23505") || state.equals("23P01")) {
            return new SyncException(
                    ErrorCode.CONFLICT_KEY_EXISTS,
                    place(e) + "a row's key is there already (SQLSTATE " + state + "); two rows cannot share it",
                    "Empty the destination table, or drop the key that the source does not have.");
        }
        if (state.equals(SYNTAX_ERROR) || !OTHERS.contains(state.substring(0, Math.min(2, state.length())))) {
            return new SyncException(
                    ErrorCode.VALUE_REJECTED,
                    place(e) + "the destination rejects the row: " + reason(state) + " (SQLSTATE " + state + ")",
                    CORRECT);
        }
        return session.of(e, "loading table " + table.table(), ErrorCode.DESTINATION_SCHEMA);
    }

    SyncException emptying(SQLException e) {
        return session.of(e, "emptying table " + table.table() + " to load it again", ErrorCode.DESTINATION_SCHEMA);
    }

    /** @throws SyncException ROW_TOO_LARGE when the page is one row that no server takes */
    void requireLine(CopyPage page) {
        if (page.rows() == 1 && page.length() > LINE_LIMIT) {
            throw rowTooLarge();
        }
    }

    private SyncException rowTooLarge() {
        return new SyncException(
                ErrorCode.ROW_TOO_LARGE,
                "destination table " + table.table() + ": a row of chunk " + chunk
                        + " is larger than the 1 GiB that PostgreSQL takes as one line",
                "Leave the table's large column out of the task, or shorten its values.");
    }

    SyncException countDiffers(long sent, long taken) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "destination table " + table.table() + ": chunk " + chunk + " has " + sent + " rows, the server took "
                        + taken + "; nothing of it is kept",
                "Look for triggers and rules of the table that drop or add rows; without any, report this.");
    }

    private static boolean isTooLarge(SQLException e) {
        String message = e.getMessage();
        return (SqlErrors.state(e).equals("54000") && LINE_BUFFER.equals(routine(e)))
                || (SqlErrors.state(e).equals("XX000") && message != null && message.contains("memory alloc"));
    }

    private static @Nullable String routine(SQLException e) {
        return e instanceof PSQLException failure && failure.getServerErrorMessage() != null
                ? failure.getServerErrorMessage().getRoutine()
                : null;
    }

    private static String reason(String state) {
        return switch (state) {
            case "22001" -> "a value is longer than the column allows";
            case "22003" -> "a number is out of the column's range";
            case "22007", "22008" -> "a date or time is not valid";
            case "22021", "22P05" -> "a character is not known to the database's encoding";
            case "22P02", "22P03", SYNTAX_ERROR -> "a value is no valid text of the column's type";
            case "22P04" -> "the line is not in COPY's format";
            case "23502" -> "a column is NULL that must not be";
            case "23503" -> "a foreign key finds no row";
            case "23514" -> "a check constraint fails, or no partition takes the row";
            case "54000" -> "it is too large for an index or a limit of the server";
            case "P0001" -> "a trigger or function of the destination raised an error";
            default -> "its value or the constraints on it do not allow it";
        };
    }

    /** {@code destination table s.t, chunk 3, line 5, column c, constraint k: }, as far as it is known. */
    private String place(SQLException e) {
        StringBuilder place = new StringBuilder("destination table " + table.table() + ", chunk " + chunk);
        if (e instanceof PSQLException failure && failure.getServerErrorMessage() != null) {
            ServerErrorMessage server = failure.getServerErrorMessage();
            Optional<CopyContext> context =
                    CopyContext.parse(server.getWhere(), table.table().name());
            context.ifPresent(known -> place.append(", line ").append(known.line()));
            context.flatMap(known -> known.column(table))
                    .or(() -> Optional.ofNullable(server.getColumn()))
                    .ifPresent(column -> place.append(", column ").append(column));
            append(place, ", constraint ", server.getConstraint());
        }
        return place.append(": ").toString();
    }

    private static void append(StringBuilder place, String word, @Nullable String name) {
        if (name != null) {
            place.append(word).append(name);
        }
    }
}
