package io.syncline.engine.route;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The destination's tables as they will be when the columns are added that their routes fill, that they lack, and that the schema stage makes. */
public final class CompletedCatalog implements CatalogReader {

    private final CatalogReader there;
    private final Map<TableId, List<Column>> filled = new HashMap<>();

    /** @param routes with the destination's columns as the source's, as for tables that do not exist yet */
    public CompletedCatalog(CatalogReader there, List<TableRoute> routes) {
        this.there = there;
        routes.forEach(route -> filled.put(route.destination().table(), made(route)));
    }

    /** Those of a route's destination columns that the schema stage makes: computed ones, and those that have the source's name. */
    public static List<Column> made(TableRoute route) {
        List<Column> made = new ArrayList<>();
        for (int i = 0; i < route.destination().columns().size(); i++) {
            Column column = route.destination().columns().get(i);
            int from = route.sourceColumn(i);
            if (from == TableRoute.COMPUTED
                    || route.source().columns().get(from).name().equals(column.name())) {
                made.add(column);
            }
        }
        return made;
    }

    @Override
    public List<TableInfo> tables(Predicate<TableId> wanted) {
        return there.tables(wanted).stream()
                .map(info ->
                        new TableInfo(completed(info.schema()), info.estimatedRows(), info.bytes(), info.partitioned()))
                .toList();
    }

    @Override
    public Optional<TableSchema> table(TableId table) {
        return there.table(table).map(this::completed);
    }

    private TableSchema completed(TableSchema table) {
        List<Column> columns = new ArrayList<>(table.columns());
        for (Column column : filled.getOrDefault(table.table(), List.of())) {
            if (table.indexOf(column.name()) < 0) {
                columns.add(column);
            }
        }
        return new TableSchema(table.table(), table.version(), columns, table.key());
    }
}
