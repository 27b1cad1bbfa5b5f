package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.testdecoding.PrintedColumn;
import io.syncline.postgresql.stream.testdecoding.PrintedTable;
import io.syncline.postgresql.stream.testdecoding.PrintedTables;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The catalog's tables, and how the server itself prints names and types: with the functions that the plugin prints them with. Read together, once (T41). */
final class CatalogPrintedTables implements PrintedTables {

    private static final String PRINTED = """
            SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, a.attname,
                   ' ' || quote_ident(a.attname) || '[' || format_type(a.atttypid, NULL) || ']:' AS label
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY c.oid, a.attnum""";

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final Map<String, PrintedTable> byName = new HashMap<>();
    private final Map<Long, PrintedTable> byOid = new HashMap<>();

    CatalogPrintedTables(Sessions sessions, CatalogReader catalog, Collection<TableId> tables) {
        this.sessions = sessions;
        this.catalog = catalog;
        read(Set.copyOf(tables));
    }

    private record Label(
            long table,
            String name,
            @Nullable String column,
            @Nullable String text) {}

    @Override
    public @Nullable PrintedTable find(String name) {
        return byName.get(name);
    }

    @Override
    public @Nullable PrintedTable find(long oid) {
        return byOid.get(oid);
    }

    @Override
    public PrintedTable again(PrintedTable table) {
        TableId id = table.schema().table();
        read(Set.of(id));
        PrintedTable now = byName.get(table.name());
        if (now == null) {
            throw changing(id);
        }
        return now;
    }

    private void read(Set<TableId> wanted) {
        Map<Long, TableSchema> schemas = new HashMap<>();
        catalog.tables(wanted::contains)
                .forEach(info -> schemas.put(info.schema().version(), info.schema()));
        for (TableId table : wanted) {
            if (schemas.values().stream().noneMatch(schema -> schema.table().equals(table))) {
                throw changing(table);
            }
        }
        Map<Long, List<Label>> labels = new HashMap<>();
        try (CatalogSession session = CatalogSession.open(sessions)) {
            session.query(PRINTED, CatalogPrintedTables::label, CatalogSession.oids(schemas.keySet()))
                    .forEach(label -> labels.computeIfAbsent(label.table(), _ -> new ArrayList<>())
                            .add(label));
        }
        schemas.forEach((oid, schema) -> {
            PrintedTable table = printed(schema, labels.getOrDefault(oid, List.of()));
            byName.put(table.name(), table);
            byOid.put(oid, table);
        });
    }

    private static PrintedTable printed(TableSchema schema, List<Label> labels) {
        List<PrintedColumn> columns = new ArrayList<>();
        for (Label label : labels) {
            String column = label.column();
            String text = label.text();
            if (column != null && text != null) {
                int slot = schema.indexOf(column);
                if (slot < 0) {
                    throw changing(schema.table());
                }
                columns.add(new PrintedColumn(schema, slot, text));
            }
        }
        if (labels.isEmpty() || columns.size() != schema.columns().size()) {
            throw changing(schema.table());
        }
        return new PrintedTable(labels.getFirst().name(), schema, columns);
    }

    private static Label label(ResultSet row) throws SQLException {
        return new Label(row.getLong("oid"), row.getString("name"), row.getString("attname"), row.getString("label"));
    }

    private static SyncException changing(TableId table) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "table " + table + " was dropped, renamed or altered at the source while its changes were read",
                "Undo the change at the source only if no row was written since; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
    }
}
