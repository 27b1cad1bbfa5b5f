package io.syncline.testkit.memory.source;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.ChangeStream;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.MemoryConnection;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.source.SourceLog.LoggedTransaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Reads one log from a position on. Never waits: what is not there yet is null. */
final class MemoryChangeStream implements ChangeStream {

    private final MemoryServer server;
    private final Slot slot;
    private final StreamId stream;
    private final SourceLog log;
    private final MemoryConnection connection;
    private final Queue<ChangeEvent> pending = new ArrayDeque<>();
    /** The next of the log's transactions. */
    private int next;

    private Position delivered;

    MemoryChangeStream(MemoryServer server, Slot slot, StreamId stream, Position from, Interference interference) {
        this.server = server;
        this.slot = slot;
        this.stream = stream;
        this.log = server.log(stream);
        this.connection =
                new MemoryConnection(ErrorCode.SOURCE_UNREACHABLE, interference, () -> slot.release(stream, this));
        this.delivered = from;
        Position confirmed = slot.confirmed().of(stream);
        if (confirmed != null && !from.reached(confirmed)) {
            // A real server may go on from what was confirmed without a word; that would hide a loss (I1).
            throw new SyncException(
                    ErrorCode.SOURCE_GAP,
                    "the log of " + stream + " before " + confirmed.text() + " was let go; it is read from "
                            + from.text(),
                    "Nothing brings it back.");
        }
        while (next < log.transactions().size()
                && from.reached(log.transactions().get(next).commit().position())) {
            next++;
        }
    }

    @Override
    public @Nullable ChangeEvent poll(Duration wait) {
        return connection.call(PortCall.STREAM_POLL, this::next).event();
    }

    private record Polled(@Nullable ChangeEvent event) {}

    private Polled next() {
        if (connection.interference().isQuiet()) {
            return new Polled(null);
        }
        while (pending.isEmpty() && next < log.transactions().size()) {
            enqueue(log.transactions().get(next++));
        }
        ChangeEvent event = pending.poll();
        if (event == null && !delivered.reached(log.end())) {
            event = new ChangeEvent.Idle(log.end());
        }
        switch (event) {
            case ChangeEvent.Commit commit -> delivered = commit.position();
            case ChangeEvent.Idle idle -> delivered = idle.position();
            case null -> {}
            case ChangeEvent.Begin _,
                    ChangeEvent.Part _,
                    ChangeEvent.RowChange _,
                    ChangeEvent.Truncate _,
                    ChangeEvent.Altered _,
                    ChangeEvent.Named _,
                    ChangeEvent.Moved _,
                    ChangeEvent.Untold _,
                    ChangeEvent.Dropped _,
                    ChangeEvent.SchemaChange _ -> {}
        }
        return new Polled(event);
    }

    private void enqueue(LoggedTransaction transaction) {
        List<ChangeEvent> sent = new ArrayList<>();
        for (ChangeEvent change : transaction.changes()) {
            ChangeEvent visible = sent(change);
            if (visible != null) {
                sent.add(visible);
            }
        }
        if (!sent.isEmpty() || !server.traits().silentWhenEmpty()) {
            pending.add(transaction.begin());
            pending.addAll(sent);
            pending.add(transaction.commit());
        }
    }

    private @Nullable ChangeEvent sent(ChangeEvent change) {
        if (server.traits().everything()) {
            return change;
        }
        return switch (change) {
            case ChangeEvent.RowChange row -> slot.publishes(row.table().table()) ? row : null;
            case ChangeEvent.Truncate truncate -> {
                var tables = truncate.tables().stream()
                        .filter(table -> slot.publishes(table.table()))
                        .toList();
                yield tables.isEmpty()
                        ? null
                        : new ChangeEvent.Truncate(tables, truncate.cascade(), truncate.restartIdentity());
            }
            case ChangeEvent.Begin _,
                    ChangeEvent.Part _,
                    ChangeEvent.Commit _,
                    ChangeEvent.Idle _,
                    ChangeEvent.Altered _,
                    ChangeEvent.Named _,
                    ChangeEvent.Moved _,
                    ChangeEvent.Untold _,
                    ChangeEvent.Dropped _,
                    ChangeEvent.SchemaChange _ -> change;
        };
    }

    @Override
    public void keepAlive() {}

    @Override
    public void confirm(Position position) {
        connection.run(PortCall.STREAM_CONFIRM, () -> {
            if (!delivered.reached(position)) {
                throw new IllegalStateException(
                        position.text() + " is confirmed, " + stream + " was read to " + delivered.text() + " only");
            }
            server.confirmed(slot, stream, position);
        });
    }

    /** The server ends the connection. */
    void end() {
        connection.end();
    }

    @Override
    public void close() {
        connection.end();
    }
}
