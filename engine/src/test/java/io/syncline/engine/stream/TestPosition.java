package io.syncline.engine.stream;

import io.syncline.api.model.Position;

/** A position on a line of numbers. */
record TestPosition(long at) implements Position {

    @Override
    public boolean reached(Position target) {
        return at >= ((TestPosition) target).at;
    }

    @Override
    public Position merge(Position other) {
        return at >= ((TestPosition) other).at ? this : other;
    }

    @Override
    public String text() {
        return Long.toString(at);
    }
}
