package io.syncline.testkit.memory.destination;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.schema.ObjectRef;
import io.syncline.testkit.memory.fault.PortCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The ledger: every write is a transaction of its own that first proves its lease. */
final class MemoryLedger implements Ledger {

    private final MemoryStore store;
    private final MemoryDestination destination;
    private final StoreSession session;

    MemoryLedger(MemoryStore store, MemoryDestination destination, StoreSession session) {
        this.store = store;
        this.destination = destination;
        this.session = session;
    }

    @Override
    public boolean isInstalled() {
        return session.call(PortCall.LEDGER_READ, store::isInstalled);
    }

    @Override
    public void install() {
        session.run(PortCall.LEDGER_READ, store::install);
    }

    @Override
    public List<TaskEntry> find(String name) {
        return session.call(
                PortCall.LEDGER_READ,
                () -> store.records().values().stream()
                        .filter(task -> task.task.name().equals(name))
                        .map(task -> task.entry(store.now()))
                        .toList());
    }

    @Override
    public List<TaskEntry> tasks() {
        return session.call(
                PortCall.LEDGER_READ,
                () -> store.records().values().stream()
                        .map(task -> task.entry(store.now()))
                        .toList());
    }

    @Override
    public Optional<TaskEntry> task(String id) {
        return session.call(
                PortCall.LEDGER_READ,
                () -> Optional.ofNullable(store.records().get(id)).map(task -> task.entry(store.now())));
    }

    @Override
    public TaskEntry register(String name, String sourceAddress, String accepted) {
        return session.call(PortCall.LEDGER_WRITE, () -> {
            String id = String.format("task%04d", store.records().size());
            TaskRecord task = new TaskRecord(new TaskIdentity(name, id), sourceAddress, accepted);
            store.records().put(id, task);
            return task.entry(store.now());
        });
    }

    @Override
    public Lease acquire(String task, String owner, Duration silence) {
        return session.call(PortCall.LEASE_ACQUIRE, () -> store.acquire(destination, task, owner, silence));
    }

    @Override
    public void renew(Lease lease) {
        session.run(PortCall.LEASE_RENEW, () -> {
            store.prove(lease).seen = store.now();
            store.settle();
        });
    }

    @Override
    public void release(Lease lease) {
        session.run(PortCall.LEASE_RENEW, () -> store.prove(lease).seen = null);
    }

    @Override
    public TaskMemory read(String task, PositionReader positions) {
        return session.call(PortCall.LEDGER_READ, () -> store.memory(task, positions));
    }

    @Override
    public void state(Lease lease, String state, String detail) {
        write(lease, task -> {
            task.state = state;
            task.detail = detail;
        });
    }

    @Override
    public void start(Lease lease, SourceIdentity identity, Positions start) {
        write(lease, task -> task.start(identity, start));
    }

    @Override
    public void stale(Lease lease) {
        write(lease, TaskRecord::stale);
    }

    @Override
    public void identity(Lease lease, SourceIdentity identity) {
        write(lease, task -> task.identity = identity);
    }

    @Override
    public void plan(Lease lease, TableEntry table) {
        write(lease, task -> task.plan(table));
    }

    @Override
    public void status(Lease lease, TableId source, LoadStatus status) {
        write(lease, task -> task.status(source, status));
    }

    /** No memory source alters a table. */
    @Override
    public void outdated(Lease lease, String database, long version) {
        throw new UnsupportedOperationException("a table in memory keeps its rows");
    }

    @Override
    public void catchUpTo(Lease lease, StreamId stream, @Nullable Position position) {
        write(lease, stream, row -> row.catchUpTo = position == null ? null : position.text());
    }

    @Override
    public void synchronizedFrom(Lease lease, StreamId stream, Position position) {
        write(lease, stream, row -> row.synchronizedFrom = position.text());
    }

    @Override
    public void suspend(Lease lease, TableId source, String cause) {
        write(lease, task -> task.suspend(source, cause, store.now()));
        store.settle();
    }

    @Override
    public void bringBack(Lease lease, TableId source, String cause) {
        write(lease, task -> {
            task.suspend(source, cause, store.now());
            task.returns(source, cause, Return.ASKED);
        });
        store.settle();
    }

    @Override
    public void joining(Lease lease, List<TableEntry> tables, Positions start) {
        write(lease, task -> task.joining(tables, start));
        store.settle();
    }

    @Override
    public void joined(Lease lease, Positions exactFrom) {
        write(lease, task -> task.joined(exactFrom));
        store.settle();
    }

    @Override
    public void notJoined(Lease lease, Collection<TableId> tables, String cause) {
        write(lease, task -> {
            tables.forEach(table -> task.returns(table, cause, Return.NOT_ASKED));
            task.endJoining();
        });
        store.settle();
    }

    @Override
    public void carriedAgain(Lease lease, TableId source) {
        write(lease, task -> task.carriedAgain(source));
        store.settle();
    }

    @Override
    public Map<TableId, Instant> refreshed(String task) {
        return session.call(PortCall.LEDGER_READ, () -> store.task(task).refreshed());
    }

    @Override
    public Map<TableId, String> accepted(String task) {
        return session.call(PortCall.LEDGER_READ, () -> store.task(task).words());
    }

    @Override
    public void accept(Lease lease, String words, Map<TableId, String> tables) {
        write(lease, task -> task.accept(words, tables));
    }

    @Override
    public void edit(Lease lease, Edit edit) {
        write(lease, task -> task.edit(edit, store.now()));
        store.settle();
    }

    @Override
    public void left(Lease lease, Collection<TableId> tables) {
        write(lease, task -> task.left(tables));
    }

    @Override
    public CommandLog commands() {
        return new MemoryCommandLog(store, session);
    }

    @Override
    public void advance(Lease lease, StreamId stream, Position previous, Position next) {
        write(lease, stream, row -> {
            if (!row.position.equals(previous.text())) {
                throw MemoryStore.fenced(lease);
            }
            row.position = next.text();
        });
    }

    @Override
    public void notMade(Lease lease, List<NotMade> objects) {
        write(lease, task -> task.notMade = List.copyOf(objects));
    }

    @Override
    public List<NotMade> notMade(String task) {
        return session.call(PortCall.LEDGER_READ, () -> store.task(task).notMade);
    }

    @Override
    public List<String> forget(Lease lease, boolean dropTables) {
        write(lease, task -> {
            if (dropTables) {
                task.made.stream()
                        .filter(object -> object.kind() == ObjectRef.Kind.TABLE)
                        .forEach(object ->
                                store.drop(new TableId(destination.database(), object.schema(), object.name())));
            }
            store.records().remove(lease.task());
            store.uninstallWhenEmpty();
        });
        return List.of();
    }

    /** A conflict in memory stops its task. */
    @Override
    public Conflict.Report conflicts(String task) {
        return Conflict.Report.NONE;
    }

    /** A value that does not fit in memory stops its task. */
    @Override
    public BadValue.Report badValues(String task) {
        return BadValue.Report.NONE;
    }

    /** A change of a stream's row, after whoever has it locked. */
    private void write(Lease lease, StreamId stream, Consumer<TaskRecord.StreamRow> change) {
        session.run(PortCall.LEDGER_READ, () -> store.waitFor(lease.task(), stream));
        write(lease, task -> change.accept(task.stream(stream)));
    }

    private void write(Lease lease, Consumer<TaskRecord> change) {
        session.commit(PortCall.LEDGER_WRITE, () -> {
            StoreTransaction transaction = session.begin(lease);
            transaction.onCommit(() -> change.accept(store.task(lease.task())));
            return transaction;
        });
    }
}
