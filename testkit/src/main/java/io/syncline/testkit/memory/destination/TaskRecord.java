package io.syncline.testkit.memory.destination;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.Edit;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.NotMade;
import io.syncline.api.port.Ledger.PositionReader;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.SuspendedEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.schema.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A task's rows in the ledger, positions as texts. */
final class TaskRecord {

    /** A stream's row. */
    static final class StreamRow {
        String position;
        /** What of it outlives a crash of the store. */
        String durable;

        @Nullable
        String catchUpTo;

        @Nullable
        String synchronizedFrom;

        StreamRow(String position) {
            this.position = position;
            this.durable = position;
        }
    }

    private record TableRow(TableEntry entry, @Nullable StoredPositions exactFrom, List<ChunkRow> chunks) {}

    private record ChunkRow(
            Chunk chunk, long rows, long bytes, @Nullable StoredPositions readAt) {}

    final TaskIdentity task;
    final String sourceAddress;
    private String accepted;
    private final Map<TableId, String> words = new TreeMap<>();

    @Nullable
    SourceIdentity identity;

    String state = "";
    String detail = "";
    String owner = "";
    long epoch;

    @Nullable
    Instant seen;

    final Map<StreamId, StreamRow> streams = new TreeMap<>();
    final Set<RefetchEntry> refetches = new LinkedHashSet<>();
    final List<ObjectRef> made = new ArrayList<>();
    List<NotMade> notMade = List.of();
    final List<CommandLog.Command> commands = new ArrayList<>();
    final Map<Long, CommandLog.Answer> answers = new TreeMap<>();
    private final Map<TableId, TableRow> tables = new TreeMap<>();
    private final Map<TableId, SuspendedRow> suspended = new TreeMap<>();
    private final Map<TableId, Instant> refreshed = new TreeMap<>();

    TaskRecord(TaskIdentity task, String sourceAddress, String accepted) {
        this.task = task;
        this.sourceAddress = sourceAddress;
        this.accepted = accepted;
    }

    TaskEntry entry(Instant now) {
        Duration silence = seen == null ? null : Duration.between(seen, now);
        return new TaskEntry(task, sourceAddress, identity, state, detail, owner, epoch, seen, silence, accepted);
    }

    TaskMemory memory(Instant now, PositionReader positions) {
        List<StreamEntry> streamEntries = streams.entrySet().stream()
                .map(entry -> new StreamEntry(
                        entry.getKey(),
                        positions.position(entry.getValue().position),
                        read(entry.getValue().catchUpTo, positions),
                        read(entry.getValue().synchronizedFrom, positions)))
                .toList();
        List<TableEntry> tableEntries =
                tables.values().stream().map(row -> read(row, positions)).toList();
        Map<Boolean, List<StreamEntry>> byJoining = streamEntries.stream()
                .collect(Collectors.partitioningBy(stream -> stream.stream().isJoining()));
        return new TaskMemory(
                entry(now),
                byJoining.getOrDefault(false, List.of()),
                tableEntries,
                List.copyOf(refetches),
                suspended(positions),
                byJoining.getOrDefault(true, List.of()));
    }

    private static @Nullable Position read(@Nullable String text, PositionReader positions) {
        return text == null ? null : positions.position(text);
    }

    private static TableEntry read(TableRow row, PositionReader positions) {
        TableEntry entry = row.entry();
        List<ChunkEntry> chunks = row.chunks().stream()
                .map(chunk -> {
                    Positions readAt = StoredPositions.read(chunk.readAt(), positions);
                    return new ChunkEntry(
                            chunk.chunk(), readAt == null ? null : new ChunkDone(chunk.rows(), chunk.bytes(), readAt));
                })
                .toList();
        return new TableEntry(
                entry.source(),
                entry.destination(),
                entry.sourceVersion(),
                entry.sourceShape(),
                entry.status(),
                entry.snapshot(),
                StoredPositions.read(row.exactFrom(), positions),
                chunks);
    }

    StreamRow stream(StreamId stream) {
        StreamRow row = streams.get(stream);
        if (row == null) {
            throw new IllegalStateException("the ledger has no stream " + stream);
        }
        return row;
    }

