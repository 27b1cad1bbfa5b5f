package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.port.ChangeStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Sends a history from a position on, with pauses and idle positions in between, and checks what is confirmed to it (I1). */
final class HistoryStream implements ChangeStream {

    private final ArrayDeque<ChangeEvent> events = new ArrayDeque<>();
    private final Random random;
    private final ModelDestination destination;
    private long delivered;

    HistoryStream(ModelHistory history, long from, Random random, ModelDestination destination) {
        this.random = random;
        this.destination = destination;
        this.delivered = from;
        for (ModelHistory.Transaction transaction : history.transactions()) {
            if (transaction.end() > from) {
                send(transaction);
            }
        }
        events.add(new ChangeEvent.Idle(new TestPosition(history.end() + ModelHistory.STEP)));
    }

    private void send(ModelHistory.Transaction transaction) {
        long before = transaction.end() - 1 - random.nextInt(9);
        if (before > delivered && before < transaction.containedFrom() && random.nextInt(3) == 0) {
            events.add(new ChangeEvent.Idle(new TestPosition(before)));
        }
        events.add(new ChangeEvent.Begin(
                "t" + transaction.end(), new TestPosition(transaction.containedFrom()), ModelHistory.COMMITTED));
        events.addAll(transaction.events());
        events.add(new ChangeEvent.Commit(new TestPosition(transaction.end()), ModelHistory.COMMITTED));
    }

    boolean isAtEnd() {
        return events.isEmpty();
    }

    /** Everything that was sent is in the source by now. */
    long delivered() {
        return delivered;
    }

    @Override
    public @Nullable ChangeEvent poll(Duration wait) {
        if (events.isEmpty() || random.nextInt(10) == 0) {
            return null;
        }
        ChangeEvent event = events.remove();
        if (event instanceof ChangeEvent.Begin(String name, Position from, var at)) {
            delivered = ((TestPosition) from).at();
        } else if (event instanceof ChangeEvent.Commit(Position position, var at)) {
            delivered = ((TestPosition) position).at();
        }
        return event;
    }

    @Override
    public void keepAlive() {}

    @Override
    public void confirm(Position position) {
        assertThat(destination.durable())
                .as("I1: the destination durably holds what is confirmed")
                .isGreaterThanOrEqualTo(((TestPosition) position).at());
    }

    @Override
    public void close() {}
}
