package io.syncline.testkit.memory.source;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.Column;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.Footprint;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.RowFetcher;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.Snapshots;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.testkit.memory.fault.Interference;
import io.syncline.testkit.memory.fault.MemoryConnection;
import io.syncline.testkit.memory.fault.PortCall;
import io.syncline.testkit.memory.table.Cells;
import io.syncline.testkit.memory.table.MemoryDigests;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One process's way to a {@link MemoryServer}. */
public final class MemorySource implements Source {

    private final MemoryServer server;
    private final Interference interference;
    private final MemoryConnection connection;
    private final List<Runnable> closing = new ArrayList<>();

    public MemorySource(MemoryServer server, Interference interference) {
        this.server = server;
        this.interference = interference;
        this.connection = connection();
    }

    private MemoryConnection connection() {
        MemoryConnection made = new MemoryConnection(ErrorCode.SOURCE_UNREACHABLE, interference, () -> {});
        closing.add(made::end);
        return made;
    }

    @Override
    public String address() {
        return "memory://" + server.database();
    }

    @Override
    public boolean isLocal() {
        return false;
    }

    /** Nothing lies between a process and its memory. */
    @Override
    public Connectivity connectivity(InstantSource clock) {
        throw new UnsupportedOperationException("there is no way to memory that could be measured");
    }

    @Override
    public SourceIdentity identity() {
        return connection.call(PortCall.SOURCE_CATALOG, server::identity);
    }

    @Override
    public Position position(String text) {
        return server.traits().order().parse(text);
    }

    @Override
    public CatalogReader catalog() {
        return new MemoryCatalog(server, connection);
    }

    @Override
    public String version() {
        return "1.0";
    }

    @Override
    public SchemaPlan objects(ObjectScope scope) {
        List<TableSchema> tables = scope.tables();
        List<SchemaObject> objects = new ArrayList<>();
        tables.stream()
                .map(table -> table.table().schema())
                .distinct()
                .forEach(schema -> objects.add(new SchemaObject.Namespace(schema)));
        tables.forEach(table -> objects.add(table(table)));
        tables.stream().filter(table -> table.key().exists()).forEach(table -> objects.add(key(table)));
        for (TableSchema table : tables) {
            for (int column : server.definition(table.table()).unique()) {
                objects.add(unique(table, column));
            }
        }
        return new SchemaPlan(objects, List.of());
    }

    private static SchemaObject table(TableSchema table) {
        List<SchemaObject.ColumnDefinition> columns = table.columns().stream()
                .map(column -> new SchemaObject.ColumnDefinition(
                        column.name(), column.type().name(), null, !column.nullable(), null, null, null))
                .toList();
        return new SchemaObject.Table(
                table.table(), columns, List.of(), false, List.of(), Partitioning.NONE, Layout.UNSAID);
    }

    private static SchemaObject key(TableSchema table) {
        String columns = table.key().columns().stream()
                .map(table.columns()::get)
                .map(Column::name)
                .collect(Collectors.joining(", "));
        return new SchemaObject.KeyConstraint(
                table.table(),
                table.table().name() + "_pkey",
                ObjectRef.Kind.PRIMARY_KEY,
                true,
                "PRIMARY KEY (" + columns + ")");
    }

    private static SchemaObject unique(TableSchema table, int column) {
        String name = table.columns().get(column).name();
        return new SchemaObject.KeyConstraint(
                table.table(),
                table.table().name() + "_" + name + "_key",
                ObjectRef.Kind.UNIQUE,
                false,
                "UNIQUE (" + name + ")");
    }

    @Override
    public ChangeLog changeLog(TaskIdentity task) {
        return new MemoryChangeLog(server, task.id(), connection, closing::add);
    }

    @Override
    public Snapshots snapshots() {
        return new Snapshots() {
            @Override
            public Snapshot open() {
                return snapshot(() -> {
                    Map<TableId, List<StoredRow>> view = server.view();
                    // What commits here is not in the view, but at or before its positions (T21).
                    interference.meanwhile();
                    server.move();
                    return new MemorySnapshot(server, interference, view, server.ends(), false);
                });
            }

            @Override
            public Snapshot exact() {
                return snapshot(() -> new MemorySnapshot(server, interference, server.view(), server.ends(), true));
            }

            @Override
            public Snapshot unpositioned() {
                return snapshot(() -> new MemorySnapshot(server, interference, server.view(), Positions.NONE, false));
            }

            // Here a commit is seen by all when it is in the log.
            @Override
            public void settle() {}
        };
    }

    private Snapshot snapshot(java.util.function.Supplier<MemorySnapshot> opening) {
        return connection.call(PortCall.SNAPSHOT_OPEN, () -> {
            MemorySnapshot snapshot = opening.get();
            closing.add(snapshot::close);
            return snapshot;
        });
    }

    @Override
    public RowFetcher rows() {
        MemoryConnection own = connection();
        return (table, keys) -> own.call(PortCall.ROWS_FETCH, () -> {
            List<Row> found = fetch(table, keys);
            interference.meanwhile();
            server.move();
            return new RowFetcher.Fetched(found, server.ends());
        });
    }

    private List<Row> fetch(TableSchema table, List<Row> keys) {
        List<List<String>> wanted = keys.stream()
                .map(row -> KeyOrder.canonical(
                        table, table.key().columns().stream().map(row::text).toList()))
                .toList();
        return server.rows(table.table()).stream()
                .map(StoredRow::cells)
                .filter(cells -> wanted.contains(KeyOrder.canonical(table, KeyOrder.key(table, cells))))
                .map(Cells::row)
                .toList();
    }

    @Override
    public DigestReader digests() {
        return new MemoryDigests(table -> new MemoryDigests.Rows(
                server.definition(table).schema().columns(),
                server.rows(table).stream().map(StoredRow::cells).toList()));
    }

    @Override
    public List<Right> rights(PrecheckScope scope) {
        return List.of();
    }

    @Override
    public List<Footprint> footprint() {
        return List.of();
    }

    @Override
    public List<PrecheckItem> prechecks(PrecheckScope scope) {
        return List.of();
    }

    @Override
    public void close() {
        List.copyOf(closing).forEach(Runnable::run);
    }
}
