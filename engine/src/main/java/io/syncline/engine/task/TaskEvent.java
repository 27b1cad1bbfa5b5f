package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.stream.StreamProgress;
import java.time.Duration;

/** What a run tells while it goes on. */
public sealed interface TaskEvent {

    /** @param detail what the state is about, or empty */
    record StateChanged(TaskState state, String detail) implements TaskEvent {}

    record PrecheckDone(PrecheckReport report) implements TaskEvent {}

    /** Objects of the schema stage, of the keys, indexes and foreign keys: made so far, and in all. */
    record ObjectsMade(String phase, int done, int total) implements TaskEvent {}

    /**
     * The full load, every second.
     *
     * @param rows copied since the task's first start
     * @param bytes in COPY text form
     * @param estimatedRows the catalog's estimate of all rows; at least {@code rows}
     * @param elapsed since this run's load began
     * @param rowsThisRun copied by this run, for the rate
     */
    record LoadProgress(
            int tables,
            long rows,
            long bytes,
            long estimatedRows,
            Duration elapsed,
            long rowsThisRun,
            long bytesThisRun)
            implements TaskEvent {}

    /** The incremental stage, every second. */
    record Streaming(StreamProgress progress) implements TaskEvent {}

    /** A transient failure; the task goes on by itself from the ledger. */
    record Retrying(SyncException cause, Duration in) implements TaskEvent {}

    /** Something the user should know, which stops nothing. */
    record Notice(String text) implements TaskEvent {}
}
