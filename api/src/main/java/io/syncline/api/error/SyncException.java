package io.syncline.api.error;

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

    /**
     * @param message what happened, where (table, key columns, position), and why it matters
     * @param remedy what the user can do, as a sentence
     */
    public SyncException(ErrorCode code, String message, String remedy) {
        this(code, message, remedy, null);
    }

    public SyncException(ErrorCode code, String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.remedy = remedy;
    }

    public ErrorCode code() {
        return code;
    }

    public String remedy() {
        return remedy;
    }

    public boolean isTransient() {
        return code.kind() == ErrorCode.Kind.TRANSIENT;
    }
}
