package io.syncline.postgresql.load;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Loader.ChunkWrite;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.PostgresLedger;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.digest.TableDigest;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;

/** A source and a destination database with a ledger, and what a worker does between them. */
public final class LinkFixture implements AutoCloseable {
    public static final LedgerTables LEDGER = new LedgerTables("syncline");

    public final TestDatabase source;
    public final TestDatabase destination;
    public final Sql sourceSql;
    public final Sql destinationSql;
    public final Sessions sourceSessions;
    public final Sessions destinationSessions;
    public final PostgresLedger ledger;
    public final Lease lease;

    /** @param sourceVersion and destinationVersion majors, as {@link SharedPostgres} knows them */
    public LinkFixture(String sourceVersion, String destinationVersion) {
        source = SharedPostgres.sourceDatabase(sourceVersion);
        destination = SharedPostgres.destinationDatabase(destinationVersion);
        sourceSql = source.sql();
        destinationSql = destination.sql();
        sourceSessions = sessions(Side.SOURCE, source, source.server().port());
        destinationSessions =
                sessions(Side.DESTINATION, destination, destination.server().port());
        ledger = new PostgresLedger(destinationSessions, LEDGER);
        ledger.install();
        String task = ledger.register("copy", "postgresql://source", "fingerprint")
                .task()
                .id();
        lease = ledger.acquire(task, "test", Duration.ofSeconds(10));
    }

    /** Sessions as the superuser, through a port that may be a proxy's. */
    public static Sessions sessions(Side side, TestDatabase database, int port) {
        return sessions(side, database, port, database.user(), database.password());
    }

    public static Sessions sessions(Side side, TestDatabase database, int port, String role, String password) {
        ConnectionOptions options = ConnectionOptions.to(
                database.server().host(), port, database.name(), role, new Secret(password), Tls.of(TlsMode.DISABLE));
        return new Sessions(side, options, new SessionOptions("syncline test", ""));
    }

    /** Runs the same script at both ends. */
    public LinkFixture everywhere(String script) {
        sourceSql.execute(script);
        destinationSql.execute(script);
        return this;
    }

    public TableSchema sourceTable(String schema, String name) {
        return new PostgresCatalog(sourceSessions)
                .table(new TableId(source.name(), schema, name))
                .orElseThrow();
    }

    /** Every column that can be written, to the table of the same name. */
    public TableRoute route(String schema, String name) {
        TableSchema from = sourceTable(schema, name);
        TableSchema to = new PostgresCatalog(destinationSessions)
                .table(new TableId(destination.name(), schema, name))
                .orElseThrow();
        List<Integer> written = IntStream.range(0, from.columns().size())
                .filter(i -> !from.columns().get(i).generated())
                .boxed()
                .toList();
        List<Column> columns = written.stream()
                .map(i -> to.columns().get(to.indexOf(from.columns().get(i).name())))
                .toList();
        return new TableRoute(from, new TableSchema(to.table(), to.version(), columns, to.key()), written);
    }

    public void plan(TableRoute route, Snapshot snapshot, List<Chunk> chunks) {
        ledger.plan(
                lease,
                new TableEntry(
                        route.source().table(),
                        route.destination().table(),
                        route.source().version(),
                        "",
                        LoadStatus.PLANNED,
                        snapshot.id(),
                        null,
                        chunks.stream()
                                .map(chunk -> new ChunkEntry(chunk, null))
                                .toList()));
    }

    public PostgresLoader loader() {
        return new PostgresLoader(destinationSessions, lease, LEDGER, FormerRows.GONE, CrashMarks.NONE);
    }

    /** Plans and copies a whole table. */
    public List<Chunk> copy(Snapshot snapshot, TableRoute route, long chunkBytes, boolean durable) {
        List<Chunk> chunks = snapshot.plan(route.source(), chunkBytes, durable);
        plan(route, snapshot, chunks);
        try (SnapshotReader reader = snapshot.reader();
                PostgresLoader loader = loader()) {
            chunks.forEach(chunk -> copy(snapshot, reader, loader, route, chunk));
        }
        return chunks;
    }

    /** What a worker does with a chunk. */
    public static void copy(
            Snapshot snapshot, SnapshotReader reader, PostgresLoader loader, TableRoute route, Chunk chunk) {
        long rows = 0;
        long bytes = 0;
        try (SnapshotReader.Pages pages = reader.read(route.source(), chunk, columns(route));
                ChunkWrite write = loader.begin(route, chunk)) {
            for (CopyPage page = pages.next(); page != null; page = pages.next()) {
                write.write(page);
                rows += page.rows();
                bytes += page.length();
            }
            write.commit(rows, bytes, snapshot.positions());
        }
    }

    public static List<String> columns(TableRoute route) {
        return route.sourceColumns().stream()
                .map(i -> route.source().columns().get(i).name())
                .toList();
    }

    public long chunksDone() {
        return ledger.read(lease.task(), Lsn::parse).tables().stream()
                .flatMap(table -> table.chunks().stream())
                .filter(entry -> entry.done() != null)
                .count();
    }

    public static SortedMap<String, TableDigest> digest(TestDatabase database, String schema) {
        try (Connection connection = database.connect()) {
            return SqlDigest.ofSchema(connection, schema);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        sourceSessions.close();
        destinationSessions.close();
        sourceSql.close();
        destinationSql.close();
        source.close();
        destination.close();
    }
}
