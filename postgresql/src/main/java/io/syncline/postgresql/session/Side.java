package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;

/** Which end of a task a server is; the same failure has another name at each. */
public enum Side {
    SOURCE("source", ErrorCode.SOURCE_UNREACHABLE, ErrorCode.SOURCE_RIGHTS, ErrorCode.SOURCE_BUSY),
    DESTINATION(
            "destination", ErrorCode.DESTINATION_UNREACHABLE, ErrorCode.DESTINATION_RIGHTS, ErrorCode.DESTINATION_BUSY);

    private final String word;
    private final ErrorCode unreachable;
    private final ErrorCode rights;
    private final ErrorCode busy;

    Side(String word, ErrorCode unreachable, ErrorCode rights, ErrorCode busy) {
        this.word = word;
        this.unreachable = unreachable;
        this.rights = rights;
        this.busy = busy;
    }

    /** For messages. */
    public String word() {
        return word;
    }

    public ErrorCode unreachable() {
        return unreachable;
    }

    public ErrorCode rights() {
        return rights;
    }

    /** Locks or deadlocks stood in the way; the same work may pass later. */
    public ErrorCode busy() {
        return busy;
    }
}
