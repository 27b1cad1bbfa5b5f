package io.syncline.engine.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Dropped;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.Moved;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.SchemaChange;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Position;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.task.Operation;
import io.syncline.engine.run.Stage;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Reads a change stream into the queue, and confirms to it what the destination holds (I1). When the queue is full it reads nothing, but keeps the connection
 * alive (T39).
 */
final class StreamReader implements Stage {

    /** How many events one poll reads at most, so that confirmations and failures of the other side are seen soon. */
    private static final int EVENTS_A_POLL = 1024;

    private final ChangeStream stream;
    private final BatchQueue queue;
    private final ConfirmLedger confirms;
    private final Duration slice;
    private final TransactionReader transaction;
    /** Pieces for which the queue had no room yet: never more than one event makes. */
    private final ArrayDeque<Piece> outbox = new ArrayDeque<>();

    private Position delivered;
    private volatile boolean finishing;

    /** @param from where {@code stream} was opened */
    StreamReader(
            ChangeStream stream,
            Position from,
            TransactionReader transaction,
            BatchQueue queue,
            ConfirmLedger confirms,
            Duration slice) {
        this.stream = stream;
        this.delivered = from;
        this.transaction = transaction;
        this.queue = queue;
        this.confirms = confirms;
        this.slice = slice;
    }

    @Override
    public String name() {
        return "read";
    }

    /** Ends the reading at the next transaction's end. From any thread. */
    void finish() {
        finishing = true;
    }

    @Override
    public Progress poll() throws InterruptedException {
        queue.requireSound();
        try {
            return read();
        } catch (RuntimeException | Error e) {
            throw queue.fail(e);
        }
    }

    private Progress read() throws InterruptedException {
        confirm();
        if (!flush()) {
            queue.awaitSpace(slice);
            stream.keepAlive();
            return Progress.BLOCKED;
        }
        for (int i = 0; i < EVENTS_A_POLL; i++) {
            if (finishing && !transaction.isOpen()) {
                queue.finish();
                return Progress.DONE;
            }
            ChangeEvent event = stream.poll(Duration.ZERO);
            if (event == null) {
                queue.drained();
                event = stream.poll(slice);
            }
            if (event == null) {
                return i == 0 ? Progress.IDLE : Progress.WORKED;
            }
            take(event);
            if (!flush()) {
                break;
            }
        }
        return Progress.WORKED;
    }

    private void confirm() {
        Position durable = confirms.take();
        if (durable != null) {
            stream.confirm(durable);
        }
    }

    private boolean flush() {
        for (Piece piece = outbox.peek(); piece != null; piece = outbox.peek()) {
            if (!queue.offer(piece)) {
                return false;
            }
            outbox.remove();
        }
        return true;
    }

    private void take(ChangeEvent event) {
        switch (event) {
            case Begin begin -> transaction.begin(begin);
            case Part part -> transaction.part(part);
            case Insert insert -> row(insert, Operation.INSERT);
            case Update update -> row(update, Operation.UPDATE);
            case Delete delete -> row(delete, Operation.DELETE);
            case Truncate truncate -> transaction.truncate(truncate, outbox);
            case Altered altered -> transaction.altered(altered, outbox);
            case Named named -> transaction.named(named);
            case Moved moved -> transaction.moved(moved);
            case Untold untold -> transaction.untold(untold);
            case Dropped dropped -> transaction.dropped(dropped, outbox);
            case SchemaChange change -> transaction.schemaChange(change);
            case Commit commit -> {
                requireNew(commit.position());
                transaction.commit(commit, outbox);
            }
            case Idle(Position position) -> {
                transaction.requireClosed(event);
                if (!delivered.reached(position)) {
                    requireNew(position);
                    outbox.add(new Piece.Idle(position));
                }
            }
        }
    }

    private void row(RowChange change, Operation operation) {
        transaction.change(change, operation, outbox);
    }

    /** A transaction that the ledger holds already would be applied twice (I2, T19). */
    private void requireNew(Position position) {
        if (delivered.reached(position) || !position.reached(delivered)) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the stream delivered position " + position.text() + " after " + delivered.text()
                            + "; applying it could repeat changes that are applied already",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
        delivered = position;
    }

    @Override
    public void close() {
        stream.close();
    }
}
