package io.syncline.document;

import io.syncline.api.task.ComputedColumn;
import io.syncline.api.task.SqlExpression;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code filter} and {@code compute} of an entry. Whether their names and functions exist, the precheck asks the destination. */
final class ShapingReader {

    /** {@code numeric(12,2)}, {@code timestamp(3) with time zone}, {@code app."Mood"[]}: nothing that could end the column's definition. */
    private static final Pattern TYPE = Pattern.compile(
            "(?:\\w+|\"[^\"]+\")(?:\\.(?:\\w+|\"[^\"]+\"))?(?: (?:precision|varying))?(?: ?\\(\\d+(?:, ?\\d+)?\\))?"
                    + "(?: (?:with|without) time zone)?(?:\\[\\])*");

    private final Review review;

    ShapingReader(Review review) {
        this.review = review;
    }

    @Nullable
    SqlExpression filter(Cursor filter) {
        return expression(filter).orElse(null);
    }

    /** @param renamed destination names by source names */
    Map<String, ComputedColumn> computed(Cursor section, Map<String, String> renamed) {
        Map<String, ComputedColumn> computed = new LinkedHashMap<>();
        for (Cursor column : section.values()) {
            String name = column.name();
            if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > Names.MAX_BYTES) {
                review.wrongKey(
                        column, "is not a column's name of 1 to " + Names.MAX_BYTES + " bytes, which PostgreSQL takes");
            }
            if (renamed.containsKey(name) && !renamed.get(name).equals(name)) {
                review.wrongKey(column, "is renamed to " + Quoted.of(renamed.get(name)) + "; compute that column");
            }
            Cursor value = column.text().isPresent() ? column : column.key("value");
            expression(value)
                    .ifPresent(
                            expression -> computed.put(name, new ComputedColumn(expression, type(column.key("type")))));
        }
        return computed;
    }

    private @Nullable String type(Cursor type) {
        Optional<String> text = type.text();
        if (text.isPresent() && !TYPE.matcher(text.get()).matches()) {
            review.wrong(
                    type, "is not the name of a type, such as numeric(12,2) or text; found " + Quoted.of(text.get()));
        }
        return text.orElse(null);
    }

    private Optional<SqlExpression> expression(Cursor value) {
        try {
            Optional<String> text = value.text();
            return text.isEmpty() ? Optional.empty() : Optional.of(SqlExpression.of(text.get()));
        } catch (SqlExpression.Malformed e) {
            review.wrong(value, e.why());
            return Optional.empty();
        }
    }
}
