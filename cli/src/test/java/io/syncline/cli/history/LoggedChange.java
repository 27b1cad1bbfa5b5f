package io.syncline.cli.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A change as the plug-in test_decoding prints it.
 *
 * @param tables one, or those that were emptied together
 * @param before literals by column of what the log holds of the old row: no NULLs, and nothing at all when the key stays; likewise for an INSERT
 * @param after literals by column, empty for a DELETE
 */
record LoggedChange(Kind kind, List<Table> tables, Map<String, String> before, Map<String, String> after)
        implements LogLine {

    static final String NULL = "null";
    /** Stands for a large value that did not change. */
    static final String UNCHANGED = "unchanged-toast-datum";

    enum Kind {
        INSERT,
        UPDATE,
        DELETE,
        TRUNCATE
    }

    record Table(String schema, String name) {}

    /** @param line {@code table public.t: UPDATE: old-key: id[integer]:1 new-tuple: id[integer]:2 x[text]:'it''s'} */
    static LoggedChange of(String line) {
        Text text = new Text(line);
        text.skip("table ");
        List<Table> tables = new ArrayList<>();
        do {
            String schema = text.identifier();
            text.skip(".");
            tables.add(new Table(schema, text.identifier()));
        } while (text.skips(", "));
        text.skip(": ");
        Kind kind = Kind.valueOf(text.until(":"));
        text.skip(":");
        text.skips(" ");
        if (kind == Kind.TRUNCATE) {
            return new LoggedChange(kind, tables, Map.of(), Map.of());
        }
        Map<String, String> before = Map.of();
        if (text.skips("old-key: ")) {
            before = text.columns();
            text.skip("new-tuple: ");
        }
        Map<String, String> columns = text.columns();
        return kind == Kind.DELETE
                ? new LoggedChange(kind, tables, columns, Map.of())
                : new LoggedChange(kind, tables, before, columns);
    }

    /** A line and how far it was read. */
    private static final class Text {

        private final String line;
        private int at;

        Text(String line) {
            this.line = line;
        }

        boolean skips(String word) {
            if (!line.startsWith(word, at)) {
                return false;
            }
            at += word.length();
            return true;
        }

        void skip(String word) {
            if (!skips(word)) {
                throw new AssertionError("\"" + word + "\" expected at " + at + " of " + line);
            }
        }

        String until(String end) {
            int from = at;
            at = line.indexOf(end, at);
            return line.substring(from, at);
        }

        String identifier() {
            if (line.charAt(at) == '"') {
                return quoted('"');
            }
            int from = at;
            while (Character.isLetterOrDigit(line.charAt(at)) || line.charAt(at) == '_') {
                at++;
            }
            return line.substring(from, at);
        }

        Map<String, String> columns() {
            Map<String, String> columns = new LinkedHashMap<>();
            if (skips("(no-tuple-data)")) {
                return columns;
            }
            while (at < line.length() && !line.startsWith("new-tuple: ", at)) {
                String name = identifier();
                skip("[");
                until("]:");
                skip("]:");
                columns.put(name, literal());
                skips(" ");
            }
            return columns;
        }

        private String literal() {
            if (line.charAt(at) == '\'') {
                return "'" + quoted('\'') + "'";
            }
            int end = line.indexOf(' ', at);
            int from = at;
            at = end < 0 ? line.length() : end;
            return line.substring(from, at);
        }

        /** A doubled quote stands for itself. */
        private String quoted(char quote) {
            StringBuilder value = new StringBuilder();
            for (at++; line.charAt(at) != quote || line.startsWith("" + quote + quote, at); at++) {
                if (line.charAt(at) == quote) {
                    at++;
                }
                value.append(line.charAt(at));
            }
            at++;
            return value.toString();
        }
    }
}
