package io.syncline.postgresql.visibility;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.PostgresConnector;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.snapshot.ReadRows;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A distributed transaction whose parts have committed on the segments, and which its coordinator's process has not ended: the streams tell it, and distributed snapshots do not see it. The process is held there by a fault that the server
 * is told to have (gp_inject_fault, in servers that were built with it). Needs a cluster, whose address the environment holds.
 */
class ClusterUnseenTest {

    private static final String DATABASE = "syncline_unseen_test";
    /** Where the functions for faults are. */
    private static final String BESIDE = "syncline_unseen_beside";

    private static final String FAULT = "before_xact_end_procarray";
    private static final String COORDINATOR = "gp_segment_configuration WHERE content = -1 AND role = 'p'";
    private static final TaskIdentity TASK = new TaskIdentity("unseen", "t0000009");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** The common pool may have one thread, which a commit that is held would take. */
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private GreenplumCluster cluster;
    private Sql sql;
    private Sql beside;
    private Source source;
    private List<Integer> ids;

    @BeforeEach
    void open() {
        Optional<GreenplumCluster> named = GreenplumCluster.named(GreenplumCluster.SEVEN);
        Assumptions.assumeTrue(
                named.isPresent(), "SKIPPED, AND SO NOT PROVEN: no Greenplum cluster in " + GreenplumCluster.SEVEN);
        cluster = named.orElseThrow();
        cluster.createDatabase(DATABASE);
        cluster.createDatabase(BESIDE);
        sql = Sql.open(() -> cluster.connect(DATABASE));
        beside = Sql.open(() -> cluster.connect(BESIDE));
        Assumptions.assumeTrue(
                beside.value("SELECT count(*) FROM pg_available_extensions WHERE name = 'gp_inject_fault'")
                        .equals("1"),
                "SKIPPED, AND SO NOT PROVEN: the cluster's servers were built without faults that can be asked for");
        beside.execute("CREATE EXTENSION gp_inject_fault");
        ids = cluster.places(sql).stream().map(List::getFirst).toList();
        sql.execute(
                "CREATE TABLE t (id int PRIMARY KEY, v text) DISTRIBUTED BY (id); CREATE TABLE other (id int) DISTRIBUTED BY (id); CREATE SEQUENCE numbers");
        beside.execute("CREATE TABLE strange (id int) DISTRIBUTED BY (id)");
        ids.forEach(id -> sql.execute("INSERT INTO t VALUES (" + id + ", 'old')"));
        source = new PostgresConnector()
                .source(
                        new Endpoint(
                                "postgresql",
                                Map.of(
                                        "host",
                                        cluster.host(),
                                        "port",
                                        cluster.port(),
                                        "database",
                                        DATABASE,
                                        "user",
                                        cluster.user(),
                                        "password",
                                        new Secret(cluster.password().isEmpty() ? "none" : cluster.password()),
                                        "log",
                                        "segments")),
                        new SessionOptions("syncline t0000009", ""))
                .orElseThrow();
    }

    @AfterEach
    void close() {
        if (beside == null) {
            return;
        }
        if (source != null) {
            release();
            source.changeLog(TASK).drop();
            source.close();
        }
        sql.close();
        beside.close();
        cluster.dropDatabase(DATABASE);
        cluster.dropDatabase(BESIDE);
    }

    /** At the coordinator: holds the process of a session at the end of its next transaction. */
    private void hold(String session) {
        beside.rows(
                "SELECT gp_inject_fault('" + FAULT + "', 'suspend', '', '" + DATABASE
                        + "', '', 1, 1, 0, dbid::int, ?::int) FROM " + COORDINATOR,
                session);
    }

    /** Lets it go on. */
    private void release() {
        beside.rows("SELECT gp_inject_fault('" + FAULT + "', 'reset', dbid::int) FROM " + COORDINATOR);
    }

    private TableSchema table() {
        return source.catalog().table(new TableId(DATABASE, "public", "t")).orElseThrow();
    }

    private ChangeStream stream() {
        ChangeLog log = source.changeLog(TASK);
        Position start;
        try (Snapshot snapshot = log.create(List.of(new TableId(DATABASE, "public", "t")), Set.of())) {
            start = Objects.requireNonNull(snapshot.positions().of(PostgresStream.ID));
        }
        return log.open(PostgresStream.ID, start, List.of(table()), HoldBack.NONE);
    }

