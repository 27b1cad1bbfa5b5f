package io.syncline.testkit.memory.destination;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Upkeep;
import io.syncline.api.port.Upkeep.DeadRows;
import io.syncline.testkit.memory.table.Cells;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The database of a {@link MemoryDestination}: it outlives every process. For one thread. */
public final class MemoryStore {

    private final InstantSource clock;
    private final BooleanSupplier decision;
    private final boolean endsIdleSessions;
    private final Map<TableId, StoreTable> tables = new TreeMap<>();
    private final Map<String, TaskRecord> tasks = new TreeMap<>();
    private final List<StoreTransaction> open = new ArrayList<>();
    /** By session, whose it is: the task's id with what the session is for. */
    private final Map<MemoryDestination, String> sessions = new HashMap<>();

    private final Map<TableId, DeadRows> deadRows = new TreeMap<>();

    private Consumer<Lease> commits = lease -> {};
    private BooleanSupplier others = () -> false;
    private boolean installed;
    private long identities;

    /**
     * @param decision what becomes of an undecided commit: true commits
     * @param endsIdleSessions whether a takeover also ends sessions that have no transaction open; where it does not, they meet the newer epoch (I7)
     */
    public MemoryStore(InstantSource clock, BooleanSupplier decision, boolean endsIdleSessions) {
        this.clock = clock;
        this.decision = decision;
        this.endsIdleSessions = endsIdleSessions;
    }

    /** @param heard is told of every committed transaction, with the lease under which it wrote */
    public void onCommit(Consumer<Lease> heard) {
        commits = heard;
    }

    /** @param acting lets somebody else act while a statement waits for a lock; false when nobody can */
    public void onWait(BooleanSupplier acting) {
        others = acting;
    }

    /** Lets rows be dead, which nothing takes away but {@link #vacuum}: from the first ones on somebody has to look after this store. */
    public void deadRows(TableId table, long dead, long live) {
        deadRows.put(table, new DeadRows(table, dead, live, "clean " + table));
    }

    public void vacuum(TableId table) {
        deadRows.put(table, new DeadRows(table, 0, rows(table).size(), "clean " + table));
    }

    Optional<Upkeep> upkeep() {
        return deadRows.isEmpty()
                ? Optional.empty()
                : Optional.of(asked -> deadRows.values().stream()
                        .filter(rows -> rows.dead() > 0 && asked.contains(rows.table()))
                        .toList());
    }

    public Set<TableId> tables() {
        return Set.copyOf(tables.keySet());
    }

    /** The committed rows of a table. */
    public List<Cells> rows(TableId table) {
        return List.copyOf(table(table).rows().values());
    }

    /** The ids of the tasks in the ledger. */
    public Set<String> tasks() {
        return Set.copyOf(tasks.keySet());
    }

    /** What the ledger holds of a task. */
    public TaskMemory memory(String task, PositionReader positions) {
        return task(task).memory(now(), positions);
    }

    /** Writes a command to a task's run down, as another process would, and gives its number. */
    public long ask(String task, CommandLog.Verb verb, List<String> arguments, String askedBy) {
        List<CommandLog.Command> commands = task(task).commands;
        long number = commands.size() + 1L;
        commands.add(new CommandLog.Command(number, verb, arguments, askedBy, now()));
        return number;
    }

    /** What a task's run answered. */
    public Optional<CommandLog.Answer> answer(String task, long number) {
        return Optional.ofNullable(task(task).answers.get(number));
    }

    /** What of a stream's position outlives a crash of this store; empty when the task or the stream is not known. */
    public Optional<Position> durable(String task, StreamId stream, PositionReader positions) {
        return Optional.ofNullable(tasks.get(task))
                .map(record -> record.streams.get(stream))
                .map(row -> positions.position(row.durable));
    }

    /** A commit that waited for the disk: everything that was committed before it is there too. */
    void settle() {
        tasks.values().forEach(task -> task.streams.values().forEach(row -> row.durable = row.position));
    }

    /** Lets the server decide about one commit whose client went away; false when there is none. */
    public boolean decideOne() {
        for (StoreTransaction transaction : List.copyOf(open)) {
            if (transaction.isUndecided()) {
                decide(transaction);
                return true;
            }
        }
        return false;
    }

