package io.syncline.testkit.memory.source;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One ordered log: its transactions, and the state of its tables after each of them. */
final class SourceLog {

    record LoggedTransaction(Begin begin, List<ChangeEvent> changes, Commit commit) {}

    private final StreamId stream;
    private final LogOrder order;
    private final List<LoggedTransaction> transactions = new ArrayList<>();
    /** One more than transactions: the first is the state before all of them. */
    private final List<Map<TableId, List<StoredRow>>> states = new ArrayList<>();

    private Position end;

    SourceLog(StreamId stream, LogOrder order) {
        this.stream = stream;
        this.order = order;
        this.end = order.first();
        states.add(Map.of());
    }

    List<LoggedTransaction> transactions() {
        return transactions;
    }

    Position end() {
        return end;
    }

    Map<TableId, List<StoredRow>> state() {
        return states.getLast();
    }

    /** The state that is made of exactly the transactions that end at or before {@code position}. */
    Map<TableId, List<StoredRow>> stateAt(Position position) {
        int count = 0;
        while (count < transactions.size()
                && position.reached(transactions.get(count).commit().position())) {
            count++;
        }
        return states.get(count);
    }

    /** A table that is empty. */
    void add(TableId table) {
        Map<TableId, List<StoredRow>> state = new HashMap<>(state());
        state.put(table, List.of());
        states.set(states.size() - 1, Map.copyOf(state));
    }

    Position append(List<ChangeEvent> changes, Map<TableId, List<StoredRow>> written, Instant at) {
        LogOrder.Place place = order.next(end, transactions.size());
        Map<TableId, List<StoredRow>> state = new HashMap<>(state());
        state.putAll(written);
        transactions.add(new LoggedTransaction(
                new Begin(stream + "-" + (transactions.size() + 1), place.containedFrom(), at),
                List.copyOf(changes),
                new Commit(place.end(), at)));
        states.add(Map.copyOf(state));
        end = place.end();
        return end;
    }

    void move() {
        end = order.move(end);
    }
}
