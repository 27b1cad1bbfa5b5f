package io.syncline.testkit.memory.source;

import io.syncline.api.model.Position;

/** A place in a log whose ticks are counted; not every tick is a transaction's. Text: {@code t42}. */
public record Counter(long ticks) implements Position {

    static Counter parse(String text) {
        if (!text.startsWith("t")) {
            throw new IllegalArgumentException("not a counter: " + text);
        }
        return new Counter(Long.parseLong(text.substring(1)));
    }

    @Override
    public boolean reached(Position target) {
        return ticks >= ((Counter) target).ticks;
    }

    @Override
    public Position merge(Position other) {
        return reached(other) ? this : other;
    }

    @Override
    public String text() {
        return "t" + ticks;
    }
}
