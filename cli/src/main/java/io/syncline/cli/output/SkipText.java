package io.syncline.cli.output;

import io.syncline.api.port.CommandLog;
import io.syncline.api.port.CommandLog.Answer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A source transaction that somebody asked to be left out, and what came of it. */
final class SkipText {

    private SkipText() {}

    static String line(CommandLog.Entry skip) {
        return position(skip) + ", asked for by " + skip.command().askedBy() + " at "
                + skip.command().askedAt() + ": " + what(skip);
    }

    private static String what(CommandLog.Entry skip) {
        Answer answer = skip.answer();
        return answer == null ? "waits for the run" : answer.text();
    }

    static Map<String, @Nullable Object> fields(CommandLog.Entry skip) {
        Answer answer = skip.answer();
        return new Fields()
                .put("position", position(skip))
                .put("askedBy", skip.command().askedBy())
                .put("askedAt", skip.command().askedAt().toString())
                .put("outcome", answer == null ? "open" : answer.obeyed() ? "left_out" : "refused")
                .put(
                        "answeredAt",
                        skip.answeredAt() == null ? null : skip.answeredAt().toString())
                .put("answer", answer == null ? null : answer.text())
                .map();
    }

    private static String position(CommandLog.Entry skip) {
        return String.join(" ", skip.command().arguments());
    }
}
