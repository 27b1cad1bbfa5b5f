package io.syncline.cli.output;

import io.syncline.api.error.SyncException;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskListener;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** A run's events as JSON lines. The fields are a promise: docs/reference/cli.md lists them. */
public final class JsonDisplay implements TaskListener {

    private final JsonLines lines;
    private final InstantSource clock;

    public JsonDisplay(JsonLines lines, InstantSource clock) {
        this.lines = lines;
        this.clock = clock;
    }

    @Override
    public void on(TaskEvent event) {
        switch (event) {
            case TaskEvent.StateChanged(var state, var detail) ->
                write(event("state").put("state", state.name()).put("detail", detail));
            case TaskEvent.PrecheckDone(var report) -> precheck(report);
            case TaskEvent.ObjectsMade(var phase, var done, var total) ->
                write(event("objects").put("phase", phase).put("done", done).put("total", total));
            case TaskEvent.LoadProgress progress -> load(progress);
            case TaskEvent.Streaming(var progress) -> stream(progress);
            case TaskEvent.Retrying(var cause, var in) -> retrying(cause, in);
            case TaskEvent.Notice(var text) -> write(event("notice").put("text", text));
        }
    }

    /** Every item as an event of its own, then the verdict. */
    public void precheck(PrecheckReport report) {
        for (PrecheckReport.Line item : report.lines()) {
            write(event("precheckItem")
                    .put("id", item.id())
                    .put("title", item.title())
                    .put("result", item.finding().result().name().toLowerCase(Locale.ROOT))
                    .put("found", item.finding().found())
                    .put("why", item.finding().why())
                    .put("remedy", item.finding().remedy())
                    .put("ignorable", item.finding().ignorable()));
        }
        write(event("precheck").put("passed", report.passed()).put("successRate", report.successRate()));
    }

    /** The last line of a run that did not fail. */
    public void end(String outcome, int exitCode) {
        write(event("end").put("outcome", outcome).put("exitCode", exitCode));
    }

    private void load(TaskEvent.LoadProgress progress) {
        LoadView view = new LoadView(progress);
        write(event("load")
                .put("tables", progress.tables())
                .put("rows", progress.rows())
                .put("bytes", progress.bytes())
                .put("estimatedRows", progress.estimatedRows())
                .put("elapsedSeconds", seconds(progress.elapsed()))
                .put("rowsPerSecond", Math.round(view.rowsPerSecond()))
                .put("bytesPerSecond", Math.round(view.bytesPerSecond()))
                .put("secondsLeft", view.left().map(Duration::toSeconds).orElse(null)));
    }

    private void stream(StreamProgress progress) {
        write(event("stream")
                .put("stream", progress.stream().name())
                .put("position", progress.applied().text())
                .put(
                        "committedAt",
                        progress.committedAt().equals(Instant.EPOCH)
                                ? null
                                : progress.committedAt().toString())
                .put("latencyP50Seconds", seconds(progress.p50()))
                .put("latencyP99Seconds", seconds(progress.p99()))
                .put("changesPerSecond", Math.round(progress.changesPerSecond()))
                .put("transactionsPerSecond", Math.round(progress.transactionsPerSecond()))
                .put("changes", progress.changes())
                .put("transactions", progress.transactions())
                .put("queuedBytes", progress.queuedBytes())
                .put("waitsFor", progress.waitsFor()));
    }

    private void retrying(SyncException cause, Duration in) {
        write(event("retry")
                .put("code", cause.code().name())
                .put("message", cause.getMessage())
                .put("inSeconds", seconds(in)));
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private Fields event(String event) {
        return Fields.event(event).put("time", clock.instant().toString());
    }

    private void write(Fields fields) {
        lines.line(fields.map());
    }
}
