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
import io.syncline.api.port.RowFetcher;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.Secret;
import io.syncline.embedded.PostgresServer;
import io.syncline.postgresql.PostgresConnector;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.snapshot.ReadRows;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A transaction that the log has told is not seen by others before its commit has ended, which may wait for a standby as long as that is away. */
class DecodedNotSeenTest {

    private static final String DATABASE = "shop";
    private static final TaskIdentity TASK = new TaskIdentity("seen", "t0000001");

    private PostgresServer server(String version) {
        PostgresServer server = PostgresServer.builder(version).logical().start();
        server.createDatabase(DATABASE);
        try (Sql sql = Sql.open(() -> server.connect(DATABASE))) {
            sql.execute("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old')");
        }
        return server;
    }

    private static Source source(PostgresServer server) {
        Endpoint end = new Endpoint(
                "postgresql",
                Map.of(
                        "host",
                        server.host(),
                        "port",
                        server.port(),
                        "database",
                        DATABASE,
                        "user",
                        PostgresServer.USER,
                        "password",
                        new Secret(PostgresServer.PASSWORD)));
        return new PostgresConnector()
                .source(end, new SessionOptions("syncline t0000001", ""))
                .orElseThrow();
    }

    private static TableSchema table(Source source) {
        return source.catalog().table(new TableId(DATABASE, "public", "t")).orElseThrow();
    }

    private static Position create(Source source) {
        try (Snapshot snapshot =
                source.changeLog(TASK).create(List.of(new TableId(DATABASE, "public", "t")), Set.of())) {
            return Objects.requireNonNull(snapshot.positions().of(PostgresStream.ID));
        }
    }

    private static ChangeStream open(Source source, Position from) {
        ChangeLog log = source.changeLog(TASK);
        return log.open(PostgresStream.ID, from, List.of(table(source)), HoldBack.NONE);
    }

    /** Reads up to the end of the transaction that changes the row. */
    private static Position decoded(ChangeStream stream) {
        boolean changed = false;
        while (true) {
            ChangeEvent event = stream.poll(Duration.ofSeconds(30));
            if (event == null) {
                throw new AssertionError("the stream tells nothing");
            }
            changed |= event instanceof ChangeEvent.Update;
            if (changed && event instanceof ChangeEvent.Commit commit) {
                return commit.position();
            }
        }
    }

    private static List<String> values(List<Row> rows) {
        return rows.stream().map(row -> row.text(1)).toList();
    }

    private static CompletableFuture<List<String>> fetch(RowFetcher rows, TableSchema table) {
        Row key = new RowBuilder(2).value("1").state(Row.ABSENT).build();
        return CompletableFuture.supplyAsync(
                () -> values(rows.fetch(table, List.of(key)).rows()));
    }

