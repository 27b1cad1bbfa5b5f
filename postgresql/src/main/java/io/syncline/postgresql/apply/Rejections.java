package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Says why the destination does not take a change. The server's own words are left out wherever they may quote a value, and so is the exception that holds them.
 * SQLSTATEs: PostgreSQL documentation, Appendix A.
 */
final class Rejections {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String EXCLUSION_VIOLATION = "23P01";

    /** Of a value: the input functions of tsvector and tsquery use it, and our own statements are no reason for it. */
    private static final String SYNTAX_ERROR = "42601";

    /** The class of what a table lacks or may not be done to it: an undefined table or column, another type, a missing right. */
    private static final String CATALOG = "42";

    /** By a function of the destination's, in a CHECK or a domain. */
    private static final String RAISED = "P0001";

    /** What a single value or row can be refused with: nothing that another row is the reason of. */
    private static final Set<String> BAD_ROW = Set.of("23502", "23514", "54000", "54001", SYNTAX_ERROR, RAISED);

    private final RefusedColumns columns;

    Rejections(RefusedColumns columns) {
        this.columns = columns;
    }

    /** True when the rows are the reason, so that another order, or one change at a time, may show which. */
    static boolean isOfRows(SQLException failure) {
        String state = SqlErrors.state(failure);
        return state.startsWith("22")
                || state.startsWith("23")
                || state.startsWith("54")
                || state.equals(SYNTAX_ERROR)
                || state.equals(RAISED);
    }

    /** True when a row is refused for what it holds, whatever others hold. */
    static boolean isBadValue(SQLException failure) {
        String state = SqlErrors.state(failure);
        return state.startsWith("22") || BAD_ROW.contains(state);
    }

    /** True when it may be one table's: its rows are the reason, or what the destination's catalog says of it. */
    static boolean isOfTable(SQLException failure) {
        return isOfRows(failure) || SqlErrors.state(failure).startsWith(CATALOG);
    }

    /** @throws SQLException {@code failure}, when {@link #isOfTable} does not hold for it */
    static void requireOfTable(SQLException failure) throws SQLException {
        if (!isOfTable(failure)) {
            throw failure;
        }
    }

    /** @throws SQLException {@code failure}, when {@link #isOfRows} does not hold for it */
    static void requireOfRows(SQLException failure) throws SQLException {
        if (!isOfRows(failure)) {
            throw failure;
        }
    }

    /** @throws SyncException {@code failure}, when it tells of something else than rows that are there or not */
    static void requireConflict(SyncException failure) {
        if (failure.code() != ErrorCode.CONFLICT_ROW_MISSING && failure.code() != ErrorCode.CONFLICT_KEY_EXISTS) {
            throw failure;
        }
    }

    static boolean isCollision(SQLException failure) {
        String state = SqlErrors.state(failure);
        return state.equals(UNIQUE_VIOLATION) || state.equals(EXCLUSION_VIOLATION);
    }

    /** @throws SyncException CONFLICT_ROW_MISSING when fewer rows were reached than there are changes, CONFLICT_KEY_EXISTS when more */
    static void requireAll(Changes changes, long reached, String doing) {
        if (reached != changes.size()) {
            throw notReached(changes, reached, doing);
        }
    }

    /** @return what {@link #requireAll} throws */
    static SyncException notReached(Changes changes, long reached, String doing) {
        Target target = changes.target();
        String found = target.label() + ": of " + changes.size() + " row(s) to " + doing + " " + reached
                + " were found by " + (target.hasKey() ? "the key " + target.keyNames() : "their whole old row");
        if (reached > changes.size()) {
            return new SyncException(
                            ErrorCode.CONFLICT_KEY_EXISTS,
                            found + "; several rows of the destination have the key of one row of the source",
                            "Remove what others wrote to the table, or clean the task and start it anew; compare shows the rows.")
                    .ofTable(target.route().source().table());
        }
        return new SyncException(
                        ErrorCode.CONFLICT_ROW_MISSING,
                        found + "; the destination does not hold what the source held",
                        "Find out who else writes to the table; compare shows the rows that differ. Then put them back, or clean the task and start it anew.")
                .ofTable(target.route().source().table());
    }

