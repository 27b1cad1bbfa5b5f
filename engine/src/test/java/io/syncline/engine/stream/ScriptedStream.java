package io.syncline.engine.stream;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.port.ChangeStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends what a test puts in, and notes what it was told. */
final class ScriptedStream implements ChangeStream {

    final Deque<ChangeEvent> events = new ArrayDeque<>();
    final List<Position> confirmed = new ArrayList<>();
    int polls;
    int keptAlive;
    boolean closed;

    @Nullable
    RuntimeException failure;

    /** When every transaction was committed at the source: a moment ago, as tests set their clocks. */
    static final Instant COMMITTED = Instant.EPOCH.plusSeconds(1_000);

    ScriptedStream transaction(long end, ChangeEvent... changes) {
        events.add(new ChangeEvent.Begin("t" + end, new TestPosition(end - 3), COMMITTED));
        Collections.addAll(events, changes);
        events.add(new ChangeEvent.Commit(new TestPosition(end), COMMITTED));
        return this;
    }

    static ChangeEvent insert(ModelTable table, int id) {
        return new ChangeEvent.Insert(table.route().source(), RowBuilder.of(Integer.toString(id), "a", "d"));
    }

    static ChangeEvent delete(ModelTable table, int id) {
        Row key = new RowBuilder(3)
                .value(Integer.toString(id))
                .state(Row.ABSENT)
                .state(Row.ABSENT)
                .build();
        return new ChangeEvent.Delete(table.route().source(), key);
    }

    @Override
    public @Nullable ChangeEvent poll(Duration wait) {
        polls++;
        if (failure != null && events.isEmpty()) {
            throw failure;
        }
        return events.poll();
    }

    @Override
    public void keepAlive() {
        keptAlive++;
    }

    @Override
    public void confirm(Position position) {
        confirmed.add(position);
    }

    @Override
    public void close() {
        closed = true;
    }
}
