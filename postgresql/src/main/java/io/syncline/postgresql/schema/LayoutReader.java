package io.syncline.postgresql.schema;

import io.syncline.api.schema.Layout;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Dialect;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the rows of tables lie at a source that has segments ({@code gp_distribution_policy}; {@code pg_class.relam}, 7.0.0), so that those of a destination that has them lie alike. */
final class LayoutReader {

    private static final String LAYOUTS = """
            SELECT p.localoid, p.policytype = 'r' AS replicated, a.amname,
                   ARRAY(SELECT c.attname::text
                           FROM unnest(p.distkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
                           JOIN pg_attribute c ON c.attrelid = p.localoid AND c.attnum = k.attnum
                          ORDER BY k.place) AS columns
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN gp_distribution_policy p ON p.localoid = wanted.oid
              JOIN pg_class t ON t.oid = p.localoid
              LEFT JOIN pg_am a ON a.oid = t.relam AND t.relkind <> 'p'""";

    private record Lying(long table, Layout layout) {}

    private LayoutReader() {}

    /** By oid; nothing of those whose rows lie on one server. */
    static Map<Long, Layout> read(CatalogSession session, Collection<Long> tables) {
        Map<Long, Layout> layouts = new HashMap<>();
        if (session.dialect() == Dialect.GREENPLUM_7) {
            session.query(LAYOUTS, LayoutReader::lying, CatalogSession.oids(tables))
                    .forEach(lying -> layouts.put(lying.table(), lying.layout()));
        }
        return layouts;
    }

    private static Lying lying(ResultSet row) throws SQLException {
        List<String> columns = SqlArrays.texts(row, "columns");
        TableType type = row.getBoolean("replicated")
                ? TableType.REPLICATED
                : columns.isEmpty() ? TableType.RANDOM : TableType.HASH;
        return new Lying(row.getLong("localoid"), new Layout(type, columns, storage(row.getString("amname"))));
    }

    /** An access method that nobody here knows is for the destination's server to choose. */
    private static @Nullable Storage storage(@Nullable String method) {
        return switch (method) {
            case "heap" -> Storage.HEAP;
            case "ao_row" -> Storage.AO_ROW;
            case "ao_column" -> Storage.AO_COLUMN;
            case null, default -> null;
        };
    }
}
