package io.syncline.api.error;

import io.syncline.api.model.TableId;
import org.jspecify.annotations.Nullable;

/**
 * A failure that is told to the user: what happened and where, why it matters, and what to do. The message holds no row values and no secrets.
 *
 * <p>Thrown where the fact is known, logged once where the task ends (I8).
 */
public final class SyncException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String remedy;
    private final transient @Nullable TableId table;

    /**
     * @param message what happened, where (table, key columns, position), and why it matters
     * @param remedy what the user can do, as a sentence
     */
    public SyncException(ErrorCode code, String message, String remedy) {
        this(code, message, remedy, null);
    }

    public SyncException(ErrorCode code, String message, String remedy, @Nullable Throwable cause) {
        this(code, message, remedy, cause, null);
    }

    private SyncException(
            ErrorCode code, String message, String remedy, @Nullable Throwable cause, @Nullable TableId table) {
        super(message, cause);
        this.code = code;
        this.remedy = remedy;
        this.table = table;
    }

    /** The same failure, as that of one table alone: without the table, the task could go on. */
    public SyncException ofTable(TableId source) {
        return withTraceOf(new SyncException(code, String.valueOf(getMessage()), remedy, getCause(), source));
    }

    /** The same failure, as that of the source transaction that ends at this position ({@link io.syncline.api.model.Position#text}). */
    public SyncException inTransaction(String end) {
        SyncException named = new SyncException(
                code, getMessage() + "; in the source transaction that ends at " + end, remedy, getCause(), table);
        return withTraceOf(named);
    }

    private SyncException withTraceOf(SyncException named) {
        named.setStackTrace(getStackTrace());
        for (Throwable suppressed : getSuppressed()) {
            named.addSuppressed(suppressed);
        }
        return named;
    }

    public ErrorCode code() {
        return code;
    }

    public String remedy() {
        return remedy;
    }

    /** The source name of the one table whose failure this is; null when it is the task's. */
    public @Nullable TableId table() {
        return table;
    }

    /** Whether another attempt would meet it again, and nothing but its table or what the task says of it has to be mended. */
    public boolean isLasting() {
        return switch (code.kind()) {
            case USER, SOURCE, DESTINATION, DATA -> true;
            case TRANSIENT, FENCED, BUG -> false;
        };
    }

    public boolean isTransient() {
        return code.kind() == ErrorCode.Kind.TRANSIENT;
    }
}
