package io.syncline.postgresql.stream.pgoutput;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;

/** Failures of messages that are not as the protocol says: to go on would be to guess at rows (I4). */
final class Malformed {

    private Malformed() {}

    static SyncException because(String what) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "the source's log sent a message of pgoutput that cannot be read: " + what
                        + "; nothing of its transaction was applied",
                "Check that the source is a PostgreSQL of versions 10 to 18 and no pooler or proxy changes its protocol; then report this.");
    }
}
