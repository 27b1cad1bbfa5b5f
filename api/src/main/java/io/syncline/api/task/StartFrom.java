package io.syncline.api.task;

import java.time.Instant;

/** From where on a task applies the source's changes that does not copy its rows itself. */
public sealed interface StartFrom {

    /** From where the log is first kept for the task. */
    record Now() implements StartFrom {}

    /** The same, once the rows that differ at both ends are made the source's. */
    record Compared() implements StartFrom {}

    /** From where the log begins that was kept before the task. */
    record Kept() implements StartFrom {}

    /**
     * From a place in that log on: every transaction that commits at or behind it.
     *
     * @param position in the source's own writing
     */
    record At(String position) implements StartFrom {}

    /** From a moment on: the first transaction of that log that was committed then or later, by the source's clock, and every one behind it. */
    record Since(Instant time) implements StartFrom {}

    /** Whether it needs a log that was kept before the task. */
    default boolean needsKeptLog() {
        return switch (this) {
            case Now _, Compared _ -> false;
            case Kept _, At _, Since _ -> true;
        };
    }
}
