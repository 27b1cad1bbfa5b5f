package io.syncline.testkit.memory.source;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.testkit.memory.table.Cells;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A transaction of an application at the source: its changes are seen and logged when it commits. Writes of one transaction touch tables of one stream. */
public final class SourceTransaction {

    private final MemoryServer server;
    private final SourceLog log;
    private final Map<TableId, List<StoredRow>> written = new HashMap<>();
    private final List<ChangeEvent> changes = new ArrayList<>();

    SourceTransaction(MemoryServer server, SourceLog log) {
        this.server = server;
        this.log = log;
    }

    /** The rows as this transaction sees them. */
    public List<StoredRow> rows(TableId table) {
        return List.copyOf(own(table));
    }

    /** True when no row but {@code but} has an equal value under any unique constraint. */
    public boolean isFree(TableId table, Cells cells, @Nullable StoredRow but) {
        TableDefinition definition = server.definition(table);
        for (List<Integer> constraint : definition.constraints()) {
            List<String> key = cells.key(definition.schema().columns(), constraint);
            boolean taken = key != null
                    && own(table).stream()
                            .filter(row -> !row.equals(but))
                            .anyMatch(row -> key.equals(
                                    row.cells().key(definition.schema().columns(), constraint)));
            if (taken) {
                return false;
            }
        }
        return true;
    }

    public void insert(TableId table, Cells cells) {
        requireFree(table, cells, null);
        own(table).add(new StoredRow(server.nextPlace(), cells));
        changes.add(new ChangeEvent.Insert(schema(table), cells.row()));
    }

    /** @return the new version */
    public StoredRow update(TableId table, StoredRow before, Cells after) {
        requireFree(table, after, before);
        StoredRow version = new StoredRow(server.nextPlace(), after);
        remove(table, before);
        own(table).add(version);
        TableDefinition definition = server.definition(table);
        Row old = definition.fullImages() ? before.cells().row() : changedKey(definition, before.cells(), after);
        changes.add(new ChangeEvent.Update(
                definition.schema(), old, after.without(definition.unchanged(before.cells(), after))));
        return version;
    }

    public void delete(TableId table, StoredRow row) {
        remove(table, row);
        TableDefinition definition = server.definition(table);
        Row old = definition.fullImages()
                ? row.cells().row()
                : row.cells().only(definition.schema().key().columns());
        changes.add(new ChangeEvent.Delete(definition.schema(), old));
    }

    public void truncate(List<TableId> tables) {
        tables.forEach(table -> own(table).clear());
        changes.add(new ChangeEvent.Truncate(tables.stream().map(this::schema).toList(), false, false));
    }

    /** @return the transaction's end */
    public Position commit(Instant at) {
        Map<TableId, List<StoredRow>> state = new HashMap<>();
        written.forEach((table, rows) -> state.put(table, List.copyOf(rows)));
        return log.append(changes, state, at);
    }

    private static @Nullable Row changedKey(TableDefinition definition, Cells before, Cells after) {
        List<Integer> key = definition.schema().key().columns();
        boolean same = key.stream()
                .allMatch(column -> String.valueOf(before.get(column)).equals(String.valueOf(after.get(column))));
        return same ? null : before.only(key);
    }

    private List<StoredRow> own(TableId table) {
        return written.computeIfAbsent(table, id -> new ArrayList<>(log.state().getOrDefault(id, List.of())));
    }

    private void remove(TableId table, StoredRow row) {
        if (!own(table).remove(row)) {
            throw new IllegalArgumentException("no such row in " + table);
        }
    }

    private void requireFree(TableId table, Cells cells, @Nullable StoredRow but) {
        if (!isFree(table, cells, but)) {
            throw new IllegalArgumentException("a unique value of " + table + " is taken");
        }
    }

    private TableSchema schema(TableId table) {
        return server.definition(table).schema();
    }
}
