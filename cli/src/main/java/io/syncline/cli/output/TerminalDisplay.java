package io.syncline.cli.output;

import io.syncline.engine.task.TaskEvent;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A run on a terminal: what happened once stays as a line; below it stand the stages, each with a bar, drawn anew with every event (ECMA-48: CUU, ED; DECAWM off while
 * drawing, so that a line that is too long is cut and the count of lines stays right).
 */
public final class TerminalDisplay implements Display {

    private static final int BAR = 24;
    private static final String ESCAPE = "\u001B[";
    private static final String WRAP_OFF = ESCAPE + "?7l";
    private static final String WRAP_ON = ESCAPE + "?7h";
    private static final String ERASE_BELOW = ESCAPE + "J";

    private final PrintStream out;
    private final Map<String, String> stages = new LinkedHashMap<>();
    private int drawn;

    public TerminalDisplay(PrintStream out) {
        this.out = out;
    }

    @Override
    public synchronized void say(String line) {
        draw(List.of(line));
    }

    @Override
    public synchronized void on(TaskEvent event) {
        switch (event) {
            case TaskEvent.StateChanged changed -> draw(List.of(StateText.of(changed)));
            case TaskEvent.PrecheckDone(var report) -> draw(PrecheckText.findings(report));
            case TaskEvent.ObjectsMade(var phase, var done, var total) ->
                stage(phase, bar((double) done / Math.max(1, total)) + "  " + done + " of " + total + " objects");
            case TaskEvent.LoadProgress progress -> {
                LoadView view = new LoadView(progress);
                stage("full", bar(view.share()) + "  " + view.text());
            }
            case TaskEvent.Streaming(var progress) -> stage("incremental", new StreamView(progress).text());
            case TaskEvent.Retrying(var cause, var in) ->
                draw(List.of("retrying in " + Amounts.time(in) + ": " + cause.code() + ": " + cause.getMessage()));
            case TaskEvent.Notice(var text) -> draw(List.of("note: " + text));
        }
    }

    private void stage(String name, String text) {
        stages.put(name, text);
        draw(List.of());
    }

    private void draw(List<String> lines) {
        StringBuilder text = new StringBuilder();
        if (drawn > 0) {
            text.append(ESCAPE).append(drawn).append('A');
        }
        text.append('\r').append(ERASE_BELOW);
        lines.forEach(line -> text.append(line).append('\n'));
        text.append(WRAP_OFF)
                .append(stages.entrySet().stream()
                        .map(stage -> String.format(Locale.ROOT, "  %-12s %s%n", stage.getKey(), stage.getValue()))
                        .collect(Collectors.joining()))
                .append(WRAP_ON);
        out.print(text);
        out.flush();
        drawn = stages.size();
    }

    private static String bar(double share) {
        int full = (int) Math.round(share * BAR);
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "] "
                + String.format(Locale.ROOT, "%3d %%", (int) (share * 100));
    }
}
