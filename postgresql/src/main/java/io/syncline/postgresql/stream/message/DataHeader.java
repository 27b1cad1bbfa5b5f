package io.syncline.postgresql.stream.message;

import io.syncline.postgresql.session.Lsn;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What stands before a message of the log (PostgreSQL documentation, Streaming Replication Protocol, XLogData). Plugins whose messages say all themselves need not read
 * it.
 *
 * @param place of what the message tells; of a transaction's end it is the end of its commit record
 * @param sent by the server's clock
 */
public record DataHeader(Lsn place, Instant sent) {

    /** {@code 'w'}, begin and end in the log, the server's clock. */
    public static final int LENGTH = 1 + 8 + 8 + 8;

    /** The clock of the protocol counts microseconds from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    /** @param offset where the message begins */
    public static DataHeader before(byte[] frame, int offset) {
        ByteBuffer header = ByteBuffer.wrap(frame, offset - LENGTH + 1, LENGTH - 1);
        Lsn place = new Lsn(header.getLong());
        header.getLong(); // the same place again
        return new DataHeader(place, EPOCH.plus(header.getLong(), ChronoUnit.MICROS));
    }
}
