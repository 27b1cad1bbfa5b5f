package io.syncline.cli.output;

import io.syncline.api.port.Right;
import io.syncline.api.port.Right.Grantor;
import io.syncline.engine.task.TaskRights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rights of a task's roles, as a script that can be copied, and for programs. */
public final class GrantsText {

    private GrantsText() {}

    /** Everything that is no statement to run is an SQL comment. */
    public static List<String> lines(TaskRights rights) {
        List<String> lines = new ArrayList<>();
        add("Source " + rights.ends().source(), rights.source(), lines);
        lines.add("");
        add("Destination " + rights.ends().destination(), rights.destination(), lines);
        return lines;
    }

    private static void add(String end, List<Right> rights, List<String> lines) {
        lines.add("-- " + end);
        List<Right> missing = rights.stream().filter(right -> !right.held()).toList();
        if (missing.isEmpty()) {
            lines.add("-- The role has every right that the task needs.");
        }
        for (Grantor by : Grantor.values()) {
            List<Right> his = missing.stream().filter(right -> right.by() == by).toList();
            if (!his.isEmpty()) {
                lines.add("");
                lines.add("-- to be run by " + by.words() + ":");
                String why = "";
                for (Right right : his) {
                    if (!right.why().equals(why)) {
                        lines.add("-- " + right.why());
                        why = right.why();
                    }
                    lines.addAll(right.statement().lines().toList());
                }
            }
        }
        List<Right> held = rights.stream().filter(Right::held).toList();
        if (!held.isEmpty()) {
            lines.add("");
            lines.add("-- the role has these already:");
            held.forEach(right -> right.statement().lines().forEach(line -> lines.add("--   " + line)));
        }
    }

    /** An event for each right. */
    public static List<Map<String, @Nullable Object>> fields(TaskRights rights) {
        List<Map<String, @Nullable Object>> events = new ArrayList<>();
        rights.source().forEach(right -> events.add(fields("source", right)));
        rights.destination().forEach(right -> events.add(fields("destination", right)));
        return events;
    }

    private static Map<String, @Nullable Object> fields(String end, Right right) {
        return Fields.event("grant")
                .put("end", end)
                .put("by", right.by().name().toLowerCase(Locale.ROOT))
                .put("statement", right.statement())
                .put("why", right.why())
                .put("held", right.held())
                .map();
    }
}
