package io.syncline.postgresql.stream;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Key;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.postgresql.snapshot.PostgresSnapshots;
import io.syncline.postgresql.visibility.UnseenCommits;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** A source database of one test, and runs of one task on it. */
final class StreamFixture implements AutoCloseable {

    private static final String TASK_NAME = "Shop-Copy";

    final TestDatabase database;
    final Sql sql;
    private final List<Sessions> runs = new ArrayList<>();

    StreamFixture(String version) {
        this(SharedPostgres.sourceDatabase(version));
    }

    StreamFixture(TestDatabase database) {
        this.database = database;
        this.sql = database.sql();
    }

    /** The sessions of a run, as the superuser. */
    Sessions run() {
        return run("syncline " + taskId(), database.user(), database.password());
    }

    Sessions run(String application, String user, String password) {
        return run(application, user, password, TlsMode.DISABLE);
    }

    Sessions run(String application, String user, String password, TlsMode tls) {
        ConnectionOptions options = ConnectionOptions.to(
                database.server().host(),
                database.server().port(),
                database.name(),
                user,
                new Secret(password),
                Tls.of(tls));
        Sessions sessions = new Sessions(Side.SOURCE, options, new SessionOptions(application, ""));
        runs.add(sessions);
        return sessions;
    }

    /** A role that may read all tables there are, and replicate; its password is {@code secret}. */
    String reader() {
        String reader = "reader_" + database.name();
        StringBuilder grants = new StringBuilder("CREATE ROLE " + reader + " LOGIN REPLICATION PASSWORD 'secret';");
        for (String schema : sql.column(
                "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)'")) {
            grants.append("GRANT USAGE ON SCHEMA " + schema + " TO " + reader
                    + "; GRANT SELECT ON ALL TABLES IN SCHEMA " + schema + " TO " + reader + ";");
        }
        sql.execute(grants.toString());
        return reader;
    }

    /** Slots are named for all databases of a server, so each test's task has its own id. */
    String taskId() {
        return String.format("t%07d", Integer.parseInt(database.name().substring("test_".length())));
    }

    String slot() {
        return "dts_sync_shop_copy_" + taskId();
    }

    PostgresChangeLog log(Sessions sessions) {
        return log(sessions, (_, positions) -> standing(positions));
    }

    PostgresChangeLog log(Sessions sessions, SnapshotAdoption snapshots) {
        return log(sessions, taskId(), snapshots, NamedLog.NONE);
    }

    /** A task whose file names what an administrator made. */
    PostgresChangeLog log(Sessions sessions, NamedLog named) {
        return log(sessions, taskId(), (_, positions) -> standing(positions), named);
    }

    private static PostgresChangeLog log(Sessions sessions, String id, SnapshotAdoption snapshots, NamedLog named) {
        UnseenCommits unseen = new UnseenCommits(sessions);
        return new PostgresChangeLog(
                sessions,
                new TaskIdentity(TASK_NAME, id),
                new PostgresCatalog(sessions),
                new SourceViews(snapshots, () -> new PostgresSnapshots(sessions, unseen).exact(), unseen),
                named);
    }

    /** Another task of the same name. */
    PostgresChangeLog log(String id) {
        Sessions sessions = run("syncline " + id, database.user(), database.password());
        return log(sessions, id, (_, positions) -> standing(positions), NamedLog.NONE);
    }

    static Snapshot standing(Positions positions) {
        return new Standing(positions);
    }

    TableId table(String name) {
        return new TableId(database.name(), "public", name);
    }

    List<TableId> tables(String... names) {
        return List.of(names).stream().map(this::table).toList();
    }

    /** Makes slot and publication, and returns where the stream begins. */
    static Lsn create(PostgresChangeLog log, List<TableId> tables) {
        try (Snapshot snapshot = log.create(tables, Set.of())) {
            return lsn(snapshot.positions());
        }
    }

    static Lsn lsn(Positions positions) {
        return (Lsn) Objects.requireNonNull(positions.of(PostgresStream.ID));
    }

    static ChangeStream open(PostgresChangeLog log, Position from) {
        return open(log, from, List.of());
    }

    /** @param tables the task's, which a stream by publication knows itself */
    static ChangeStream open(PostgresChangeLog log, Position from, List<TableId> tables) {
        return log.open(
                PostgresStream.ID,
                from,
                tables.stream()
                        .map(table -> new TableSchema(table, 0, List.of(), Key.NONE))
                        .toList(),
                HoldBack.NONE);
    }

    Lsn confirmed() {
        return Lsn.parse(sql.value("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = ?", slot()));
    }

    @Override
    public void close() {
        runs.forEach(Sessions::close);
        sql.close();
        database.close();
    }

    /** A snapshot that only says where it stands. */
    private record Standing(Positions positions) implements Snapshot {
        @Override
        public String id() {
            return "standing";
        }

        @Override
        public boolean exact() {
            return true;
        }

        @Override
        public List<Chunk> plan(TableSchema table, long chunkBytes, boolean durable) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SnapshotReader reader() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
