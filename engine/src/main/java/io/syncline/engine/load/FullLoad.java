package io.syncline.engine.load;

import io.syncline.api.apply.BadValue;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.task.BadValues;
import io.syncline.engine.route.PlannedShape;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.Stage;
import io.syncline.engine.throttle.Pace;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The full stage: decides per table what is left to copy, plans it, and makes the workers.
 *
 * <p>A plan of physical chunks lives and dies with its snapshot (T4): found in the ledger under another snapshot, its table is emptied of our rows and planned anew
 * by key. A plan by key goes on under any snapshot; its chunks then stand at different positions, and the stream catches up to the highest (T5). A table without a
 * key is one chunk under an exact snapshot (T26). Without a stream that evens out differences every table must be read under one snapshot: it starts anew with
 * another.
 */
public final class FullLoad {

    private final Ledger ledger;
    private final Lease lease;
    private final Destination.Writers writers;
    private final LoadScale scale;
    private final Pace pace;
    private final LoadRules rules;
    private final CrashMarks marks;

    public FullLoad(
            Ledger ledger,
            Lease lease,
            Destination.Writers writers,
            LoadScale scale,
            Pace pace,
            LoadRules rules,
            CrashMarks marks) {
        this.ledger = ledger;
        this.lease = lease;
        this.writers = writers;
        this.scale = scale;
        this.rules = rules;
        this.pace = pace;
        this.marks = marks;
    }

    /** True when a snapshot is needed: some table's rows are not all there. */
    public static boolean isNeeded(List<TableRoute> routes, List<TableEntry> known) {
        Map<TableId, TableEntry> entries = byTable(known);
        return routes.stream()
                .anyMatch(route -> !isLoaded(entries.get(route.source().table())));
    }

    /** True when that snapshot must be exact: a table without a key is among them. */
    public static boolean needsExactness(List<TableRoute> routes, List<TableEntry> known) {
        Map<TableId, TableEntry> entries = byTable(known);
        return routes.stream()
                .anyMatch(route -> !route.source().key().exists()
                        && !isLoaded(entries.get(route.source().table())));
    }

    /**
     * Plans what is left and makes the workers.
     *
     * @param snapshot which the workers read under
     * @param first true when the snapshot stands at the streams' start: no table has other positions then
     * @param keys per destination table the objects of {@link SchemaObject.Phase#KEYS}
     */
    public List<Stage> stages(
            List<RoutePlan.Planned> tables,
            List<TableEntry> known,
            Snapshot snapshot,
            boolean first,
            Map<TableId, List<SchemaObject>> keys,
            LoadCounters counters) {
        LoadBoard board = new LoadBoard();
        Map<TableId, TableEntry> entries = byTable(known);
        try (Loader loader = writers.loader(rules.former())) {
            for (RoutePlan.Planned planned : inGoodOrder(tables, entries)) {
                TableRoute route = planned.route();
                TableEntry entry = entries.get(route.source().table());
                List<SchemaObject> keysOfTable =
                        keys.getOrDefault(route.destination().table(), List.of());
                if (entry != null && entry.status() == LoadStatus.KEYED) {
                    continue;
                }
                board.add(
                        route,
                        isLoaded(entry) ? List.of() : remaining(route, entry, snapshot, first, loader),
                        keysOfTable);
            }
        }
        Map<TableId, BadValues> badValues = new HashMap<>();
        tables.forEach(planned -> badValues.put(
                planned.route().source().table(),
                BadValue.policy(rules.badValues(), planned.route(), planned.operations())));
        LoadEnds ends = new LoadEnds(snapshot, writers, ledger, lease, rules, badValues);
        return IntStream.rangeClosed(1, scale.workers())
                .<Stage>mapToObj(n -> new LoadWorker("load " + n, board, ends, counters, pace, marks, scale.workers()))
                .toList();
    }

