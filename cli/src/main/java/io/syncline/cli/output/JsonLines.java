package io.syncline.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintStream;
import java.util.Map;

/** One JSON object a line, for programs. Thread-safe: lines never mix. */
public final class JsonLines {

    private final JsonMapper mapper = new JsonMapper();
    private final PrintStream out;

    public JsonLines(PrintStream out) {
        this.out = out;
    }

    /** @param fields in their order; values are text, numbers, truth values, lists, maps */
    public void line(Map<String, ?> fields) {
        try {
            String line = mapper.writeValueAsString(fields);
            synchronized (out) {
                out.println(line);
                out.flush();
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
    }
}
