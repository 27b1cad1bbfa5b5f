package io.syncline.postgresql.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.postgresql.fetch.PostgresRowFetcher;
import io.syncline.postgresql.load.LinkFixture;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.visibility.UnseenCommits;
import io.syncline.testkit.postgres.Sql;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a snapshot sees, for how long, and where in the log it stands. */
class SnapshotTest {
    private static final long SMALL = 64 << 10;

    /** T4: the chunks of one snapshot are its rows, each once, whatever is written while they are read; rows of inheriting tables are not among them. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t4ChunksAreTheSnapshotsRowsWhateverIsWritten(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY, a text);"
                    + " INSERT INTO t SELECT i, repeat('a', 50) FROM generate_series(1, 6000) AS i");
            TableSchema table = link.sourceTable("public", "t");
            link.sourceSql.execute("CREATE TABLE child () INHERITS (t); INSERT INTO child VALUES (-1, 'child')");
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader();
                    SnapshotReader other = snapshot.reader()) {
                for (boolean durable : new boolean[] {false, true}) {
                    List<Chunk> chunks = snapshot.plan(table, SMALL, durable);
                    assertThat(chunks).hasSizeGreaterThan(3);
                    List<String> first = ReadRows.firstColumn(reader, table, chunks.subList(0, 1));
                    link.sourceSql.execute(
                            "UPDATE t SET a = 'moved' || id; DELETE FROM t WHERE id % 3 = 0;"
                                    + " INSERT INTO t SELECT last + i, 'new' FROM (SELECT max(id) AS last FROM t) AS m, generate_series(1, 5000) AS i");
                    List<String> rest = ReadRows.firstColumn(other, table, chunks.subList(1, chunks.size()));

                    assertThat(IntStream.concat(
                                            first.stream().mapToInt(Integer::parseInt),
                                            rest.stream().mapToInt(Integer::parseInt))
                                    .sorted())
                            .containsExactlyElementsOf(
                                    IntStream.rangeClosed(1, 6000).boxed().toList());
                }
            }
        }
    }

    /** T4: what stands behind the end that a table had when it was planned is in the last chunk; a later snapshot than the plan's shows it. */
    @ParameterizedTest
    @ValueSource(strings = {"15", "18"})
    void t4TheLastChunkHasNoEnd(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY, a text);"
                    + " INSERT INTO t SELECT i, repeat('a', 50) FROM generate_series(1, 6000) AS i");
            TableSchema table = link.sourceTable("public", "t");
            List<List<Chunk>> plans;
            try (Snapshot snapshot =
                    new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open()) {
                plans = List.of(snapshot.plan(table, SMALL, false), snapshot.plan(table, SMALL, true));
            }
            link.sourceSql.execute("INSERT INTO t SELECT i, repeat('b', 50) FROM generate_series(6001, 12000) AS i");
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                for (List<Chunk> plan : plans) {
                    assertThat(plan).hasSizeGreaterThan(3);
                    assertThat(ReadRows.firstColumn(reader, table, plan))
                            .hasSize(12_000)
                            .doesNotHaveDuplicates();
                }
            }
        }
    }

    /** Keys of several columns and of types with an order of their own; texts that would break out of a statement if they could. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void keyRangesPartEveryKeyOnce(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute("""
                    CREATE TABLE t (n int, c char(8), x numeric, r int4range, f float8, s text COLLATE "C", PRIMARY KEY (c, s, x, r, f));
                    INSERT INTO t SELECT i, chr(65 + i % 3), i / 2.0, int4range(i, i + 1), i * 1e-9, '''; \\ "' || i % 5 || E'\\t\\n\\\\'
                      FROM generate_series(1, 8000) AS i;
                    """);
            TableSchema table = link.sourceTable("public", "t");
            try (Snapshot snapshot = new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions))
                            .unpositioned();
                    SnapshotReader reader = snapshot.reader()) {
                List<Chunk> chunks = snapshot.plan(table, SMALL, true);

                assertThat(chunks).hasSizeGreaterThan(5);
                assertThat(((Chunk.KeyRange) chunks.getFirst().range()).fromInclusive())
                        .isNull();
                assertThat(((Chunk.KeyRange) chunks.getLast().range()).toExclusive())
                        .isNull();
                assertThat(ReadRows.firstColumn(reader, table, chunks))
                        .hasSize(8000)
                        .doesNotHaveDuplicates();
                assertThat(ReadRows.of(reader, table, chunks.get(2)).size()).isBetween(1, 4000);
            }
        }
    }

    /** An extension's type sorts in its own way where its operators are found, and as text where they are not; ranges in one order of bounds in the other overlap. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void keyRangesOfAnExtensionsTypePartEveryKeyOnce(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute("""
                    CREATE EXTENSION citext; CREATE EXTENSION ltree;
                    CREATE TABLE c (k citext PRIMARY KEY, filler text);
                    INSERT INTO c SELECT chr(CASE i % 2 WHEN 0 THEN 65 ELSE 97 END + i / 2 % 26) || i, repeat('x', 50)
                      FROM generate_series(1, 8000) AS i;
                    CREATE TABLE l (k ltree PRIMARY KEY, filler text);
                    INSERT INTO l SELECT CAST('a.b' || i AS ltree), repeat('x', 50) FROM generate_series(1, 8000) AS i;
                    """);
            try (Snapshot snapshot = new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions))
                            .unpositioned();
                    SnapshotReader reader = snapshot.reader()) {
                for (String name : List.of("c", "l")) {
                    TableSchema table = link.sourceTable("public", name);
                    List<Chunk> chunks = snapshot.plan(table, SMALL, true);
                    assertThat(ReadRows.firstColumn(reader, table, chunks))
                            .hasSize(8000)
                            .doesNotHaveDuplicates();
                    if (name.equals("c")) {
                        assertThat(chunks).hasSizeGreaterThan(5);
                    }
                }
            }
        }
    }

    /** T26: without a key a table is one chunk, whatever is asked for; a small one is, too. */
    @Test
    void t26TablesWithoutKeyAreOneChunk() {
        try (LinkFixture link = new LinkFixture("18", "15")) {
            link.sourceSql.execute(
                    "CREATE TABLE keyless AS SELECT i, repeat('a', 100) AS a FROM generate_series(1, 9000) AS i;"
                            + " CREATE TABLE small (id int PRIMARY KEY)");
            try (Snapshot snapshot =
                    new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open()) {
                for (boolean durable : new boolean[] {false, true}) {
                    assertThat(snapshot.plan(link.sourceTable("public", "keyless"), SMALL, durable))
                            .extracting(Chunk::range)
                            .containsExactly(new Chunk.Whole());
                    assertThat(snapshot.plan(link.sourceTable("public", "small"), SMALL, durable))
                            .extracting(Chunk::range)
                            .containsExactly(new Chunk.Whole());
                }
            }
        }
    }

    /** T22: a role's time-outs do not end the session that holds the snapshot. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t22OutlivesTheTimeOutsOfARole(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute("CREATE TABLE t AS SELECT 1 AS a");
            TableSchema table = link.sourceTable("public", "t");
            for (String setting : version.equals("18")
                    ? List.of("idle_in_transaction_session_timeout", "idle_session_timeout", "transaction_timeout")
                    : List.of("idle_in_transaction_session_timeout")) {
                link.sourceSql.execute("ALTER DATABASE " + link.source.name() + " SET " + setting + " = '100ms'");
            }
            try (Sessions sessions = LinkFixture.sessions(
                            Side.SOURCE, link.source, link.source.server().port());
                    Snapshot snapshot = new PostgresSnapshots(sessions, new UnseenCommits(sessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                link.sourceSql.execute("SELECT pg_sleep(0.5); INSERT INTO t VALUES (2)");
                assertThat(ReadRows.of(reader, table, new Chunk(table.table(), 0, new Chunk.Whole())))
                        .hasSize(1);
            }
        }
    }

    @Test
    void aSnapshotWhoseHolderIsGoneIsLost() {
        try (LinkFixture link = new LinkFixture("18", "15")) {
            link.sourceSql.execute("CREATE TABLE t AS SELECT 1 AS a");
            TableSchema table = link.sourceTable("public", "t");
            Chunk chunk = new Chunk(table.table(), 0, new Chunk.Whole());
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                assertThat(ReadRows.of(reader, table, chunk)).hasSize(1);
                link.sourceSql.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'syncline test snapshot' AND datname = current_database()");
                link.sourceSql.await(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'syncline test snapshot' AND datname = current_database()",
                        "0",
                        Duration.ofSeconds(10));
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> ReadRows.of(reader, table, chunk))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SNAPSHOT_LOST));
            }
        }
    }

    /** T21: what was committed without waiting for the disk is visible, lies before the position, and is durable when the snapshot is handed out. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t21PositionsCoverWhatIsVisibleAndAreDurable(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY); SET synchronous_commit = off");
            for (int i = 0; i < 20; i++) {
                link.sourceSql.execute("INSERT INTO t VALUES (" + i + ")");
                Lsn visible = Lsn.parse(link.sourceSql.value("SELECT pg_current_wal_insert_lsn()"));
                try (Snapshot snapshot =
                        new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open()) {
                    Lsn position = position(snapshot);
                    Lsn flushed = Lsn.parse(link.sourceSql.value("SELECT pg_current_wal_flush_lsn()"));

                    assertThat(snapshot.exact()).isFalse();
                    assertThat(position).isGreaterThanOrEqualTo(visible);
                    assertThat(flushed).isGreaterThanOrEqualTo(position);
                }
            }
        }
    }

    /** T26: snapshot and log part the transactions without overlap or gap, while others write. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t26AnExactSnapshotAndTheLogMakeTheWhole(String version) throws Exception {
        try (LinkFixture link = new LinkFixture(version, "15");
                ExecutorService writers = Executors.newFixedThreadPool(3)) {
            link.sourceSql.execute("CREATE TABLE t (a int)");
            TableSchema table = link.sourceTable("public", "t");
            String slot = "log_" + link.source.name();
            link.sourceSql.rows("SELECT pg_create_logical_replication_slot(?, 'test_decoding')", slot);
            AtomicBoolean ending = new AtomicBoolean();
            List<Future<?>> running = IntStream.range(0, 3)
                    .<Future<?>>mapToObj(i -> writers.submit(() -> write(link, ending)))
                    .toList();
            try (Snapshot snapshot = exactAmidWrites(link);
                    SnapshotReader reader = snapshot.reader()) {
                link.sourceSql.await("SELECT count(*) > 400 FROM t", "t", Duration.ofSeconds(30));
                ending.set(true);
                for (Future<?> writer : running) {
                    writer.get();
                }
                Lsn position = position(snapshot);
                long seen = ReadRows.of(reader, table, new Chunk(table.table(), 0, new Chunk.Whole()))
                        .size();
                long later = link.sourceSql.number("""
                        WITH log AS (SELECT lsn, xid::text, data FROM pg_logical_slot_peek_changes(?, NULL, NULL))
                        SELECT count(*) FROM log WHERE data LIKE 'table%INSERT%' AND xid IN
                            (SELECT xid FROM log WHERE data LIKE 'COMMIT%' AND lsn > CAST(? AS pg_lsn))""", slot, position.text());

                assertThat(snapshot.exact()).isTrue();
                assertThat(seen).isPositive();
                assertThat(later).isPositive();
                assertThat(seen + later).isEqualTo(link.sourceSql.number("SELECT count(*) FROM t"));
                assertThat(
                                link.sourceSql.number(
                                        "SELECT count(*) FROM pg_replication_slots WHERE temporary AND database = current_database()"))
                        .isZero();
            }
        }
    }

    private static Lsn position(Snapshot snapshot) {
        return (Lsn) Objects.requireNonNull(snapshot.positions().of(PostgresStream.ID));
    }

    private static Snapshot exactAmidWrites(LinkFixture link) {
        link.sourceSql.await("SELECT count(*) > 100 FROM t", "t", Duration.ofSeconds(30));
        return new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).exact();
    }

    private static void write(LinkFixture link, AtomicBoolean ending) {
        try (Sql sql = link.source.sql()) {
            while (!ending.get()) {
                sql.execute("BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT");
            }
        }
    }

    /** T12: rows that a policy hides are an error, not missing. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t12HiddenRowsAreAnErrorAndNotMissing(String version) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            String role = "reader_" + link.source.name();
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 100);"
                    + " ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON t USING (id <= 10);"
                    + " CREATE ROLE " + role + " LOGIN PASSWORD 'x'; GRANT SELECT ON t TO " + role);
            TableSchema table = link.sourceTable("public", "t");
            try (Sessions sessions = LinkFixture.sessions(
                            Side.SOURCE, link.source, link.source.server().port(), role, "x");
                    Snapshot snapshot = new PostgresSnapshots(sessions, new UnseenCommits(sessions)).unpositioned();
                    SnapshotReader reader = snapshot.reader();
                    PostgresRowFetcher fetcher = new PostgresRowFetcher(sessions, new UnseenCommits(sessions))) {
                for (Chunk.Range range :
                        List.of(new Chunk.Whole(), new Chunk.PhysicalRange(0, null), new Chunk.KeyRange(null, null))) {
                    assertThatExceptionOfType(SyncException.class)
                            .isThrownBy(() -> ReadRows.of(reader, table, new Chunk(table.table(), 0, range)))
                            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_RIGHTS));
                }
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> fetcher.fetch(table, List.of(RowBuilder.of("50"))))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_RIGHTS));
            } finally {
                link.sourceSql.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
            }
        }
    }

    @Test
    void anExactSnapshotNeedsTheRightToReplicate() {
        try (LinkFixture link = new LinkFixture("18", "15")) {
            link.sourceSql.execute("CREATE ROLE poor LOGIN PASSWORD 'poor'");
            try (Sessions sessions = LinkFixture.sessions(
                    Side.SOURCE, link.source, link.source.server().port(), "poor", "poor")) {
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> new PostgresSnapshots(sessions, new UnseenCommits(sessions)).exact())
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_RIGHTS));
            } finally {
                link.sourceSql.execute("DROP ROLE poor");
            }
        }
    }
}