    /**
     * The highest positions at which any chunk was read: up to here the stream catches up (H of T5). Tables under an exact snapshot of their own count too: they are
     * ahead of the others until the stream is there, so that foreign keys between them could not be made yet.
     */
    public static Positions readUpTo(List<TableEntry> known) {
        Positions highest = Positions.NONE;
        for (TableEntry table : known) {
            for (ChunkEntry chunk : table.chunks()) {
                Ledger.ChunkDone done = chunk.done();
                if (done != null) {
                    highest = highest.merge(done.readAt());
                }
            }
        }
        return highest;
    }

    private List<Chunk> remaining(
            TableRoute route, @Nullable TableEntry entry, Snapshot snapshot, boolean first, Loader loader) {
        List<ChunkEntry> planned = entry == null ? List.of() : entry.chunks();
        boolean again = !planned.isEmpty();
        if (entry != null && again && entry.snapshot() == null) {
            return planned.stream()
                    .filter(chunk -> chunk.done() == null)
                    .map(ChunkEntry::chunk)
                    .toList();
        }
        if (rules.keepsRows() && planned.stream().anyMatch(chunk -> chunk.done() != null)) {
            return List.of();
        }
        if (again && !rules.keepsRows()) {
            loader.restart(route);
        }
        boolean keyless = !route.source().key().exists();
        boolean positioned = !snapshot.positions().byStream().isEmpty();
        boolean durable = again && positioned;
        List<Chunk> chunks = snapshot.plan(route.source(), chunkBytes(durable), durable);
        if (chunks.isEmpty()) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the plan of " + route.source().table() + " has no chunk: rows that arrive meanwhile would be lost",
                    "Report this.");
        }
        boolean physical = chunks.stream().anyMatch(chunk -> chunk.range() instanceof Chunk.PhysicalRange);
        // A large table in one piece is not tried in one piece again: after a crash it is cut.
        boolean coarse = !durable && scale.chunkBytes() > scale.durableChunkBytes();
        boolean tied = physical || keyless || !positioned || coarse || rules.inOneView();
        ledger.plan(
                lease,
                new TableEntry(
                        route.source().table(),
                        route.destination().table(),
                        route.source().version(),
                        PlannedShape.of(route),
                        LoadStatus.PLANNED,
                        tied ? snapshot.id() : null,
                        (keyless || rules.exact()) && positioned && !first ? snapshot.positions() : null,
                        chunks.stream()
                                .map(chunk -> new ChunkEntry(chunk, null))
                                .toList()));
        return chunks;
    }

    private long chunkBytes(boolean durable) {
        if (rules.keepsRows()) {
            return Long.MAX_VALUE;
        }
        return durable ? scale.durableChunkBytes() : scale.chunkBytes();
    }

    /** Empties tables of rows that others have put there, each once. */
    public void clear(List<TableRoute> routes) {
        try (Loader loader = writers.loader()) {
            for (TableRoute route : routes) {
                if (loader.clear(route)) {
                    marks.reach(CrashMarks.Mark.TABLE_CLEARED);
                }
            }
        }
    }

    /** Tables that only lack their keys first, since that keeps a worker busy beside the copies; then the largest, so that no large one is left for the end. */
    private static List<RoutePlan.Planned> inGoodOrder(
            List<RoutePlan.Planned> tables, Map<TableId, TableEntry> entries) {
        Comparator<RoutePlan.Planned> byWork = Comparator.comparing(
                planned -> !isLoaded(entries.get(planned.route().source().table())));
        return tables.stream()
                .sorted(byWork.thenComparing(planned -> planned.info().bytes(), Comparator.reverseOrder()))
                .toList();
    }

    private static boolean isLoaded(@Nullable TableEntry entry) {
        return entry != null && entry.status() != LoadStatus.PLANNED;
    }

    private static Map<TableId, TableEntry> byTable(List<TableEntry> known) {
        Map<TableId, TableEntry> entries = new HashMap<>();
        known.forEach(entry -> entries.put(entry.source(), entry));
        return entries;
    }
}
