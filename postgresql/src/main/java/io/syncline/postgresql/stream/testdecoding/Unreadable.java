package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Lsn;

/** Failures of messages that do not read as this plugin writes them: to go on would be to guess at rows (I4). They show no values. */
final class Unreadable {

    private Unreadable() {}

    static SyncException because(String what, int at, Lsn place) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "the source's log sent a message of test_decoding at " + place + " that cannot be read: at its byte "
                        + at + " " + what + "; nothing of its transaction was applied",
                "Check that the source is a PostgreSQL of versions 9.4 to 9.6 with its own test_decoding; then report this.");
    }
}
