package io.syncline.testkit.memory.source;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.testkit.memory.fault.MemoryConnection;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The source's tables. */
final class MemoryCatalog implements CatalogReader {

    /** What one row takes on disk here. */
    static final long ROW_BYTES = 100;

    private final MemoryServer server;
    private final MemoryConnection connection;

    MemoryCatalog(MemoryServer server, MemoryConnection connection) {
        this.server = server;
        this.connection = connection;
    }

    @Override
    public List<TableInfo> tables(Predicate<TableId> wanted) {
        return connection.call(
                PortCall.SOURCE_CATALOG,
                () -> server.tables().stream()
                        .filter(table -> wanted.test(table.id()))
                        .map(table -> {
                            int rows = server.rows(table.id()).size();
                            return new TableInfo(table.schema(), rows, rows * ROW_BYTES, false);
                        })
                        .toList());
    }

    @Override
    public Optional<TableSchema> table(TableId table) {
        return connection.call(PortCall.SOURCE_CATALOG, () -> server.find(table).map(TableDefinition::schema));
    }
}
