package io.syncline.postgresql.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.postgresql.load.LinkFixture;
import io.syncline.postgresql.visibility.UnseenCommits;
import io.syncline.testkit.postgres.Sql;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T3: a table that is rewritten or moved between two chunks of one snapshot is noticed, and never read short. */
class TableMovedTest {
    private static final String TABLE = """
            CREATE TABLE t (id int PRIMARY KEY, a text, b text);
            INSERT INTO t SELECT i, repeat('a', 100), 'b' FROM generate_series(1, 5000) AS i;
            DELETE FROM t WHERE id % 2 = 0;
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12 | VACUUM FULL t",
                "18 | VACUUM FULL t",
                "15 | CLUSTER t USING t_pkey",
                "12 | ALTER TABLE t ALTER id TYPE bigint",
                "18 | ALTER TABLE t ALTER id TYPE bigint",
                "17 | TRUNCATE t",
                "17 | ALTER TABLE t DROP b",
                "17 | ALTER TABLE t RENAME a TO x; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME x TO b",
                "17 | ALTER TABLE t DROP b; ALTER TABLE t ADD b text",
                "17 | ALTER TABLE t RENAME TO u",
                "17 | DROP TABLE t",
                "17 | ALTER TABLE t RENAME TO u; CREATE TABLE t AS SELECT * FROM u",
            })
    void t3AChangeBetweenTwoChunksIsDetected(String version, String change) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute(TABLE);
            TableSchema table = link.sourceTable("public", "t");
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                List<Chunk> chunks = snapshot.plan(table, 100 << 10, false);
                assertThat(chunks).hasSizeGreaterThan(2);
                assertThat(rows(reader, table, chunks.getFirst())).isPositive();

                for (String statement : change.split(";", -1)) {
                    link.sourceSql.execute(statement.strip());
                }

                for (Chunk chunk : chunks.subList(1, chunks.size())) {
                    assertThatExceptionOfType(SyncException.class)
                            .isThrownBy(() -> rows(reader, table, chunk))
                            .withMessageContaining("public.t")
                            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
                }
            }
        }
    }

    /** A change that is not committed yet shows nowhere: it is waited for before snapshot and present are compared, and not by the COPY after that. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12 | ALTER TABLE t ALTER id TYPE bigint",
                "15 | CLUSTER t USING t_pkey",
                "18 | TRUNCATE t",
                "18 | ALTER TABLE t RENAME a TO x; ALTER TABLE t RENAME b TO a; ALTER TABLE t RENAME x TO b",
            })
    void t3AChangeUnderWayIsWaitedForAndDetected(String version, String change) {
        try (LinkFixture link = new LinkFixture(version, "15")) {
            link.sourceSql.execute(TABLE);
            TableSchema table = link.sourceTable("public", "t");
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader();
                    ExecutorService threads = Executors.newSingleThreadExecutor();
                    Sql ddl = link.source.sql()) {
                Chunk chunk = snapshot.plan(table, 100 << 10, false).getLast();
                ddl.execute("BEGIN; " + change);
                Future<Long> read = threads.submit(() -> rows(reader, table, chunk));
                link.sourceSql.await(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                        "1",
                        Duration.ofSeconds(10));
                ddl.execute("COMMIT");
                assertThatThrownBy(read::get)
                        .cause()
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
            }
        }
    }

    /** The plan is made after the snapshot: a rewrite between the two is as bad as one between two chunks. */
    @Test
    void t3AChangeBeforeThePlanIsDetected() {
        try (LinkFixture link = new LinkFixture("18", "15")) {
            link.sourceSql.execute(TABLE);
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                link.sourceSql.execute("ALTER TABLE t ALTER a TYPE varchar(200) USING a || 'x'");
                TableSchema table = link.sourceTable("public", "t");
                for (Chunk chunk : snapshot.plan(table, 100 << 10, false)) {
                    assertThatExceptionOfType(SyncException.class)
                            .isThrownBy(() -> rows(reader, table, chunk))
                            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
                }
            }
        }
    }

    /** A plan that was read back from a ledger: snapshot and present agree with each other, and not with it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE t RENAME TO u; CREATE TABLE t (id int PRIMARY KEY, a text, b text)",
                "ALTER TABLE t ALTER b TYPE varchar(9)",
                "ALTER TABLE t RENAME b TO c"
            })
    void t24APlanFromBeforeTheChangeIsRefused(String change) {
        try (LinkFixture link = new LinkFixture("18", "15")) {
            link.sourceSql.execute(TABLE);
            TableSchema table = link.sourceTable("public", "t");
            link.sourceSql.execute(change);
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                Chunk chunk = new Chunk(table.table(), 0, new Chunk.KeyRange(List.of("5"), null));
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> rows(reader, table, chunk))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
            }
        }
    }

    @Test
    void otherTablesAndOrdinaryUseDoNoHarm() {
        try (LinkFixture link = new LinkFixture("18", "15")) {
            link.sourceSql.execute(TABLE);
            TableSchema table = link.sourceTable("public", "t");
            try (Snapshot snapshot =
                            new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                    SnapshotReader reader = snapshot.reader()) {
                List<Chunk> chunks = snapshot.plan(table, 100 << 10, false);
                link.sourceSql.execute("UPDATE t SET a = 'x'; DELETE FROM t WHERE id < 1000; CREATE INDEX ON t (a)");
                link.sourceSql.execute("VACUUM t");
                link.sourceSql.execute("ANALYZE t");
                long rows = chunks.stream()
                        .mapToLong(chunk -> rows(reader, table, chunk))
                        .sum();
                assertThat(rows).isEqualTo(2500);
            }
        }
    }

    @Test
    void aLockedTableIsNotWaitedForEndlessly() {
        try (LinkFixture link = new LinkFixture("18", "15");
                Sql ddl = link.source.sql()) {
            link.sourceSql.execute(TABLE);
            TableSchema table = link.sourceTable("public", "t");
            try (SnapshotHolder holder = SnapshotHolder.take(link.sourceSessions);
                    PresentSession present = new PresentSession(link.sourceSessions);
                    SnapshotReader reader = new PostgresSnapshotReader(
                            link.sourceSessions, holder.exported(), present, Duration.ofMillis(50))) {
                ddl.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
                Chunk chunk = new Chunk(table.table(), 0, new Chunk.Whole());
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> rows(reader, table, chunk))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_BUSY));
                ddl.execute("ROLLBACK");
                assertThat(rows(reader, table, chunk)).isEqualTo(2500);
            }
        }
    }

    private static long rows(SnapshotReader reader, TableSchema table, Chunk chunk) {
        return ReadRows.of(reader, table, chunk).size();
    }
}
