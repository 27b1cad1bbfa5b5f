package io.syncline.postgresql.session;

import io.syncline.api.model.TableId;

/**
 * The one place where names and literals become SQL text. Values of rows never do: they are bound parameters or COPY data. The bounds of a chunk's key range are the
 * exception, as literals, since COPY takes no parameters.
 */
public final class Quoting {

    private Quoting() {}

    /** {@code "a""b"}; always quoted, so that case, reserved words and dots are kept. */
    public static String identifier(String name) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a name cannot hold a NUL character");
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** {@code "schema"."name"}. */
    public static String qualified(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    public static String table(TableId table) {
        return qualified(table.schema(), table.name());
    }

    /** A string literal that means the same whatever standard_conforming_strings says. */
    public static String literal(String text) {
        String doubled = text.replace("'", "''");
        return text.indexOf('\\') < 0 ? "'" + doubled + "'" : " E'" + doubled.replace("\\", "\\\\") + "'";
    }
}
