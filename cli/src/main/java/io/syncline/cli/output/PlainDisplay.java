package io.syncline.cli.output;

import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.TaskEvent;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lines with a time, for a log: every state change, and progress of one kind at most every 5 s; an idle stream once a minute. */
public final class PlainDisplay implements Display {

    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final PrintStream out;
    private final InstantSource clock;
    private final ZoneId zone;
    private final String label;
    private final Map<String, Instant> printed = new HashMap<>();
    private TaskEvent.@Nullable LoadProgress load;
    private long changes = -1;

    public PlainDisplay(PrintStream out, InstantSource clock, ZoneId zone) {
        this(out, clock, zone, "");
    }

    /** @param label what each line begins with behind the time, such as which of several runs it is of */
    public PlainDisplay(PrintStream out, InstantSource clock, ZoneId zone, String label) {
        this.label = label;
        this.out = out;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public synchronized void say(String text) {
        line(text);
    }

    @Override
    public synchronized void on(TaskEvent event) {
        switch (event) {
            case TaskEvent.StateChanged changed -> {
                endOfLoad();
                line(StateText.of(changed));
            }
            case TaskEvent.PrecheckDone(var report) ->
                PrecheckText.findings(report).forEach(this::line);
            case TaskEvent.ObjectsMade(var phase, var done, var total) -> {
                printed.putIfAbsent(phase, clock.instant());
                if (done == total || isDue(phase, PROGRESS)) {
                    line(phase + ": " + done + " of " + total + " objects");
                }
            }
            case TaskEvent.LoadProgress progress -> {
                load = progress;
                if (progress.rows() > 0 && isDue("full", PROGRESS)) {
                    endOfLoad();
                }
            }
            case TaskEvent.Streaming(var progress) -> {
                endOfLoad();
                stream(progress);
            }
            case TaskEvent.Retrying(var cause, var in) ->
                line("retrying in " + Amounts.time(in) + ": " + cause.code() + ": " + cause.getMessage());
            case TaskEvent.Notice(var text) -> line("note: " + text);
        }
    }

    /** The last numbers of a load are always told, whenever they came. */
    private void endOfLoad() {
        if (load != null) {
            line("full: " + new LoadView(load).text());
            load = null;
        }
    }

    private void stream(StreamProgress progress) {
        String kind = "stream " + progress.stream();
        boolean idle = progress.changes() == changes;
        if (isDue(kind, idle ? IDLE : PROGRESS)) {
            changes = progress.changes();
            line("incremental: " + new StreamView(progress).text() + ", position "
                    + progress.applied().text());
        }
    }

    private boolean isDue(String kind, Duration pause) {
        Instant now = clock.instant();
        Instant last = printed.get(kind);
        if (last != null && now.isBefore(last.plus(pause))) {
            return false;
        }
        printed.put(kind, now);
        return true;
    }

    private void line(String text) {
        LocalTime now = LocalTime.ofInstant(clock.instant(), zone).truncatedTo(ChronoUnit.SECONDS);
        out.printf("%tT %s%s%n", now, label, text);
        out.flush();
    }
}