    /** Until the session of this purpose has looked several times for what is not seen yet, or what it is for has ended. */
    private static void awaitWaiting(HangingCommits hanging, String purpose, CompletableFuture<?> ended) {
        Set<String> looks = new HashSet<>();
        Await.until("waits, or is done", HangingCommits.LIMIT, () -> {
            looks.addAll(hanging.looking()
                    .column(
                            "SELECT query_start::text FROM pg_stat_activity WHERE application_name LIKE ? AND query LIKE '%pg_locks%' AND xact_start IS NULL AND backend_xmin IS NULL",
                            "syncline % " + purpose));
            return ended.isDone() || looks.size() > 3;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "15", "18"})
    void t21WhatTheStreamHasToldIsSeenByARowThatIsReadAgain(String version) {
        try (PostgresServer server = server(version);
                Source source = source(server)) {
            try (ChangeStream stream = open(source, create(source));
                    HangingCommits hanging = HangingCommits.on(server, DATABASE)) {
                hanging.commit("UPDATE t SET v = 'new' WHERE id = 1");
                decoded(stream);
                assertThat(hanging.looking().value("SELECT v FROM t")).isEqualTo("old");

                CompletableFuture<List<String>> rows = fetch(source.rows(), table(source));
                awaitWaiting(hanging, "fetch", rows);
                hanging.release();

                assertThat(rows.join()).containsExactly("new");
            }
        }
    }

    /** The run before has applied it, and nothing but the position tells of that. */
    @ParameterizedTest
    @ValueSource(strings = {"15"})
    void t21WhatAFormerStreamHasToldIsSeenByARowThatIsReadAgain(String version) {
        try (PostgresServer server = server(version);
                Source former = source(server)) {
            Position start = create(former);
            try (HangingCommits hanging = HangingCommits.on(server, DATABASE)) {
                hanging.commit("UPDATE t SET v = 'new' WHERE id = 1");
                Position applied;
                try (ChangeStream stream = open(former, start)) {
                    applied = decoded(stream);
                }
                former.close();
                try (Source source = source(server);
                        ChangeStream _ = open(source, applied)) {
                    CompletableFuture<List<String>> rows = fetch(source.rows(), table(source));
                    awaitWaiting(hanging, "fetch", rows);
                    hanging.release();

                    assertThat(rows.join()).containsExactly("new");
                }
            }
        }
    }

    /** What is open for long and was told by no stream is none of what is waited for. */
    @ParameterizedTest
    @ValueSource(strings = {"15"})
    void aTransactionThatIsNotToldHoldsNothingUp(String version) throws SQLException {
        try (PostgresServer server = server(version);
                Source source = source(server);
                ChangeStream stream = open(source, create(source));
                Connection open = server.connect(DATABASE);
                Statement writing = open.createStatement();
                Sql sql = Sql.open(() -> server.connect(DATABASE))) {
            open.setAutoCommit(false);
            writing.execute("INSERT INTO t VALUES (2, 'open')");
            sql.execute("UPDATE t SET v = 'new' WHERE id = 1");
            decoded(stream);

            assertThat(fetch(source.rows(), table(source)))
                    .succeedsWithin(Duration.ofSeconds(30))
                    .isEqualTo(List.of("new"));
            open.rollback();
        }
    }

    /** What is open in another database writes no row of ours: neither a stream that begins nor a later snapshot counts it. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "18"})
    void aTransactionOfAnotherDatabaseHoldsNothingUp(String version) throws SQLException {
        try (PostgresServer server = server(version);
                Source source = source(server)) {
            Position start = create(source);
            try (Connection open = server.connect("postgres");
                    Statement writing = open.createStatement()) {
                open.setAutoCommit(false);
                writing.execute("SELECT txid_current()");
                CompletableFuture<Void> snapshot = CompletableFuture.runAsync(
                        () -> source.snapshots().open().close());
                assertThat(snapshot).succeedsWithin(Duration.ofSeconds(30));
                try (ChangeStream _ = open(source, start)) {
                    assertThat(fetch(source.rows(), table(source)))
                            .succeedsWithin(Duration.ofSeconds(30))
                            .isEqualTo(List.of("old"));
                }
                open.rollback();
            }
        }
    }

    /** A slot's start counts a transaction as told whose commit record lies before it; so what is read later must see it. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "15", "18"})
    void t21ALaterSnapshotSeesWhatCommittedBeforeIt(String version) {
        try (PostgresServer server = server(version);
                Source source = source(server);
                HangingCommits hanging = HangingCommits.on(server, DATABASE)) {
            hanging.commit("UPDATE t SET v = 'new' WHERE id = 1");

            TableSchema table = table(source);
            CompletableFuture<List<String>> seen = CompletableFuture.supplyAsync(() -> {
                try (Snapshot snapshot = source.snapshots().open();
                        SnapshotReader reader = snapshot.reader()) {
                    return values(ReadRows.of(
                            reader, table, snapshot.plan(table, 1 << 20, true).getFirst()));
                }
            });
            awaitWaiting(hanging, "plan", seen);
            hanging.release();

            assertThat(seen.join()).containsExactly("new");
        }
    }

    /** For looks that are no snapshot of ours, such as the queries by which rows are compared. */
    @Test
    void t21WhatIsSettledIsSeenByAnyLook() {
        try (PostgresServer server = server("15");
                Source source = source(server);
                HangingCommits hanging = HangingCommits.on(server, DATABASE)) {
            hanging.commit("UPDATE t SET v = 'new' WHERE id = 1");

            CompletableFuture<String> seen = CompletableFuture.supplyAsync(() -> {
                source.snapshots().settle();
                try (Sql sql = Sql.open(() -> server.connect(DATABASE))) {
                    return sql.value("SELECT v FROM t");
                }
            });
            awaitWaiting(hanging, "plan", seen);
            hanging.release();

            assertThat(seen.join()).isEqualTo("new");
        }
    }
}
