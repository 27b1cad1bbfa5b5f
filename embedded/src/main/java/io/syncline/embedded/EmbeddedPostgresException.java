package io.syncline.embedded;

import org.jspecify.annotations.Nullable;

/** A server could not be found, unpacked, started or stopped. The message says what happened, where, and what to do about it. */
public final class EmbeddedPostgresException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception from a message for people and the underlying failure, if there is one. */
    public EmbeddedPostgresException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Creates the exception from a message for people. */
    public EmbeddedPostgresException(String message) {
        this(message, null);
    }
}
