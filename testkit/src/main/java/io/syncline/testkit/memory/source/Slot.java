package io.syncline.testkit.memory.source;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the server keeps for one task: the logs from where it has confirmed. What lies before is gone for it. */
final class Slot {

    private final Set<TableId> tables;
    private final Map<StreamId, Position> confirmed;
    private final Map<StreamId, MemoryChangeStream> holders = new HashMap<>();

    Slot(Set<TableId> tables, Positions start) {
        this.tables = new HashSet<>(tables);
        this.confirmed = new HashMap<>(start.byStream());
    }

    void publish(Collection<TableId> more) {
        tables.addAll(more);
    }

    boolean publishes(TableId table) {
        return tables.contains(table);
    }

    Positions confirmed() {
        return new Positions(confirmed);
    }

    void confirm(StreamId stream, Position position) {
        confirmed.merge(stream, position, Position::merge);
    }

    /** Whoever held the stream loses it. */
    void hold(StreamId stream, MemoryChangeStream holder) {
        end(stream);
        holders.put(stream, holder);
    }

    void release(StreamId stream, MemoryChangeStream holder) {
        holders.remove(stream, holder);
    }

    void endAll() {
        Set.copyOf(holders.keySet()).forEach(this::end);
    }

    private void end(StreamId stream) {
        @Nullable MemoryChangeStream holder = holders.remove(stream);
        if (holder != null) {
            holder.end();
        }
    }
}
