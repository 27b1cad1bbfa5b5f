package io.syncline.postgresql.apply;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.postgresql.session.Quoting;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that a new column's default draws from and the destination lacks, as {@code serial} makes it. Which values rows have says the source alone; it only has to be there.
 *
 * @param name as SQL spells it
 * @param column that owns it
 * @param type of its values; null for the server's own
 */
record SerialSequence(String name, String column, @Nullable String type) {

    private static final Pattern DEFAULT = Pattern.compile("nextval\\('((?:[^']|'')+)'::regclass\\)");
    private static final Set<String> TYPES = Set.of("smallint", "integer", "bigint");
    /** CREATE SEQUENCE ... AS (PostgreSQL documentation, release notes of 10). */
    private static final int TYPED_SINCE = 10;

    /** Null when the default draws from none, or from one that is there. */
    static @Nullable SerialSequence of(Connection connection, Column column) throws SQLException {
        String expression = column.defaultExpression();
        Matcher serial = DEFAULT.matcher(expression == null ? "" : expression);
        if (!serial.matches()) {
            return null;
        }
        String name = serial.group(1).replace("''", "'");
        // The server says the parameter's type: it was cstring before 9.6, and is text.
        try (PreparedStatement query = connection.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NULL")) {
            query.setObject(1, name, Types.OTHER);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) {
                    return null;
                }
            }
        }
        String type = column.type().name();
        boolean typed = TYPES.contains(type) && connection.getMetaData().getDatabaseMajorVersion() >= TYPED_SINCE;
        return new SerialSequence(name, column.name(), typed ? type : null);
    }

    String create() {
        return "CREATE SEQUENCE " + name + (type == null ? "" : " AS " + type);
    }

    /** So that it goes with its column. */
    String own(TableId table) {
        return "ALTER SEQUENCE " + name + " OWNED BY " + Quoting.table(table) + "." + Quoting.identifier(column);
    }
}
