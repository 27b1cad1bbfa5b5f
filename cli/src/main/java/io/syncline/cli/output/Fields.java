package io.syncline.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, in the order in which they are put. */
final class Fields {

    private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

    static Fields event(String event) {
        return new Fields().put("event", event);
    }

    Fields put(String name, @Nullable Object value) {
        fields.put(name, value);
        return this;
    }

    Map<String, @Nullable Object> map() {
        return fields;
    }
}
