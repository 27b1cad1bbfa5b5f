package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;

/** Which end of a task a server is; the same failure has another name at each. */
public enum Side {
    SOURCE("source", ErrorCode.SOURCE_UNREACHABLE, ErrorCode.SOURCE_RIGHTS),
    DESTINATION("destination", ErrorCode.DESTINATION_UNREACHABLE, ErrorCode.DESTINATION_RIGHTS);

    private final String word;
    private final ErrorCode unreachable;
    private final ErrorCode rights;

    Side(String word, ErrorCode unreachable, ErrorCode rights) {
        this.word = word;
        this.unreachable = unreachable;
        this.rights = rights;
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
}
