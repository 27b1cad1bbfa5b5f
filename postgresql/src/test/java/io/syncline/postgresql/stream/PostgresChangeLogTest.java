package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.HoldBack;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a task makes, finds and leaves at its source. */
class PostgresChangeLogTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String IDENTITIES =
            "SELECT string_agg(relname || ' ' || relreplident::text, ', ' ORDER BY relname)"
                    + " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";

    @Test
    void t49TheNameIsFoldedAndNeverTooLong() {
        assertThat(ChangeLogName.of(new TaskIdentity("Shop-Copy", "a1b2c3d4")).text())
                .isEqualTo("dts_sync_shop_copy_a1b2c3d4");
        assertThat(ChangeLogName.of(new TaskIdentity("X".repeat(50), "a1b2c3d4"))
                        .text())
                .hasSize(63)
                .matches("dts_sync_x{45}_a1b2c3d4");
    }

    /** T7: the exported snapshot stands exactly where the stream begins, and is held before the walsender lets it go. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void theSnapshotStandsWhereTheStreamBegins(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY); INSERT INTO item VALUES (1)");
            Sessions sessions = fixture.run();
            StringBuilder seen = new StringBuilder();
            PostgresChangeLog log = fixture.log(sessions, (exported, positions) -> {
                fixture.sql.execute("INSERT INTO item VALUES (2)");
                seen.append(countUnder(sessions, exported));
                return StreamFixture.standing(positions);
            });
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            assertThat(seen).hasToString("1");
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                assertThat(firstInsert(stream)).isEqualTo("2");
            }
        }
    }

    private static String countUnder(Sessions sessions, String exported) {
        try (Connection connection = sessions.open("importing");
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '" + exported + "'");
            try (var row = statement.executeQuery("SELECT count(*) FROM public.item")) {
                row.next();
                return row.getString(1);
            }
        } catch (SQLException e) {
            throw new AssertionError("the exported snapshot is gone", e);
        }
    }

    /** T7: when the slot is there, everything that decoding its log needs has been committed. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t7IdentitiesAndPublicationAreThereBeforeTheSlot(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("CREATE TABLE keyless (id int); INSERT INTO keyless VALUES (1)");
            AtomicReference<String> published = new AtomicReference<>();
            PostgresChangeLog log = fixture.log(fixture.run(), (exported, positions) -> {
                published.set(fixture.sql.value("SELECT string_agg(tablename, ',') FROM pg_publication_tables"
                        + " WHERE pubname = '" + fixture.slot() + "'"));
                fixture.sql.execute("UPDATE keyless SET id = 2");
                return StreamFixture.standing(positions);
            });
            Lsn start = StreamFixture.create(log, fixture.tables("keyless"));
            assertThat(published).hasValue("keyless");
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                assertThat(nextUpdate(stream)).isEqualTo("update keyless [id=1] -> [id=2]");
            }
        }
    }

    /** A start that was killed after any step is begun again as if it had never been, and what it changed is put back at the end. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "17", "18"})
    void t7IdentitiesAreSetWhereNeededAndPutBack(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("""
                    CREATE TABLE keyed (id int PRIMARY KEY);
                    CREATE TABLE keyless (id int);
                    CREATE TABLE nothing (id int PRIMARY KEY);
                    ALTER TABLE nothing REPLICA IDENTITY NOTHING;
                    CREATE TABLE full_already (id int);
                    ALTER TABLE full_already REPLICA IDENTITY FULL;
                    CREATE TABLE late (id int PRIMARY KEY DEFERRABLE);
                    CREATE TABLE computed (id int, twice int GENERATED ALWAYS AS (2 * id) STORED, PRIMARY KEY (id, twice));
                    CREATE TABLE by_index (id int NOT NULL);
                    CREATE UNIQUE INDEX by_index_id ON by_index (id);
                    ALTER TABLE by_index REPLICA IDENTITY USING INDEX by_index_id""");
            String before = fixture.sql.value(IDENTITIES);
            assertThat(before)
                    .isEqualTo("by_index i, computed d, full_already f, keyed d, keyless d, late d, nothing n");
            List<TableId> tables =
                    fixture.tables("by_index", "computed", "full_already", "keyed", "keyless", "late", "nothing");
            StreamFixture.create(fixture.log(fixture.run()), tables);
            String during = "by_index i, computed f, full_already f, keyed d, keyless f, late f, nothing f";
            assertThat(fixture.sql.value(IDENTITIES)).isEqualTo(during);
            for (TableId table : tables) {
                fixture.sql.execute("INSERT INTO " + table.name() + " VALUES (1)");
                fixture.sql.execute("UPDATE " + table.name() + " SET id = 2");
            }

            PostgresChangeLog again = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(again, tables);
            assertThat(fixture.sql.value(IDENTITIES)).isEqualTo(during);
            again.requireIntact(Positions.of(PostgresStream.ID, start));

            assertThat(again.drop()).isEmpty();
            assertThat(fixture.sql.value(IDENTITIES)).isEqualTo(before);
            assertThat(made(fixture)).isEqualTo("0 slots, 0 publications");
            assertThat(again.drop()).isEmpty();
        }
    }

    /** T49: a table that two tasks publish keeps its replica identity until the second is gone. */
    @Test
    void aSharedTableKeepsItsIdentityForTheOtherTask() {
        try (StreamFixture fixture = new StreamFixture("17")) {
            fixture.sql.execute("CREATE TABLE keyless (id int); INSERT INTO keyless VALUES (1)");
            PostgresChangeLog one = fixture.log(fixture.run());
            StreamFixture.create(one, fixture.tables("keyless"));
            PostgresChangeLog other = fixture.log("u" + fixture.taskId().substring(1));
            StreamFixture.create(other, fixture.tables("keyless"));
            assertThat(one.drop()).isEmpty();
            fixture.sql.execute("UPDATE keyless SET id = 2");
            assertThat(other.drop()).isEmpty();
            assertThat(fixture.sql.value(IDENTITIES)).isEqualTo("keyless d");
        }
    }

    /** The publication lets go of it first, and forgets the former setting last: an interruption between is made up for by doing it again. */
    @ParameterizedTest
    @ValueSource(strings = {"11", "17"})
    void aTableThatIsGivenUpGetsItsIdentityBack(String version) {
        try (StreamFixture fixture = new StreamFixture(version)) {
            fixture.sql.execute("CREATE TABLE keyless (id int); CREATE TABLE stays (id int);"
                    + "CREATE TABLE parted (id int) PARTITION BY RANGE (id);"
                    + "CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10)");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("keyless", "parted", "stays"));
            List<Long> given = fixture
                    .sql
                    .column("SELECT oid::text FROM pg_class WHERE relname IN ('keyless', 'parted') ORDER BY 1")
                    .stream()
                    .map(Long::valueOf)
                    .toList();
            log.leaveOut(given);
            assertThat(fixture.sql.value(IDENTITIES)).contains("keyless f", "parted_1 f", "stays f");

            assertThat(log.giveUp(given)).isEmpty();
            assertThat(fixture.sql.value(IDENTITIES)).contains("keyless d", "parted_1 d", "stays f");
            assertThat(fixture.sql.column("SELECT tablename FROM pg_publication_tables"))
                    .containsExactly("stays");
            log.requireIntact(Positions.of(PostgresStream.ID, start));
            fixture.sql.execute("ALTER TABLE keyless REPLICA IDENTITY FULL");
            assertThat(log.giveUp(given)).isEmpty();
            assertThat(fixture.sql.value(IDENTITIES))
                    .as("nothing is known of it any more")
                    .contains("keyless f");
            assertThat(log.drop()).isEmpty();
            assertThat(fixture.sql.value(IDENTITIES)).contains("keyless f", "stays d");
        }
    }

    /** Another's publication that needs FULL is not broken; the statement for later is told. */
    @Test
    void aStrangersPublicationIsNotBroken() {
        try (StreamFixture fixture = new StreamFixture("17")) {
            fixture.sql.execute("CREATE TABLE keyless (id int); INSERT INTO keyless VALUES (1)");
            PostgresChangeLog log = fixture.log(fixture.run());
            StreamFixture.create(log, fixture.tables("keyless"));
            fixture.sql.execute("CREATE PUBLICATION theirs FOR TABLE keyless");
            StreamFixture.create(log, fixture.tables("keyless"));
            assertThat(log.drop())
                    .singleElement()
                    .asString()
                    .startsWith("ALTER TABLE ONLY \"public\".\"keyless\" REPLICA IDENTITY DEFAULT;")
                    .contains("theirs");
            fixture.sql.execute("UPDATE keyless SET id = 2");
            assertThat(made(fixture)).isEqualTo("0 slots, 1 publications");
        }
    }

    /** A lock that an application holds for a while delays the start, and no other session behind it for long. */
    @Test
    void aLockedTableIsWaitedFor() {
        try (StreamFixture fixture = new StreamFixture("17")) {
            fixture.sql.execute("CREATE TABLE keyless (id int)");
            PostgresChangeLog log = fixture.log(fixture.run());
            CompletableFuture<Lsn> created;
            try (Sql application = fixture.database.sql()) {
                application.execute("BEGIN; LOCK TABLE keyless IN ACCESS SHARE MODE");
                created = CompletableFuture.supplyAsync(() -> StreamFixture.create(log, fixture.tables("keyless")));
                fixture.sql.await(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'keyless'::regclass",
                        "1",
                        LIMIT);
                fixture.sql.await(
                        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'keyless'::regclass",
                        "0",
                        LIMIT);
                assertThat(created).isNotDone();
                application.execute("COMMIT");
            }
            assertThat(created).succeedsWithin(LIMIT);
            assertThat(fixture.sql.value(IDENTITIES)).isEqualTo("keyless f");
        }
    }

    /** T41: more tables than one statement may lock. */
    @Test
    void t41ManyTablesArePublished() {
        try (StreamFixture fixture = new StreamFixture("17")) {
            fixture.sql.execute(
                    "DO $$ BEGIN FOR i IN 1..1203 LOOP EXECUTE 'CREATE TABLE t' || i || ' (id int PRIMARY KEY)'; END LOOP; END $$");
            fixture.sql.execute("""
                    CREATE TABLE held (command text, locks int);
                    CREATE FUNCTION note_held() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
                        INSERT INTO public.held SELECT tg_tag, count(*) FROM pg_locks
                         WHERE pid = pg_backend_pid() AND locktype = 'relation';
                    END $$;
                    CREATE EVENT TRIGGER note_held ON ddl_command_end EXECUTE FUNCTION public.note_held()""");
            List<TableId> tables = IntStream.rangeClosed(1, 1203)
                    .mapToObj(i -> fixture.table("t" + i))
                    .toList();
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, tables);
            assertThat(fixture.sql.number("SELECT count(*) FROM pg_publication_rel"))
                    .isEqualTo(1203);
            log.requireIntact(Positions.of(PostgresStream.ID, start));
            assertThat(log.drop()).isEmpty();
            assertThat(made(fixture)).isEqualTo("0 slots, 0 publications");
            assertThat(fixture.sql.column("SELECT DISTINCT command FROM held"))
                    .contains("ALTER PUBLICATION", "DROP PUBLICATION");
            assertThat(fixture.sql.number("SELECT max(locks) FROM held"))
                    .as("tables that one transaction holds a lock on")
                    .isBetween(200L, 600L);
        }
    }

    /** T17: a slot that has let go of what the ledger does not hold. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "17"})
    void t17ASlotBeyondTheLedgerIsAGap(String version) {
        try (StreamFixture fixture = keyed(version)) {
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            fixture.sql.execute("INSERT INTO item VALUES (1)");
            Positions beyond = log.now();
            fixture.sql.rows(
                    "SELECT pg_replication_slot_advance(?, ?::pg_lsn)",
                    fixture.slot(),
                    StreamFixture.lsn(beyond).text());
            log.requireIntact(beyond);
            assertFails(() -> log.requireIntact(Positions.of(PostgresStream.ID, start)), ErrorCode.SOURCE_GAP);
            assertFails(() -> log.requireIntact(Positions.NONE), ErrorCode.SOURCE_GAP);
            assertFails(
                    () -> log.requireIntact(Positions.of(
                            PostgresStream.ID, new Lsn(StreamFixture.lsn(beyond).value() + (1L << 40)))),
                    ErrorCode.SOURCE_GAP);
            assertThat(log.release()).isTrue();
            assertFails(() -> log.requireIntact(beyond), ErrorCode.SLOT_MISSING);
            assertFails(
                    () -> log.requireIntact(Positions.of(
                            PostgresStream.ID, new Lsn(StreamFixture.lsn(beyond).value() + (1L << 40)))),
                    ErrorCode.SOURCE_GAP);
        }
    }

    /** A destination that was restored to what it was before a table was suspended, or left, holds it for a carried one. */
    @Test
    void t17ATableThatTheLedgerHasAndThePublicationHasNotIsAGap() {
        try (StreamFixture fixture = keyed("17")) {
            fixture.sql.execute("CREATE TABLE more (id int PRIMARY KEY)");
            Sessions run = fixture.run();
            PostgresChangeLog log = fixture.log(run);
            Lsn start = StreamFixture.create(log, fixture.tables("item", "more"));
            List<TableSchema> tables = new PostgresCatalog(run)
                    .tables(_ -> true).stream().map(TableInfo::schema).toList();
            log.leaveOut(List.of(fixture.sql.number("SELECT 'more'::regclass::oid")));
            log.requireIntact(Positions.of(PostgresStream.ID, start));
            assertThatThrownBy(() -> log.open(PostgresStream.ID, start, tables, HoldBack.NONE))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_GAP);
                        assertThat(e.table()).isEqualTo(fixture.table("more"));
                    });
            fixture.sql.execute("DROP TABLE more");
            log.open(PostgresStream.ID, start, tables, HoldBack.NONE).close();
        }
    }

    @Test
    void i6WhatWasTakenAwayIsMissed() {
        try (StreamFixture fixture = keyed("17")) {
            fixture.sql.execute("CREATE TABLE more (id int PRIMARY KEY, x int)");
            PostgresChangeLog log = fixture.log(fixture.run());
            Positions start =
                    Positions.of(PostgresStream.ID, StreamFixture.create(log, fixture.tables("item", "more")));
            String publication = "ALTER PUBLICATION " + fixture.slot();
            for (List<String> change : List.of(
                    List.of(publication + " DROP TABLE more", publication + " ADD TABLE more"),
                    List.of(publication + " SET TABLE item, more (id)", publication + " SET TABLE item, more"),
                    List.of(
                            publication + " SET TABLE item, more WHERE (id > 1)",
                            publication + " SET TABLE item, more"),
                    List.of(
                            publication + " SET (publish = 'insert')",
                            publication + " SET (publish = 'insert, update, delete, truncate')"))) {
                log.requireIntact(start);
                fixture.sql.execute(change.getFirst());
                assertFails(() -> log.requireIntact(start), ErrorCode.SOURCE_GAP);
                fixture.sql.execute(change.getLast());
            }
            fixture.sql.execute("DROP TABLE more; CREATE TABLE more (id int PRIMARY KEY, x int)");
            fixture.sql.execute(publication + " ADD TABLE more");
            assertFails(() -> log.requireIntact(start), ErrorCode.SOURCE_GAP);
            fixture.sql.execute("DROP PUBLICATION " + fixture.slot());
            assertFails(() -> log.requireIntact(start), ErrorCode.SLOT_MISSING);
            fixture.sql.rows("SELECT pg_drop_replication_slot(?)", fixture.slot());
            assertFails(() -> log.requireIntact(start), ErrorCode.SLOT_MISSING);
            assertFails(() -> StreamFixture.open(log, StreamFixture.lsn(start)), ErrorCode.SLOT_MISSING);
        }
    }

    /** A run that was paused or killed still holds the slot: its walsender is ended, at once. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "17"})
    void i7APausedRunOfOursLosesTheSlot(String version) {
        try (StreamFixture fixture = keyed(version)) {
            PostgresChangeLog paused = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(paused, fixture.tables("item"));
            try (ChangeStream old = StreamFixture.open(paused, start)) {
                fixture.sql.execute("INSERT INTO item VALUES (7)");
                long began = System.nanoTime();
                try (ChangeStream stream = StreamFixture.open(fixture.log(fixture.run()), start)) {
                    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
                    assertThat(firstInsert(stream)).isEqualTo("7");
                }
                assertFails(
                        () -> {
                            while (true) {
                                old.poll(LIMIT);
                            }
                        },
                        ErrorCode.SOURCE_UNREACHABLE);
            }
        }
    }

    /** A stranger is not ended, but waited for and named. */
    @Test
    void aStrangerKeepsTheSlot() {
        try (StreamFixture fixture = keyed("17")) {
            fixture.sql.execute("""
                    CREATE ROLE %1$s_role SUPERUSER LOGIN PASSWORD 'secret';
                    ALTER ROLE %1$s_role SET wal_sender_timeout = '1000ms'""".formatted(fixture.taskId()));
            String role = fixture.taskId() + "_role";
            AtomicBoolean done = new AtomicBoolean();
            try (Sessions ours = fixture.run("syncline " + fixture.taskId(), role, "secret");
                    // an application whose name only begins like ours
                    Sessions theirs = fixture.run("syncline " + fixture.taskId() + "0", role, "secret")) {
                PostgresChangeLog log = fixture.log(ours);
                Lsn start = StreamFixture.create(log, fixture.tables("item"));
                try (ChangeStream stranger = StreamFixture.open(fixture.log(theirs), start)) {
                    CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
                        while (!done.get()) {
                            stranger.poll(Duration.ofMillis(100));
                        }
                    });
                    assertThatThrownBy(() -> StreamFixture.open(log, start))
                            .isInstanceOfSatisfying(
                                    SyncException.class,
                                    e -> assertThat(e.code()).isEqualTo(ErrorCode.SLOT_IN_USE))
                            .hasMessageContaining("application syncline " + fixture.taskId() + "0 stream");
                    assertThat(reading).isNotDone();
                    done.set(true);
                    assertThat(reading).succeedsWithin(LIMIT);
                }
                Await.until("the slot is free", LIMIT, () -> log.drop().isEmpty());
            }
            fixture.sql.execute("DROP ROLE " + role);
        }
    }

    /** T47: a role's settings change nothing in the bytes. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t47SettingsOfTheRoleChangeNothing(String version) {
        try (StreamFixture fixture = keyed(version)) {
            String role = fixture.taskId() + "_evil";
            fixture.sql.execute("""
                    CREATE ROLE %1$s SUPERUSER LOGIN PASSWORD 'secret';
                    ALTER ROLE %1$s SET datestyle = 'SQL, DMY';
                    ALTER ROLE %1$s SET intervalstyle = 'sql_standard';
                    ALTER ROLE %1$s SET timezone = 'Asia/Tokyo';
                    ALTER ROLE %1$s SET extra_float_digits = -5;
                    ALTER ROLE %1$s SET bytea_output = 'escape';
                    ALTER ROLE %1$s SET client_encoding = 'LATIN1';
                    ALTER ROLE %1$s SET search_path = 'pg_catalog';
                    ALTER ROLE %1$s SET quote_all_identifiers = on;
                    ALTER ROLE %1$s SET statement_timeout = '5s';
                    CREATE TABLE many (id int PRIMARY KEY, ts timestamptz, d date, i interval, f float8, b bytea, t text, r regclass)""".formatted(role));
            try (Sessions sessions = fixture.run("syncline " + fixture.taskId(), role, "secret")) {
                PostgresChangeLog log = fixture.log(sessions);
                Lsn start = StreamFixture.create(log, fixture.tables("many"));
                fixture.sql.execute("""
                        INSERT INTO many VALUES (1, '2026-03-04 05:06:07+00', '2026-03-04', '1 day 02:03:04', 0.1::float8 + 0.2, '\\x00ff', 'ü€', 'item')""");
                try (ChangeStream stream = StreamFixture.open(log, start)) {
                    assertThat(EventText.of(insert(stream)))
                            .isEqualTo("insert many [id=1 ts=2026-03-04 05:06:07+00 d=2026-03-04 i=1 day 02:03:04"
                                    + " f=0.30000000000000004 b=\\x00ff t=ü€ r=public.item]");
                }
                assertThat(log.drop()).isEmpty();
            }
            fixture.sql.execute("DROP ROLE " + role);
        }
    }

    private static StreamFixture keyed(String version) {
        StreamFixture fixture = new StreamFixture(version);
        fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY)");
        return fixture;
    }

    private static String made(StreamFixture fixture) {
        return fixture.sql.value("""
                SELECT (SELECT count(*) FROM pg_replication_slots WHERE database = current_database()) || ' slots, '
                    || (SELECT count(*) FROM pg_publication) || ' publications'""");
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static String firstInsert(ChangeStream stream) {
        return insert(stream).after().text(0);
    }

    private static String nextUpdate(ChangeStream stream) {
        while (true) {
            ChangeEvent event = stream.poll(LIMIT);
            if (event == null) {
                throw new AssertionError("the stream fell silent");
            }
            if (event instanceof ChangeEvent.Update) {
                return EventText.of(event);
            }
        }
    }

    private static ChangeEvent.Insert insert(ChangeStream stream) {
        while (true) {
            ChangeEvent event = stream.poll(LIMIT);
            if (event == null) {
                throw new AssertionError("the stream fell silent");
            }
            if (event instanceof ChangeEvent.Insert insert) {
                return insert;
            }
        }
    }
}
