package io.syncline.testkit.memory.source;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.testkit.memory.table.Cells;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The database of a {@link MemorySource}: it outlives every process. Tables belong to streams, and each stream has a log of its own, with positions that say nothing
 * about other streams. For one thread.
 */
public final class MemoryServer {

    /**
     * How the server behaves.
     *
     * @param order of the logs' positions
     * @param physicalChunks whether snapshots plan chunks by place rather than by key, where those need not be durable
     * @param everything whether a stream also sends tables that the task did not choose
     * @param silentWhenEmpty whether a transaction of which nothing is sent is left out altogether
     * @param pageRows how many rows a page of a chunk has
     */
    public record Traits(
            LogOrder order, boolean physicalChunks, boolean everything, boolean silentWhenEmpty, int pageRows) {}

    private final String database;
    private final Traits traits;
    private final Map<TableId, TableDefinition> tables = new TreeMap<>();
    private final Map<StreamId, SourceLog> logs = new TreeMap<>();
    private final Map<String, Slot> slots = new HashMap<>();
    private BiConsumer<StreamId, Position> confirmations = (stream, position) -> {};
    private long places;
    private int snapshots;

    public MemoryServer(String database, Traits traits) {
        this.database = database;
        this.traits = traits;
    }

    public void create(TableDefinition table) {
        tables.put(table.id(), table);
        logs.computeIfAbsent(table.stream(), stream -> new SourceLog(stream, traits.order()))
                .add(table.id());
    }

    /** @param heard is told of every position that a task confirms */
    public void onConfirm(BiConsumer<StreamId, Position> heard) {
        confirmations = heard;
    }

    /** Begins a transaction on tables of one stream. */
    public SourceTransaction begin(StreamId stream) {
        return new SourceTransaction(this, log(stream));
    }

    /** The rows of a table after the last transaction. */
    public List<StoredRow> rows(TableId table) {
        return rowsOf(logOf(table).state(), table);
    }

    /** The rows of a table after exactly the transactions that end at or before a position of its stream. */
    public List<Cells> rowsAt(TableId table, Position position) {
        return rowsOf(logOf(table).stateAt(position), table).stream()
                .map(StoredRow::cells)
                .toList();
    }

    public Collection<TableDefinition> tables() {
        return tables.values();
    }

    public Set<StreamId> streams() {
        return logs.keySet();
    }

    /** Up to here a stream's log is written. */
    public Position end(StreamId stream) {
        return log(stream).end();
    }

    /** How many transactions each stream has had, summed. */
    public int transactions() {
        return logs.values().stream().mapToInt(log -> log.transactions().size()).sum();
    }

    /** What a task has confirmed; empty when nothing is kept for it. */
    public Optional<Positions> confirmed(String task) {
        return Optional.ofNullable(slots.get(task)).map(Slot::confirmed);
    }

    /** The tasks for which logs are kept. */
    public Set<String> slots() {
        return Set.copyOf(slots.keySet());
    }

    String database() {
        return database;
    }

    Traits traits() {
        return traits;
    }

    SourceIdentity identity() {
        return new SourceIdentity("memory-" + database, "1");
    }

    TableDefinition definition(TableId table) {
        TableDefinition definition = tables.get(table);
        if (definition == null) {
            throw new IllegalArgumentException("no table " + table);
        }
        return definition;
    }

    Optional<TableDefinition> find(TableId table) {
        return Optional.ofNullable(tables.get(table));
    }

    SourceLog log(StreamId stream) {
        SourceLog log = logs.get(stream);
        if (log == null) {
            throw new IllegalArgumentException("no stream " + stream);
        }
        return log;
    }

    private SourceLog logOf(TableId table) {
        return log(definition(table).stream());
    }

    private static List<StoredRow> rowsOf(Map<TableId, List<StoredRow>> state, TableId table) {
        return state.getOrDefault(table, List.of());
    }

    long nextPlace() {
        return ++places;
    }

    int nextSnapshot() {
        return ++snapshots;
    }

    /** All rows of all tables at this moment. */
    Map<TableId, List<StoredRow>> view() {
        Map<TableId, List<StoredRow>> view = new HashMap<>();
        logs.values().forEach(log -> view.putAll(log.state()));
        return view;
    }

    /** The ends of all logs at this moment. */
    Positions ends() {
        Positions ends = Positions.NONE;
        for (Map.Entry<StreamId, SourceLog> log : logs.entrySet()) {
            ends = ends.with(log.getKey(), log.getValue().end());
        }
        return ends;
    }

    void move() {
        logs.values().forEach(SourceLog::move);
    }

    @Nullable
    Slot slot(String task) {
        return slots.get(task);
    }

    void createSlot(String task, Set<TableId> published) {
        dropSlot(task);
        slots.put(task, new Slot(published, ends()));
    }

    void dropSlot(String task) {
        Slot slot = slots.remove(task);
        if (slot != null) {
            slot.endAll();
        }
    }

    void confirmed(Slot slot, StreamId stream, Position position) {
        slot.confirm(stream, position);
        confirmations.accept(stream, position);
    }
}
