package io.syncline.engine.route;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.Source;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The source's tables as they are where the task stands in the log. The catalog may be past alterations that the log is going to tell of (T31); for tables that the
 * task carries, the ledger knows better, their names too: a table that the source has renamed since is not another one.
 */
public final class RecordedCatalog implements CatalogReader {

    private final CatalogReader now;
    private final Map<TableId, TableSchema> recorded = new LinkedHashMap<>();
    private final Map<Long, TableSchema> byVersion = new HashMap<>();

    /**
     * The tables where the task stands. When the log does not tell what becomes of them, those of a synchronized task that are to be loaded anew are where the ledger has them, the
     * others as they are now.
     */
    public static CatalogReader of(Source source, TaskMemory memory) {
        CatalogReader now = source.catalog();
        if (memory.streams().isEmpty()) {
            return now;
        }
        if (source.changeLog(memory.task().task()).tellsAlterations()) {
            return new RecordedCatalog(now, memory.tables());
        }
        boolean isSynchronized = memory.streams().stream().allMatch(stream -> stream.synchronizedFrom() != null);
        List<TableEntry> outdated = isSynchronized
                ? memory.tables().stream()
                        .filter(table -> table.status() != LoadStatus.KEYED)
                        .toList()
                : List.of();
        return outdated.isEmpty() ? now : new RecordedCatalog(now, outdated);
    }

    /** @param carried the task's tables; what an older program recorded in words is looked up as it is now */
    public RecordedCatalog(CatalogReader now, Collection<TableEntry> carried) {
        this.now = now;
        carried.forEach(entry -> PlannedShape.read(entry).ifPresent(shape -> {
            recorded.put(entry.source(), shape);
            byVersion.put(shape.version(), shape);
        }));
    }

    @Override
    public List<TableInfo> tables(Predicate<TableId> wanted) {
        Map<TableId, TableInfo> infos = new TreeMap<>();
        recorded.forEach((table, shape) -> {
            if (wanted.test(table)) {
                infos.put(table, new TableInfo(shape, -1, 0, false));
            }
        });
        for (TableInfo info : now.tables(wanted)) {
            TableSchema known = byVersion.get(info.schema().version());
            if (known == null) {
                infos.putIfAbsent(info.schema().table(), info);
            } else if (wanted.test(known.table())) {
                infos.put(known.table(), new TableInfo(known, info.estimatedRows(), info.bytes(), info.partitioned()));
            }
        }
        return List.copyOf(infos.values());
    }

    @Override
    public Optional<TableSchema> table(TableId table) {
        TableSchema known = recorded.get(table);
        return known == null ? now.table(table) : Optional.of(known);
    }
}
