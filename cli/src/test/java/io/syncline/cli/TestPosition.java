package io.syncline.cli;

import io.syncline.api.model.Position;

/** A place in a log of numbers. */
record TestPosition(long number) implements Position {
    @Override
    public boolean reached(Position target) {
        return target instanceof TestPosition at && number >= at.number;
    }

    @Override
    public Position merge(Position other) {
        return reached(other) ? this : other;
    }

    @Override
    public String text() {
        return Long.toString(number);
    }
}