    static SyncException keyExists(Target target, String constraint) {
        return new SyncException(
                        ErrorCode.CONFLICT_KEY_EXISTS,
                        target.label()
                                + ": a row of the source cannot be written, since another row of the destination collides with it in "
                                + constraint
                                + (target.isMerged()
                                        ? ". Rows that "
                                                + target.route().source().table()
                                                + " does not have itself are never removed from this merged table"
                                        : ""),
                        target.isMerged()
                                ? "Find out which of the merged tables has the other row (its column __dts_data_source says it), and remove one of both at its source; or clean the task and start it anew with merge: origin."
                                : "Find out who else writes to the table; compare shows the rows that differ. Then remove them, or clean the task and start it anew.")
                .ofTable(target.route().source().table());
    }

    /**
     * Explains a failure of one change, in a transaction that was rolled back to before it.
     *
     * @param failure for which {@link #isOfRows} holds
     */
    SyncException of(SQLException failure, Target target, NetChange change) throws SQLException {
        if (isCollision(failure)) {
            return keyExists(
                    target,
                    told(failure, ServerErrorMessage::getConstraint)
                            .map(name -> "constraint or index " + name)
                            .orElse("a unique or exclusion constraint"));
        }
        String state = SqlErrors.state(failure);
        String column = told(failure, ServerErrorMessage::getColumn)
                .or(() -> refusing(target, change.image()))
                .map(name -> "column " + name)
                .orElse("a column");
        String constraint = told(failure, ServerErrorMessage::getConstraint)
                .map(name -> " by constraint " + name)
                .orElse("");
        return new SyncException(
                        ErrorCode.VALUE_REJECTED,
                        target.label() + ", " + column + ": the destination refuses a value" + constraint
                                + " (SQLSTATE "
                                + state
                                + ", " + meaning(state) + ")"
                                + (target.hasKey() ? "; the row is known by its key " + target.keyNames() : "")
                                + "; without it the destination would lack a row",
                        "Make the destination's column take what the source's holds, or change the row at the source; then start the task again. onBadValue in the task file says what else may become of such rows.")
                .ofTable(target.route().source().table());
    }

    /** Which constraint the server names, with its table. */
    static Optional<String> constraint(SQLException failure) {
        return told(failure, ServerErrorMessage::getConstraint)
                .map(name -> "constraint " + name
                        + told(failure, ServerErrorMessage::getTable)
                                .map(table -> " of table " + table)
                                .orElse(""));
    }

    /** The column that the server names. */
    static Optional<String> column(SQLException failure) {
        return told(failure, ServerErrorMessage::getColumn);
    }

    /** The constraint that the server names. */
    static Optional<String> constraintName(SQLException failure) {
        return told(failure, ServerErrorMessage::getConstraint);
    }

    private static String meaning(String state) {
        return switch (state) {
            case "22001" -> "too long";
            case "22003" -> "out of range";
            case "22007", "22008" -> "not a date or time there";
            case "22021" -> "not a character there";
            case "22P02", "42601" -> "not of the column's type";
            case "23502" -> "NULL where none may be";
            case "23503" -> "a foreign key has no counterpart";
            case "23514", "P0001" -> "a check failed, or no partition takes the row";
            case "54000" -> "too large for an index or a limit of the server";
            default -> "see Appendix A of the PostgreSQL documentation";
        };
    }

    private static Optional<String> told(
            SQLException failure, java.util.function.Function<ServerErrorMessage, @Nullable String> field) {
        return failure instanceof PSQLException server && server.getServerErrorMessage() != null
                ? Optional.ofNullable(field.apply(server.getServerErrorMessage()))
                : Optional.empty();
    }

    /** The column that refuses its value when it is written alone. */
    private Optional<String> refusing(Target target, @Nullable Row image) {
        if (image == null) {
            return Optional.empty();
        }
        try {
            return columns.of(target, image, 1).stream()
                    .findFirst()
                    .map(refusal -> target.column(refusal.column()).name());
        } catch (SQLException e) {
            // The failure that is being explained is the one to tell; this only looks for its column.
            System.getLogger(Rejections.class.getName())
                    .log(
                            System.Logger.Level.DEBUG,
                            "the refusing column of " + target.label() + " was not found: SQLSTATE "
                                    + SqlErrors.state(e));
            return Optional.empty();
        }
    }
}
