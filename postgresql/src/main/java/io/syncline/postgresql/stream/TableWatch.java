package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Notices what a log by names does not tell (T10): that another table has taken the name of one that is read, or it has another name now; that a column has another number
 * or modifier; that old rows are logged in another way.
 */
final class TableWatch {

    private static final String STATES = """
            SELECT wanted.schema, wanted.name, c.oid, c.relreplident,
                   (SELECT string_agg(concat_ws(' ', a.attnum, quote_ident(a.attname), a.atttypid, a.atttypmod), ',' ORDER BY a.attnum)
                      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
              FROM unnest(?::text[], ?::text[]) AS wanted (schema, name)
              JOIN pg_namespace n ON n.nspname = wanted.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name""";

    private final ControlSession control;
    private final List<TableId> tables;
    private final Map<String, State> before;

    private TableWatch(ControlSession control, List<TableId> tables) {
        this.control = control;
        this.tables = tables;
        this.before = read();
    }

    private record State(long oid, String identity, String columns) {}

    static TableWatch begin(ControlSession control, List<TableId> tables) {
        return new TableWatch(control, tables);
    }

    /** @throws SyncException SOURCE_SCHEMA_CHANGED */
    void requireUnchanged() {
        Map<String, State> now = read();
        for (TableId table : tables) {
            State was = before.get(key(table.schema(), table.name()));
            State is = now.get(key(table.schema(), table.name()));
            if (was == null || !was.equals(is)) {
                throw new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "table " + table + " changed at the source while its changes were read: " + difference(was, is)
                                + ". What was read of it since then may be rows of another shape or table",
                        "Undo the change at the source only if no row was written since; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
            }
        }
    }

    private static String difference(@Nullable State was, @Nullable State is) {
        if (is == null) {
            return "it was dropped or renamed";
        }
        if (was == null || was.oid() != is.oid()) {
            return "another table has its name now";
        }
        return was.columns().equals(is.columns())
                ? "it has another replica identity"
                : "its columns, or their types, are others";
    }

    private Map<String, State> read() {
        return control.run("looking at the tables", ErrorCode.SOURCE_SCHEMA_CHANGED, this::states);
    }

    private Map<String, State> states(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(STATES)) {
            query.setArray(
                    1,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableId::schema).toArray()));
            query.setArray(
                    2,
                    connection.createArrayOf(
                            "text", tables.stream().map(TableId::name).toArray()));
            Map<String, State> states = new HashMap<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String columns = row.getString("columns");
                    states.put(
                            key(row.getString("schema"), row.getString("name")),
                            new State(
                                    row.getLong("oid"), row.getString("relreplident"), columns == null ? "" : columns));
                }
            }
            return states;
        }
    }

    private static String key(String schema, String name) {
        return schema.length() + " " + schema + "." + name;
    }
}
