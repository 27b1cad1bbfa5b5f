package io.syncline.engine.run;

import java.util.function.BooleanSupplier;

/** Work that consists of waiting for a condition that other stages bring about. */
public final class Until implements Stage {

    private final String name;
    private final BooleanSupplier condition;

    public Until(String name, BooleanSupplier condition) {
        this.name = name;
        this.condition = condition;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Progress poll() {
        return condition.getAsBoolean() ? Progress.DONE : Progress.WAITING;
    }

    @Override
    public void close() {}
}
