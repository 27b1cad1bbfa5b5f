package io.syncline.postgresql.load;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableSchema;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where in a COPY the server stood, taken from an error's context: {@code COPY t, line 3, column c: "value"} (CopyFromErrorCallback in the server's sources). A server
 * that speaks another language prints another word for "line"; the first number after the table's name is the line in each of them.
 *
 * @param line from 1, in the lines of this COPY
 * @param rest what follows the number, which may hold values and must not be shown
 */
record CopyContext(long line, String rest) {
    private static final Pattern NUMBER = Pattern.compile("^[^0-9\"]*?(\\d{1,18})(.*)$", Pattern.DOTALL);

    static Optional<CopyContext> parse(@Nullable String context, String table) {
        String head = "COPY " + table + ", ";
        int at = context == null ? -1 : context.indexOf(head);
        if (context == null || at < 0) {
            return Optional.empty();
        }
        Matcher number = NUMBER.matcher(context.substring(at + head.length()));
        return number.matches()
                ? Optional.of(new CopyContext(Long.parseLong(number.group(1)), number.group(2)))
                : Optional.empty();
    }

    /** The column of {@code table} that the context names: the longest name that stands where a name can. */
    Optional<String> column(TableSchema table) {
        return table.columns().stream()
                .map(Column::name)
                .filter(name -> Pattern.compile("^, [^\\s\"]+ " + Pattern.quote(name) + "(?=: |$|\\R)")
                        .matcher(rest)
                        .find())
                .max(Comparator.comparingInt(String::length));
    }
}
