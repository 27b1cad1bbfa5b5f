package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Positions;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T9: what the log says of partitioned tables, and what it does not. */
class PartitionedStreamTest {

    private static final Duration WAIT = Duration.ofSeconds(20);

    /** The second leaf has the root's columns in another order, and a dropped one between them; the third is one level deeper. */
    private static final String KEYED = """
            CREATE TABLE sale (id int, at int, note text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE sale_1 PARTITION OF sale FOR VALUES FROM (0) TO (10);
            CREATE TABLE sale_2 (note text, gone int, at int NOT NULL, id int NOT NULL);
            ALTER TABLE sale_2 DROP COLUMN gone;
            ALTER TABLE sale ATTACH PARTITION sale_2 FOR VALUES FROM (10) TO (20);
            CREATE TABLE sale_3 PARTITION OF sale FOR VALUES FROM (20) TO (30) PARTITION BY LIST (id);
            CREATE TABLE sale_3_any PARTITION OF sale_3 DEFAULT;
            """;

    @ParameterizedTest
    @ValueSource(strings = {"12", "13", "15", "18"})
    void t9RowsOfLeavesComeAsTheRootsByName(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(KEYED);
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("sale"));
            fixture.sql
                    .execute("INSERT INTO sale VALUES (1, 1, 'a'), (2, 12, 'b'), (3, 25, NULL)")
                    .execute("UPDATE sale SET note = 'c' WHERE id = 2")
                    .execute("UPDATE sale SET at = 11 WHERE id = 1")
                    .execute("DELETE FROM sale WHERE id = 3")
                    .execute("TRUNCATE sale_2")
                    .execute("TRUNCATE sale");
            assertThat(events(log, start))
                    .containsExactly(
                            "insert sale [id=1 at=1 note=a]",
                            "insert sale [id=2 at=12 note=b]",
                            "insert sale [id=3 at=25 note=NULL]",
                            "update sale [id=2 at=12 note=c]",
                            "delete sale [id=1 at=1]",
                            "insert sale [id=1 at=11 note=a]",
                            "delete sale [id=3 at=25]",
                            "truncate sale:sale_2",
                            "truncate sale");
        }
    }

    /** Without a key of the root each leaf logs whole old rows, whatever identity it had, and gets that back at the end. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "13", "18"})
    void t7LeavesOfAKeylessTableLogWholeRows(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("""
                    CREATE TABLE log (at int, what text) PARTITION BY RANGE (at);
                    CREATE TABLE log_1 (what text, at int PRIMARY KEY);
                    ALTER TABLE log ATTACH PARTITION log_1 FOR VALUES FROM (0) TO (10);
                    CREATE TABLE log_2 PARTITION OF log DEFAULT;
                    """);
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("log"));
            fixture.sql
                    .execute("INSERT INTO log VALUES (1, NULL), (20, 'x')")
                    .execute("UPDATE log SET at = at + 1")
                    .execute("DELETE FROM log");
            assertThat(events(log, start))
                    .containsExactly(
                            "insert log [at=1 what=NULL]",
                            "insert log [at=20 what=x]",
                            "update log [at=1 what=NULL] -> [at=2 what=NULL]",
                            "update log [at=20 what=x] -> [at=21 what=x]",
                            "delete log [at=2 what=NULL]",
                            "delete log [at=21 what=x]");
            assertThat(log.drop()).isEmpty();
            assertThat(
                            fixture.sql.column(
                                    "SELECT relname || relreplident::text FROM pg_class WHERE relname LIKE 'log%' AND relkind IN ('r', 'p') ORDER BY 1"))
                    .containsExactly("log_1d", "log_2d", "logd");
        }
    }

    /** Nothing is in the log, so the partitions themselves are compared, at each start and with each heartbeat. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12|ALTER TABLE sale ATTACH PARTITION filled FOR VALUES FROM (30) TO (40)|public.filled was made or attached",
                "18|ALTER TABLE sale ATTACH PARTITION filled FOR VALUES FROM (30) TO (40)|public.filled was made or attached",
                "12|ALTER TABLE sale DETACH PARTITION sale_1|public.sale_1 was detached or dropped",
                "18|ALTER TABLE sale DETACH PARTITION sale_1|public.sale_1 was detached or dropped",
                "18|DROP TABLE sale_3_any|public.sale_3_any was detached or dropped",
                "18|ALTER TABLE sale DETACH PARTITION sale_1; INSERT INTO sale_1 VALUES (9, 9, 'z');"
                        + " ALTER TABLE sale ATTACH PARTITION sale_1 FOR VALUES FROM (0) TO (10)|sale_1 was detached and attached again"
            })
    void t9PartitionsThatComeAndGoAreNoticed(String version, String change, String told) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(KEYED + "CREATE TABLE filled (LIKE sale); INSERT INTO filled VALUES (7, 35, 'older')");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("sale"));
            log.heartbeat();
            log.requireIntact(Positions.of(PostgresStream.ID, start));

            fixture.sql.execute("VACUUM FULL sale_2").execute("ALTER TABLE sale_2 RENAME TO sale_two");
            log.heartbeat();

            fixture.sql.execute(change);
            assertThatThrownBy(log::heartbeat)
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED))
                    .hasMessageContaining(told);
            assertThatThrownBy(() -> log.requireIntact(Positions.of(PostgresStream.ID, start)))
                    .hasMessageContaining(told);
        }
    }

    /** The first row of a partition that was attached with rows tells of it before the next look. */
    @ParameterizedTest
    @ValueSource(strings = {"18"})
    void t9ARowOfAnAttachedPartitionStopsTheStream(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(KEYED);
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("sale"));
            fixture.sql.execute("""
                    CREATE TABLE filled (LIKE sale); INSERT INTO filled VALUES (7, 35, 'older');
                    ALTER TABLE sale ATTACH PARTITION filled FOR VALUES FROM (30) TO (40);
                    INSERT INTO sale VALUES (8, 36, 'newer')""");
            assertThatThrownBy(() -> events(log, start))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED))
                    .hasMessageContaining("public.filled");
        }
    }

    /** A partition that was made as one never held a row that is not in the log: it joins without a stop, and is known from then on. */
    @ParameterizedTest
    @ValueSource(strings = {"13", "15", "17", "18"})
    void t9APartitionThatIsMadeJoins(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(KEYED);
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("sale"));
            fixture.sql.execute("""
                    CREATE TABLE sale_4 PARTITION OF sale (note DEFAULT 'x') FOR VALUES FROM (30) TO (40) PARTITION BY LIST (id);
                    CREATE TABLE sale_4_any PARTITION OF sale_4 DEFAULT;
                    INSERT INTO sale VALUES (8, 36, 'newer')""").execute("VACUUM FREEZE pg_inherits").execute("VACUUM FULL pg_attribute");
            assertThat(events(log, start)).containsExactly("insert sale [id=8 at=36 note=newer]");
            log.heartbeat();
            log.requireIntact(Positions.of(PostgresStream.ID, start));
            fixture.sql.execute("DROP TABLE sale_4_any");
            assertThatThrownBy(log::heartbeat).hasMessageContaining("public.sale_4_any was detached or dropped");
        }
    }

    /** Rows that a table got in the very transaction that made and attached it were not published either. */
    @ParameterizedTest
    @ValueSource(strings = {"13", "15", "18"})
    void t9ATableThatIsMadeFilledAndAttachedAtOnceDoesNotJoin(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute(KEYED);
            PostgresChangeLog log = fixture.log(fixture.run());
            StreamFixture.create(log, fixture.tables("sale"));
            fixture.sql.execute("BEGIN; CREATE TABLE filled AS SELECT 7 AS id, 35 AS at, 'older' AS note;"
                    + " ALTER TABLE filled ALTER id SET NOT NULL, ALTER at SET NOT NULL;"
                    + " ALTER TABLE sale ATTACH PARTITION filled FOR VALUES FROM (30) TO (40); COMMIT");
            assertThatThrownBy(log::heartbeat).hasMessageContaining("public.filled was made or attached");
        }
    }

    /** Without a key that new partitions inherit, and before 13, the publication does not know them: nothing of theirs is in the log. */
    @Test
    void t9APartitionOfAnUnpublishedRootDoesNotJoin() {
        try (StreamFixture fixture = new StreamFixture("18")) {
            fixture.sql.execute(
                    "CREATE TABLE log (at int) PARTITION BY LIST (at); CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1)");
            PostgresChangeLog log = fixture.log(fixture.run());
            StreamFixture.create(log, fixture.tables("log"));
            fixture.sql.execute(
                    "CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2); INSERT INTO log VALUES (2); UPDATE log SET at = 2; DELETE FROM log");
            assertThatThrownBy(log::heartbeat).hasMessageContaining("public.log_2 was made or attached");
        }
    }

    /** Everything up to a mark, without the frames of transactions. */
    private static List<String> events(PostgresChangeLog log, Lsn from) {
        List<String> events = new ArrayList<>();
        try (ChangeStream stream = StreamFixture.open(log, from)) {
            Lsn end = StreamFixture.lsn(log.now());
            long deadline = System.nanoTime() + WAIT.toNanos();
            while (true) {
                ChangeEvent event = stream.poll(Duration.ofMillis(100));
                if (event != null && isAt(event, end)) {
                    return events;
                }
                if (event != null && !isFrame(event)) {
                    events.add(EventText.of(event));
                }
                assertThat(System.nanoTime())
                        .as("the stream reaches %s: %s", end, events)
                        .isLessThan(deadline);
            }
        }
    }

    private static boolean isFrame(ChangeEvent event) {
        return switch (event) {
            case ChangeEvent.Begin _, ChangeEvent.Commit _, ChangeEvent.Idle _ -> true;
            case ChangeEvent.RowChange _,
                    ChangeEvent.Truncate _,
                    ChangeEvent.Altered _,
                    ChangeEvent.Named _,
                    ChangeEvent.Moved _,
                    ChangeEvent.Part _,
                    ChangeEvent.Untold _,
                    ChangeEvent.Dropped _,
                    ChangeEvent.SchemaChange _ -> false;
        };
    }

    private static boolean isAt(ChangeEvent event, Lsn end) {
        return switch (event) {
            case ChangeEvent.Commit commit -> ((Lsn) commit.position()).compareTo(end) >= 0;
            case ChangeEvent.Idle idle -> ((Lsn) idle.position()).compareTo(end) >= 0;
            case ChangeEvent.Begin _,
                    ChangeEvent.RowChange _,
                    ChangeEvent.Truncate _,
                    ChangeEvent.Altered _,
                    ChangeEvent.Named _,
                    ChangeEvent.Moved _,
                    ChangeEvent.Part _,
                    ChangeEvent.Untold _,
                    ChangeEvent.Dropped _,
                    ChangeEvent.SchemaChange _ -> false;
        };
    }
}
