package io.syncline.cli.output;

import io.syncline.api.port.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What tasks run at a source, for people and for programs. */
public final class FootprintText {

    private FootprintText() {}

    /** By the course of a task. */
    public static List<String> lines(List<Footprint> footprint) {
        List<String> lines = new ArrayList<>();
        for (Footprint.When when : Footprint.When.values()) {
            List<Footprint> then =
                    footprint.stream().filter(entry -> entry.when() == when).toList();
            if (!then.isEmpty()) {
                lines.add(when.words() + ":");
                for (Footprint entry : then) {
                    lines.add("  " + entry.statement());
                    lines.add("      locks: " + entry.locks());
                    lines.add("      lasts: " + entry.lasts());
                }
                lines.add("");
            }
        }
        lines.add("No parameter of the database is changed, and nothing else is left there than what is named here.");
        return lines;
    }

    public static Map<String, @Nullable Object> fields(Footprint entry) {
        return Fields.event("footprint")
                .put("when", entry.when().name().toLowerCase(Locale.ROOT))
                .put("statement", entry.statement())
                .put("locks", entry.locks())
                .put("lasts", entry.lasts())
                .map();
    }
}
