package io.syncline.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object a line, for programs. Thread-safe: lines never mix. */
public final class JsonLines {

    private final JsonMapper mapper = new JsonMapper();
    private final PrintStream out;
    private final @Nullable String database;

    public JsonLines(PrintStream out) {
        this(out, null);
    }

    /** @param database which of several the lines are about, a field of each; null when there is one */
    public JsonLines(PrintStream out, @Nullable String database) {
        this.out = out;
        this.database = database;
    }

    /** @param fields in their order; values are text, numbers, truth values, lists, maps */
    public void line(Map<String, ?> fields) {
        try {
            String line = mapper.writeValueAsString(database == null ? fields : with(database, fields));
            synchronized (out) {
                out.println(line);
                out.flush();
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }

    private static Map<String, Object> with(String database, Map<String, ?> fields) {
        Map<String, Object> all = new LinkedHashMap<>(fields);
        all.put("database", database);
        return all;
    }
}
