package io.syncline.api.task;

import java.util.HashMap;
import java.util.Map;

/**
 * One end of a task: which connector, and that connector's own options, checked against its JSON Schema fragment before this is made.
 *
 * @param type the connector, such as {@code postgresql}
 * @param options by key as in the task file; values are String, Long, Double, Boolean, List, Map, or {@link Secret} for what was an {@code env:} or {@code file:}
 *     reference
 */
public record Endpoint(String type, Map<String, Object> options) {
    public Endpoint {
        options = Map.copyOf(options);
    }

    /** The database, which every system that has several names in the same way. */
    public String database() {
        return options.get("database") instanceof String name ? name : "";
    }

    /** The same server, another database. */
    public Endpoint in(String database) {
        Map<String, Object> there = new HashMap<>(options);
        there.put("database", database);
        return new Endpoint(type, there);
    }
}
