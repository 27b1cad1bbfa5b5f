package io.syncline.cli.output;

import io.syncline.api.port.CommandLog.Verb;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run did when it was asked, for programs.
 *
 * @param answer in words
 */
public record ControlReport(Verb verb, List<String> arguments, String answer) {

    /** One event. */
    public Map<String, @Nullable Object> fields() {
        return Fields.event("control")
                .put("verb", verb.name().toLowerCase(Locale.ROOT))
                .put("arguments", arguments)
                .put("answer", answer)
                .map();
    }
}