    /** Changes all rows, on all segments, and returns when the coordinator's process is about to end the transaction. */
    private Held commitUpToTheEnd(Connection writer) throws SQLException {
        hold(session(writer));
        CompletableFuture<Void> ended = CompletableFuture.runAsync(
                () -> {
                    try (Statement statement = writer.createStatement()) {
                        // The temporary table gives it a number at the coordinator too, which no stream tells.
                        statement.execute(
                                "CREATE TEMPORARY TABLE own (n serial) DISTRIBUTED BY (n); UPDATE t SET v = 'new'");
                    } catch (SQLException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        Await.until(
                "the coordinator's process is held",
                LIMIT,
                () -> beside.value("SELECT gp_inject_fault('" + FAULT + "', 'status', dbid::int) FROM " + COORDINATOR)
                        .contains("num times hit:'1'"));
        return new Held(ended);
    }

    /** A commit that does not end before this is closed. */
    private final class Held implements AutoCloseable {

        private final CompletableFuture<Void> commit;

        Held(CompletableFuture<Void> commit) {
            this.commit = commit;
        }

        @Override
        public void close() {
            release();
            commit.join();
        }
    }

    private static String session(Connection writer) throws SQLException {
        try (Statement statement = writer.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('gp_session_id')")) {
            row.next();
            return row.getString(1);
        }
    }

    private void read(ChangeStream stream) {
        int changed = 0;
        while (true) {
            ChangeEvent event = stream.poll(Duration.ofSeconds(30));
            if (event == null) {
                throw new AssertionError("the stream tells nothing behind " + changed + " rows");
            }
            changed += event instanceof ChangeEvent.Update ? 1 : 0;
            if (changed == ids.size() && event instanceof ChangeEvent.Commit) {
                return;
            }
        }
    }

    private CompletableFuture<List<String>> fetch() {
        TableSchema table = table();
        List<Row> keys = ids.stream()
                .map(id -> new RowBuilder(2)
                        .value(Integer.toString(id))
                        .state(Row.ABSENT)
                        .build())
                .toList();
        return CompletableFuture.supplyAsync(
                () -> values(source.rows().fetch(table, keys).rows()), threads);
    }

    private static List<String> values(List<Row> rows) {
        return rows.stream().map(row -> String.valueOf(row.text(1))).distinct().toList();
    }

    private void awaitWaiting(String purpose, CompletableFuture<?> ended) {
        Set<String> looks = new HashSet<>();
        Await.until("waits, or is done", LIMIT, () -> {
            looks.addAll(beside.column(
                    "SELECT query_start::text FROM pg_stat_activity WHERE datname = ? AND application_name LIKE ? AND query LIKE '%pg_locks%' AND xact_start IS NULL",
                    DATABASE, "syncline % " + purpose));
            return ended.isDone() || looks.size() > 5;
        });
    }

    @Test
    void t21WhatTheSegmentsHaveToldIsSeenByARowThatIsReadAgain() throws SQLException {
        try (ChangeStream stream = stream();
                Connection writer = cluster.connect(DATABASE);
                Held held = commitUpToTheEnd(writer)) {
            read(stream);
            assertThat(sql.column("SELECT DISTINCT v FROM t")).containsExactly("old");

            CompletableFuture<List<String>> rows = fetch();
            awaitWaiting("fetch", rows);
            held.close();

            assertThat(rows).succeedsWithin(LIMIT).isEqualTo(List.of("new"));
        }
    }

    @Test
    void t21ALaterSnapshotOfAClusterSeesWhatItsSegmentsHaveTold() throws SQLException {
        try (ChangeStream stream = stream();
                Connection writer = cluster.connect(DATABASE);
                Held held = commitUpToTheEnd(writer)) {
            read(stream);
            TableSchema table = table();

            CompletableFuture<List<String>> rows = CompletableFuture.supplyAsync(
                    () -> {
                        try (Snapshot snapshot = source.snapshots().open();
                                SnapshotReader reader = snapshot.reader()) {
                            return values(ReadRows.of(
                                    reader,
                                    table,
                                    snapshot.plan(table, 1 << 20, true).getFirst()));
                        }
                    },
                    threads);
            awaitWaiting("plan", rows);
            held.close();

            assertThat(rows).succeedsWithin(LIMIT).isEqualTo(List.of("new"));
        }
    }

    /** Neither whoever only reads, our own snapshots among them, nor whoever writes and was told by no stream. */
    @Test
    void transactionsThatAreNotToldHoldNothingUp() throws SQLException {
        try (ChangeStream stream = stream();
                Connection reader = cluster.connect(DATABASE);
                Connection writer = cluster.connect(DATABASE);
                Connection drawer = cluster.connect(DATABASE);
                Connection stranger = cluster.connect(BESIDE);
                Statement reading = reader.createStatement();
                Statement drawing = drawer.createStatement();
                Statement elsewhere = stranger.createStatement();
                Statement writing = writer.createStatement()) {
            reader.setAutoCommit(false);
            reading.execute("SELECT * FROM t");
            drawer.setAutoCommit(false);
            drawing.execute("SELECT nextval('numbers')");
            stranger.setAutoCommit(false);
            elsewhere.execute("LOCK TABLE strange IN EXCLUSIVE MODE");
            writer.setAutoCommit(false);
            writing.execute("INSERT INTO other SELECT g FROM generate_series(1, 100) g");
            sql.execute("UPDATE t SET v = 'new'");
            read(stream);

            assertThat(fetch()).succeedsWithin(LIMIT).isEqualTo(List.of("new"));
            writer.rollback();
            reader.rollback();
        }
    }
}
