package io.syncline.postgresql.stream;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.stream.message.DataHeader;
import io.syncline.postgresql.stream.message.MessageDecoder;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a slot (PostgreSQL documentation, Streaming Replication Protocol). A server lets its log go up to the position that it is told to be flushed: that is told once
 * for each position that is due, and nothing else ever is (I1). All other answers say how far was read, and 0 for flushed, which stands for "not known"
 * (walsender.c, ProcessStandbyReplyMessage): so a server that shuts down waits for nothing that is held back, and never takes this reader for a synchronous standby (syncrep.c,
 * SyncRepGetCandidateStandbys).
 *
 * <p>A keepalive outside of a transaction tells how far the server has read its log: everything that committed up to there was sent before. It becomes
 * {@link ChangeEvent.Idle} when nothing else has arrived.
 */
final class PostgresChangeStream implements ChangeStream {

    private static final int DATA = 'w';
    private static final int KEEPALIVE = 'k';
    private static final int STATUS = 'r';

    private static final int KEEPALIVE_LENGTH = 1 + 8 + 8 + 1;
    private static final long NOT_KNOWN = 0;
    private static final int STATUS_LENGTH = 1 + 8 + 8 + 8 + 8 + 1;

    /** The clock of the protocol counts microseconds from here. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    /** Confirmations that follow each other faster are sent together. */
    private static final Duration CONFIRM_SPACING = Duration.ofMillis(100);

    private final Frames copy;
    private final MessageDecoder decoder;
    private final StreamErrors errors;
    private final long statusInterval;

    private final HeldBack heldBack;
    private final Consumer<String> told;

    private Lsn delivered;
    private @Nullable Lsn idle;
    /** How far the server says that it has read its log. */
    private Lsn received;

    private long lastStatus;

    /**
     * @param from where the copy was started
     * @param heldBack what may be confirmed, and when
     * @param told hears the number of each transaction before it is handed out
     * @param statusInterval the server hears of us at least this often
     */
    PostgresChangeStream(
            Frames copy,
            MessageDecoder decoder,
            StreamErrors errors,
            Lsn from,
            HeldBack heldBack,
            Consumer<String> told,
            Duration statusInterval) {
        this.copy = copy;
        this.decoder = decoder;
        this.errors = errors;
        this.statusInterval = statusInterval.toNanos();
        this.heldBack = heldBack;
        this.told = told;
        this.delivered = from;
        this.received = from;
        this.lastStatus = System.nanoTime();
    }

    @Override
    public @Nullable ChangeEvent poll(Duration wait) {
        try {
            return read(wait);
        } catch (SQLException e) {
            throw errors.reading(e, delivered);
        }
    }

    private @Nullable ChangeEvent read(Duration wait) throws SQLException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            long now = System.nanoTime();
            answerWhenDue(now);
            byte[] frame = copy.read(Duration.ZERO);
            if (frame == null && idle != null) {
                return takeIdle();
            }
            long left = deadline - now;
            if (frame == null && left > 0) {
                frame = copy.read(Duration.ofNanos(Math.min(left, nextAnswer(now))));
            } else if (frame == null) {
                return null;
            }
            ChangeEvent event = frame == null ? null : event(frame);
            if (event != null) {
                return event;
            }
        }
    }

    private @Nullable ChangeEvent event(byte[] frame) throws SQLException {
        int kind = frame[0];
        return switch (kind) {
            case DATA -> data(frame);
            case KEEPALIVE -> {
                keepalive(frame);
                yield null;
            }
            default -> throw errors.unknownFrame(kind, delivered);
        };
    }

    private @Nullable ChangeEvent data(byte[] frame) {
        ChangeEvent event = decoder.decode(frame, DataHeader.LENGTH);
        if (event instanceof ChangeEvent.Begin begin) {
            told.accept(begin.transaction());
        }
        if (decoder.isInTransaction()) {
            idle = null;
        } else if (event instanceof ChangeEvent.Commit(Position end, Instant _)) {
            delivered = (Lsn) end;
            received = highest(received, delivered);
        }
        return event;
    }

    private void keepalive(byte[] frame) throws SQLException {
        if (frame.length != KEEPALIVE_LENGTH) {
            throw errors.unknownFrame(KEEPALIVE, delivered);
        }
        ByteBuffer message = ByteBuffer.wrap(frame, 1, KEEPALIVE_LENGTH - 1);
        Lsn end = new Lsn(message.getLong());
        message.getLong(); // the server's clock
        boolean reply = message.get() != 0;
        received = highest(received, end);
        // After a start the server reads its log from before our position on: until it has passed it, it says nothing
        // new.
        if (!decoder.isInTransaction() && end.compareTo(delivered) > 0) {
            idle = end;
        }
        if (reply) {
            answer();
        }
    }

    private ChangeEvent.@Nullable Idle takeIdle() {
        Lsn position = idle;
        idle = null;
        if (position == null) {
            return null;
        }
        delivered = position;
        return new ChangeEvent.Idle(position);
    }

    @Override
    public void keepAlive() {
        answerOrFail(System.nanoTime());
    }

    @Override
    public void confirm(Position position) {
        heldBack.durable((Lsn) position, System.nanoTime());
        answerOrFail(System.nanoTime());
    }

    private void answerOrFail(long now) {
        try {
            answerWhenDue(now);
        } catch (SQLException e) {
            throw errors.reading(e, delivered);
        }
    }

    private void answerWhenDue(long now) throws SQLException {
        if (nextAnswer(now) <= 0) {
            answer();
        }
    }

    /** In how many nanoseconds the server must hear of us again. */
    private long nextAnswer(long now) {
        return lastStatus + (heldBack.isDue(now) ? CONFIRM_SPACING.toNanos() : statusInterval) - now;
    }

    private void answer() throws SQLException {
        long now = System.nanoTime();
        Lsn due = heldBack.take(now);
        if (due != null) {
            copy.write(status(due.value()));
        }
        copy.write(status(NOT_KNOWN));
        lastStatus = now;
    }

    /** @param flushed up to where the server may let its log go */
    private byte[] status(long flushed) {
        return ByteBuffer.allocate(STATUS_LENGTH)
                .put((byte) STATUS)
                .putLong(received.value())
                .putLong(flushed)
                .putLong(flushed)
                .putLong(EPOCH.until(Instant.now(), ChronoUnit.MICROS))
                .put((byte) 0)
                .array();
    }

    private static Lsn highest(Lsn one, Lsn other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** From any thread: a {@link #poll} that waits fails. A confirmation that was not sent yet is lost; the ledger has it, and a later one includes it. */
    @Override
    public void close() {
        try {
            copy.close();
        } catch (SQLException e) {
            // The session is as gone as it can be, and nothing depends on its last word.
            System.getLogger(PostgresChangeStream.class.getName())
                    .log(System.Logger.Level.DEBUG, "a stream's session did not close", e);
        }
    }
}