    void start(SourceIdentity source, Positions start) {
        if (tables.values().stream().flatMap(row -> row.chunks().stream()).anyMatch(chunk -> chunk.readAt() != null)) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN, "streams start anew behind chunks that are done", "Report this.");
        }
        identity = source;
        streams.clear();
        start.byStream().forEach((stream, position) -> streams.put(stream, new StreamRow(position.text())));
    }

    void plan(TableEntry table) {
        TableRow before = tables.get(table.source());
        if (before != null && before.chunks().stream().anyMatch(chunk -> chunk.readAt() != null)) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN, "chunks of " + table.source() + " are done", "Report this.");
        }
        List<ChunkRow> chunks = table.chunks().stream()
                .map(chunk -> new ChunkRow(chunk.chunk(), 0, 0, null))
                .toList();
        tables.put(table.source(), new TableRow(table, StoredPositions.of(table.exactFrom()), chunks));
    }

    /** A table that is carried no further. */
    private record SuspendedRow(StoredPositions from, String cause, Instant at, Return returns) {}

    void suspend(TableId source, String cause, Instant at) {
        SortedMap<StreamId, String> from = new TreeMap<>();
        streams.forEach((stream, row) -> {
            if (!stream.isJoining()) {
                from.put(stream, row.position);
            }
        });
        suspended.putIfAbsent(source, new SuspendedRow(new StoredPositions(from), cause, at, Return.NOT_ASKED));
        returns(source, cause, Return.NOT_ASKED);
        refetches.removeIf(entry -> entry.source().equals(source));
    }

    void returns(TableId source, String cause, Return returns) {
        suspended.computeIfPresent(source, (table, row) -> new SuspendedRow(row.from(), cause, row.at(), returns));
    }

    Map<TableId, String> words() {
        return Map.copyOf(words);
    }

    void accept(String task, Map<TableId, String> tables) {
        accepted = task;
        words.putAll(tables);
    }

    void edit(Edit edit, Instant at) {
        accepted = edit.task();
        edit.returning().forEach(table -> suspend(table, edit.cause(), at, Return.ASKED));
        edit.leaving().forEach(table -> suspend(table, edit.cause(), at, Return.LEAVING));
    }

    private void suspend(TableId source, String cause, Instant at, Return returns) {
        suspend(source, cause, at);
        returns(source, cause, returns);
    }

    void left(Collection<TableId> sources) {
        for (TableId source : sources) {
            tables.remove(source);
            suspended.remove(source);
            words.remove(source);
            refreshed.remove(source);
            refetches.removeIf(entry -> entry.source().equals(source));
        }
    }

    void joining(List<TableEntry> joining, Positions start) {
        for (TableEntry table : joining) {
            tables.remove(table.source());
            plan(table);
            refreshed.remove(table.source());
            suspended.computeIfPresent(
                    table.source(),
                    (source, row) -> new SuspendedRow(row.from(), row.cause(), row.at(), Return.JOINING));
        }
        endJoining();
        start.byStream().forEach((stream, position) -> streams.put(stream.joining(), new StreamRow(position.text())));
    }

    void joined(Positions exactFrom) {
        suspended.forEach((source, row) -> {
            if (row.returns() == Return.JOINING) {
                TableRow table = table(source);
                tables.put(source, new TableRow(table.entry(), StoredPositions.of(exactFrom), table.chunks()));
            }
        });
        suspended.values().removeIf(row -> row.returns() == Return.JOINING);
        endJoining();
    }

    void carriedAgain(TableId source) {
        suspended.remove(source);
    }

    /** All chunks are there; notes the moment whose rows they are, unless they were there before. */
    void loaded(TableId source, @Nullable Instant readAt) {
        if (readAt != null && table(source).entry().status() == LoadStatus.PLANNED) {
            refreshed.put(source, readAt);
        }
        status(source, LoadStatus.LOADED);
    }

    Map<TableId, Instant> refreshed() {
        return Map.copyOf(refreshed);
    }

    void endJoining() {
        streams.keySet().removeIf(StreamId::isJoining);
    }

    private List<SuspendedEntry> suspended(PositionReader positions) {
        return suspended.entrySet().stream()
                .map(entry -> {
                    Positions from = StoredPositions.read(entry.getValue().from(), positions);
                    return new SuspendedEntry(
                            entry.getKey(),
                            from == null ? Positions.NONE : from,
                            entry.getValue().cause(),
                            entry.getValue().at(),
                            entry.getValue().returns());
                })
                .toList();
    }

    /** Forgets positions and all that is tied to them. */
    void stale() {
        streams.clear();
        refetches.clear();
        tables.replaceAll((source, row) -> {
            TableEntry entry = row.entry();
            return new TableRow(
                    new TableEntry(
                            source,
                            entry.destination(),
                            entry.sourceVersion(),
                            entry.sourceShape(),
                            LoadStatus.STALE,
                            null,
                            null,
                            List.of()),
                    null,
                    List.of());
        });
    }

    void status(TableId source, LoadStatus status) {
        TableRow row = table(source);
        TableEntry entry = row.entry();
        TableEntry changed = new TableEntry(
                source,
                entry.destination(),
                entry.sourceVersion(),
                entry.sourceShape(),
                status,
                entry.snapshot(),
                null,
                List.of());
        tables.put(source, new TableRow(changed, row.exactFrom(), row.chunks()));
    }

    /** Marks a chunk that must be waiting. */
    void done(Chunk chunk, ChunkDone done) {
        TableRow row = table(chunk.table());
        boolean waiting =
                row.chunks().stream().anyMatch(known -> known.chunk().equals(chunk) && known.readAt() == null);
        if (!waiting) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "chunk " + chunk.ordinal() + " of " + chunk.table() + " is not waiting in the plan",
                    "Report this.");
        }
        List<ChunkRow> chunks = row.chunks().stream()
                .map(known -> known.chunk().equals(chunk)
                        ? new ChunkRow(chunk, done.rows(), done.bytes(), StoredPositions.of(done.readAt()))
                        : known)
                .toList();
        tables.put(chunk.table(), new TableRow(row.entry(), row.exactFrom(), chunks));
    }

    /** Forgets a table's chunks and what is to be read again of it. */
    void restart(TableId source) {
        status(source, LoadStatus.PLANNED);
        TableRow row = table(source);
        tables.put(source, new TableRow(row.entry(), row.exactFrom(), List.of()));
        refetches.removeIf(entry -> entry.source().equals(source));
    }

    private TableRow table(TableId source) {
        TableRow row = tables.get(source);
        if (row == null) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN, "the ledger holds no plan of " + source, "Report this.");
        }
        return row;
    }

    @Override
    public String toString() {
        return task + " epoch " + epoch + " "
                + streams.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue().position)
                        .collect(Collectors.joining(" "));
    }
}
