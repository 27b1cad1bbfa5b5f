package io.syncline.testkit.memory.source;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.RetainedLog;
import io.syncline.api.port.Snapshot;
import io.syncline.api.task.HoldBack;
import io.syncline.testkit.memory.fault.MemoryConnection;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The logs as one task sees them. */
final class MemoryChangeLog implements ChangeLog {

    private final MemoryServer server;
    /** The slot that the task started with. */
    private final String main;
    /** This log's slot. */
    private final String task;

    private final MemoryConnection connection;
    private final Consumer<Runnable> closing;

    /** @param closing is given what must happen when the source is closed */
    MemoryChangeLog(MemoryServer server, String task, MemoryConnection connection, Consumer<Runnable> closing) {
        this(server, task, task, connection, closing);
    }

    private MemoryChangeLog(
            MemoryServer server, String main, String task, MemoryConnection connection, Consumer<Runnable> closing) {
        this.server = server;
        this.main = main;
        this.task = task;
        this.connection = connection;
        this.closing = closing;
    }

    @Override
    public Snapshot create(List<TableId> tables, Set<TableId> whole) {
        return connection.call(PortCall.LOG_CREATE, () -> {
            if (!task.equals(main)) {
                slot(main).publish(tables);
            }
            server.createSlot(task, Set.copyOf(tables));
            MemorySnapshot snapshot =
                    new MemorySnapshot(server, connection.interference(), server.view(), server.ends(), true);
            closing.accept(snapshot::close);
            return snapshot;
        });
    }

    @Override
    public Positions takeOver(List<TableId> tables, Set<TableId> whole) {
        throw new SyncException(ErrorCode.SLOT_MISSING, "nothing is kept in memory before a task", "Start from now.");
    }

    /** Its tables keep their shapes. */
    @Override
    public void followAlterations() {}

    @Override
    public List<String> planAlterations() {
        return List.of();
    }

    @Override
    public boolean tellsAlterations() {
        return false;
    }

    @Override
    public void requireIntact(Positions recorded) {
        connection.run(PortCall.LOG_CHECK, () -> {
            if (!recorded.reached(slot().confirmed())) {
                throw new SyncException(
                        ErrorCode.SOURCE_GAP, "more was confirmed than the ledger holds", "Nothing brings it back.");
            }
        });
    }

    /** A server in memory has one history. */
    @Override
    public void requireContinued(String lineage, Positions recorded) {
        throw new SyncException(
                ErrorCode.SOURCE_IDENTITY, "the server does not know the lineage " + lineage, "Start the task anew.");
    }

    /** Holds nothing back: the simulation looks for what is confirmed too early. */
    @Override
    public ChangeStream open(StreamId stream, Position from, Collection<TableSchema> tables, HoldBack holdBack) {
        return connection.call(PortCall.LOG_OPEN, () -> {
            Slot slot = slot();
            MemoryChangeStream opened = new MemoryChangeStream(server, slot, stream, from, connection.interference());
            // As a real server takes the position of a reader that answers its keepalives.
            server.confirmed(slot, stream, from);
            slot.hold(stream, opened);
            closing.accept(opened::close);
            return opened;
        });
    }

    /** Tables in memory have none. */
    @Override
    public void acceptPartitions(Collection<TableSchema> tables) {}

    @Override
    public void requireExactSnapshots() {
        // They are.
    }

    @Override
    public boolean hasExactSnapshots() {
        return true;
    }

    private Slot slot() {
        return slot(task);
    }

    private Slot slot(String name) {
        Slot slot = server.slot(name);
        if (slot == null) {
            throw new SyncException(ErrorCode.SLOT_MISSING, "no log is kept for " + name, "Start anew.");
        }
        return slot;
    }

    @Override
    public ChangeLog joining() {
        return new MemoryChangeLog(server, main, main + " joining", connection, closing);
    }

    /** What is held of them harms nobody here. */
    @Override
    public void leaveOut(Collection<Long> versions) {}

    @Override
    public List<String> giveUp(Collection<Long> versions) {
        return List.of();
    }

    @Override
    public Positions now() {
        return connection.call(PortCall.LOG_NOW, server::ends);
    }

    @Override
    public void heartbeat() {
        connection.run(PortCall.LOG_HEARTBEAT, server::move);
    }

    /** Memory is not scarce here. */
    @Override
    public Optional<RetainedLog> retained() {
        return Optional.empty();
    }

    @Override
    public boolean release() {
        server.dropSlot(main + " joining");
        server.dropSlot(task);
        return true;
    }

    @Override
    public List<String> plan(List<TableId> tables, Set<TableId> whole) {
        return List.of("make a slot");
    }

    @Override
    public List<String> drop() {
        return connection.call(PortCall.LOG_DROP, () -> {
            server.dropSlot(main + " joining");
            server.dropSlot(task);
            return List.of();
        });
    }
}