    private void decide(StoreTransaction transaction) {
        if (decision.getAsBoolean()) {
            transaction.commit();
        } else {
            transaction.rollBack();
        }
    }

    Instant now() {
        return clock.instant();
    }

    boolean isInstalled() {
        return installed;
    }

    void install() {
        installed = true;
    }

    void uninstallWhenEmpty() {
        installed = !tasks.isEmpty();
    }

    Map<String, TaskRecord> records() {
        return tasks;
    }

    TaskRecord task(String id) {
        TaskRecord task = tasks.get(id);
        if (task == null) {
            throw new SyncException(ErrorCode.TASK_UNKNOWN, "no task " + id, "Look at the ledger.");
        }
        return task;
    }

    StoreTable table(TableId id) {
        StoreTable table = tables.get(id);
        if (table == null) {
            throw new SyncException(ErrorCode.DESTINATION_SCHEMA, "no table " + id, "Make it.");
        }
        return table;
    }

    @Nullable
    StoreTable find(TableId id) {
        return tables.get(id);
    }

    List<StoreTable> all() {
        return List.copyOf(tables.values());
    }

    void create(StoreTable table) {
        tables.put(table.id(), table);
    }

    void drop(TableId table) {
        tables.remove(table);
    }

    long nextIdentity() {
        return ++identities;
    }

    /** Proves a lease (I7). */
    TaskRecord prove(Lease lease) {
        TaskRecord task = tasks.get(lease.task());
        if (task == null || task.epoch != lease.epoch()) {
            throw fenced(lease);
        }
        return task;
    }

    static SyncException fenced(Lease lease) {
        return new SyncException(
                ErrorCode.FENCED,
                "task " + lease.task() + " is not ours any more under epoch " + lease.epoch(),
                "Let the other process go on.");
    }

    /** Begins a transaction whose first statement proves the lease. */
    StoreTransaction begin(Lease lease) {
        prove(lease);
        StoreTransaction transaction = new StoreTransaction(this, lease);
        open.add(transaction);
        return transaction;
    }

    /** Locks a stream's row, after whoever has it has ended; a transaction that would wait for ever fails loudly. */
    void lock(StoreTransaction transaction, StreamId stream) {
        waitFor(transaction.lease().task(), stream);
        transaction.lock(stream);
    }

    /** Waits until nobody holds a stream's row. */
    void waitFor(String task, StreamId stream) {
        for (StoreTransaction other : List.copyOf(open)) {
            if (other.lease().task().equals(task) && other.holds(stream)) {
                if (other.isUndecided()) {
                    decide(other);
                }
                while (!other.isEnded()) {
                    if (!others.getAsBoolean()) {
                        throw new IllegalStateException("waits for ever for the row of stream " + stream);
                    }
                }
            }
        }
    }

    void ended(StoreTransaction transaction) {
        open.remove(transaction);
    }

    void committed(Lease lease) {
        commits.accept(lease);
    }

    void connected(MemoryDestination session, String application) {
        sessions.put(session, application);
    }

    void disconnected(MemoryDestination session) {
        sessions.remove(session);
    }

    /** Takes a task over: ends its former owner's transactions, then raises the epoch (T20). */
    Lease acquire(MemoryDestination by, String id, String owner, Duration silence) {
        TaskRecord task = task(id);
        if (task.seen != null && Duration.between(task.seen, now()).compareTo(silence) < 0) {
            throw new SyncException(
                    ErrorCode.TASK_RUNNING, "task " + id + " is run by " + task.owner, "Stop that process.");
        }
        for (StoreTransaction transaction : List.copyOf(open)) {
            if (transaction.lease().task().equals(id) && transaction.isUndecided()) {
                decide(transaction);
            }
        }
        for (MemoryDestination session : List.copyOf(sessions.keySet())) {
            String application = sessions.get(session);
            if (session != by
                    && application != null
                    && application.equals("syncline " + id)
                    && (endsIdleSessions || session.hasOpenTransaction())) {
                session.close();
            }
        }
        if (open.stream().anyMatch(transaction -> transaction.lease().task().equals(id))) {
            throw new IllegalStateException("a transaction of the former owner is still open");
        }
        task.epoch++;
        task.owner = owner;
        task.seen = now();
        settle();
        return new Lease(id, task.epoch);
    }
}
