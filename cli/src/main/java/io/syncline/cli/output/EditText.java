package io.syncline.cli.output;

import io.syncline.engine.task.EditPlan;
import io.syncline.engine.task.EditPlan.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a task that goes on with its edited file. */
public final class EditText {

    private final EditPlan plan;

    public EditText(EditPlan plan) {
        this.plan = plan;
    }

    /** For people. */
    public List<String> lines() {
        if (plan.lines().isEmpty()) {
            return List.of("The task file says what the task does already.");
        }
        List<String> lines = new ArrayList<>();
        for (Line line : plan.lines()) {
            lines.add(String.format("%-9s  %s: %s", word(line), line.of(), line.what()));
            if (!line.remedy().isEmpty()) {
                lines.add("           do: " + line.remedy());
            }
        }
        return lines;
    }

    private static String word(Line line) {
        return switch (line.effect()) {
            case NONE -> "no effect";
            case ADDED, RELOADED, REMOVED -> line.effect().word();
            case REFUSED -> "REFUSED";
        };
    }

    /** For programs: one event a line. */
    public List<Map<String, @Nullable Object>> events() {
        return plan.lines().stream().map(EditText::event).toList();
    }

    private static Map<String, @Nullable Object> event(Line line) {
        return Fields.event("edit")
                .put("of", line.of())
                .put("table", line.table() == null ? null : line.of())
                .put("effect", line.effect().word())
                .put("what", line.what())
                .put("needsConsent", line.consented())
                .put("remedy", line.remedy())
                .map();
    }

    /** The last event, when the file was applied. */
    public static Map<String, @Nullable Object> applied(String answer) {
        return Fields.event("applied").put("answer", answer).map();
    }
}
