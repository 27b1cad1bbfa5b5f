package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.OldServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers before 10: positions, gaps, and what a log by names does not tell. */
class TestDecodingTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static StreamFixture items(String version) {
        StreamFixture fixture = new StreamFixture(version);
        fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY, v text, n numeric(10,2))");
        return fixture;
    }

    /** The events of the next transaction that has any. */
    private static List<ChangeEvent> next(ChangeStream stream) {
        List<ChangeEvent> events = new ArrayList<>();
        while (true) {
            ChangeEvent event = stream.poll(LIMIT);
            if (event == null) {
                throw new AssertionError("the stream fell silent after " + events);
            }
            if (event instanceof ChangeEvent.Begin) {
                events.clear();
            }
            events.add(event);
            if (event instanceof ChangeEvent.Commit && events.size() > 2) {
                return events;
            }
        }
    }

    private static Lsn end(List<ChangeEvent> transaction) {
        return (Lsn) ((ChangeEvent.Commit) transaction.getLast()).position();
    }

    private static String inserted(List<ChangeEvent> transaction) {
        return ((ChangeEvent.Insert) transaction.get(1)).after().text(0);
    }

    /** T19 and I1: what was not confirmed comes again; a stream begins behind the transaction at whose end it starts. */
    @ParameterizedTest
    @ValueSource(strings = {"9.5", "9.6"})
    void t19ARestartAtACommitSendsTheNextTransaction(String version) {
        try (StreamFixture fixture = items(version)) {
            List<TableId> tables = fixture.tables("item");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, tables);
            log.requireIntact(Positions.of(PostgresStream.ID, start));
            fixture.sql.execute("INSERT INTO item VALUES (1)").execute("INSERT INTO item VALUES (2)");
            Lsn first;
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                first = end(next(stream));
                assertThat(inserted(next(stream))).isEqualTo("2");
            }
            try (ChangeStream stream = StreamFixture.open(log, first, tables)) {
                assertThat(inserted(next(stream))).isEqualTo("2");
            }
            try (ChangeStream stream = StreamFixture.open(log, new Lsn(first.value() - 1), tables)) {
                assertThat(inserted(next(stream))).isEqualTo("2");
            }
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                assertThat(inserted(next(stream))).isEqualTo("1");
            }
        }
    }

    /** T18: an idle stream's position moves with keepalives, and never beyond what was not sent. */
    @ParameterizedTest
    @ValueSource(strings = {"9.5", "9.6"})
    void t18AnIdleStreamMoves(String version) {
        try (StreamFixture fixture = items(version)) {
            List<TableId> tables = fixture.tables("item");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, tables);
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                fixture.sql.execute("CREATE TABLE other (id int); DROP TABLE other");
                Lsn target = StreamFixture.lsn(log.now());
                log.heartbeat();
                Await.until("the stream passes " + target, LIMIT, () -> switch (stream.poll(Duration.ofMillis(100))) {
                    case ChangeEvent.Idle idle -> idle.position().reached(target);
                    case ChangeEvent.Commit commit -> commit.position().reached(target);
                    case null, default -> false;
                });
            }
        }
    }

    /** T17: before 9.6 no view tells how far the slot was confirmed; the walsender's first word does. */
    @ParameterizedTest
    @ValueSource(strings = {"9.5", "9.6"})
    void t17ASlotThatWasConfirmedBeyondTheLedgerIsAGap(String version) {
        try (StreamFixture fixture = items(version)) {
            List<TableId> tables = fixture.tables("item");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, tables);
            fixture.sql.execute("INSERT INTO item VALUES (1)").execute("INSERT INTO item VALUES (2)");
            Lsn confirmed;
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                confirmed = end(next(stream));
                next(stream);
                stream.confirm(confirmed);
                // Confirmations that follow other words closely are sent a little later.
                long sent = System.nanoTime() + Duration.ofMillis(300).toNanos();
                Await.until("the confirmation is sent", LIMIT, () -> {
                    stream.keepAlive();
                    return System.nanoTime() > sent;
                });
            }
            try (ChangeStream stream = StreamFixture.open(log, confirmed, tables)) {
                assertThat(inserted(next(stream))).isEqualTo("2");
            }
            assertThatThrownBy(() -> {
                        log.requireIntact(Positions.of(PostgresStream.ID, start));
                        StreamFixture.open(log, start, tables).close();
                    })
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_GAP))
                    .hasMessageContaining("has let go of its log up to " + confirmed);
        }
    }

    @Test
    void aRowWhoseTableWasAlteredBeforeItWasReadStops() {
        try (StreamFixture fixture = items("9.6")) {
            List<TableId> tables = fixture.tables("item");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, tables);
            fixture.sql.execute("INSERT INTO item VALUES (1)").execute("ALTER TABLE item DROP v");
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                assertThatThrownBy(() -> next(stream))
                        .isInstanceOfSatisfying(
                                SyncException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED));
            }
        }
    }

    /** T10: what is printed stays the same, or is of no table of the task any more. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE item RENAME TO moved",
                "ALTER TABLE item RENAME TO old; CREATE TABLE item (LIKE old INCLUDING ALL)",
                "ALTER TABLE item ALTER n TYPE numeric(10,4)",
                "ALTER TABLE item DROP n, ADD n numeric(10,2)",
                "ALTER TABLE item REPLICA IDENTITY NOTHING"
            })
    void t10WhatTheLogDoesNotTellIsLookedAt(String change) {
        try (StreamFixture fixture = items("9.6")) {
            List<TableId> tables = fixture.tables("item");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, tables);
            try (ChangeStream _ = StreamFixture.open(log, start, tables)) {
                log.heartbeat();
                fixture.sql.execute("CREATE INDEX ON item (v); COMMENT ON TABLE item IS 'x'; ANALYZE item");
                log.heartbeat();
                fixture.sql.execute(change);
                assertThatThrownBy(log::heartbeat)
                        .isInstanceOfSatisfying(
                                SyncException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED))
                        .hasMessageContaining("item");
            }
        }
    }

    @Test
    void aTableWithoutReplicaIdentityIsRefused() {
        try (StreamFixture fixture = new StreamFixture("9.6")) {
            fixture.sql.execute("CREATE TABLE log (v text)");
            PostgresChangeLog log = fixture.log(fixture.run());
            assertThatThrownBy(() -> StreamFixture.create(log, fixture.tables("log")))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SETTINGS))
                    .hasMessageContaining("log");
            assertThat(fixture.sql.number(
                            "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                    .isZero();
        }
    }

    /** T47: a walsender before 10 takes no SET; neither a role's settings nor this machine's time zone change what it prints. */
    @Test
    @ResourceLock(Resources.TIME_ZONE)
    void t47SettingsOfRoleAndMachineDoNotShow() {
        TimeZone machine = TimeZone.getDefault();
        try (StreamFixture fixture = new StreamFixture("9.6")) {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Shanghai"));
            fixture.sql.execute("""
                    CREATE TABLE t (id int PRIMARY KEY, at timestamptz, d date, f float8, b bytea, i interval, r regclass);
                    DROP ROLE IF EXISTS odd; CREATE ROLE odd LOGIN SUPERUSER REPLICATION PASSWORD 'secret';
                    ALTER ROLE odd SET DateStyle = 'German'; ALTER ROLE odd SET TimeZone = 'Asia/Tokyo'; ALTER ROLE odd SET extra_float_digits = -5;
                    ALTER ROLE odd SET bytea_output = 'escape'; ALTER ROLE odd SET IntervalStyle = 'iso_8601';
                    ALTER ROLE odd SET standard_conforming_strings = off; ALTER ROLE odd SET quote_all_identifiers = on;
                    ALTER ROLE odd SET search_path = public""");
            List<TableId> tables = fixture.tables("t");
            PostgresChangeLog log = fixture.log(fixture.run("syncline " + fixture.taskId(), "odd", "secret"));
            Lsn start = StreamFixture.create(log, tables);
            fixture.sql.execute(
                    "INSERT INTO t VALUES (1, '2020-01-01 00:00:00+00', '2020-02-01', 0.1, E'\\\\x00ff', '1 day', 't')");
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                assertThat(EventText.of(next(stream).get(1)))
                        .isEqualTo(
                                "insert t [id=1 at=2020-01-01 00:00:00+00 d=2020-02-01 f=0.100000000000000006 b=\\x00ff i=1 day r=public.t]");
            }
        } finally {
            TimeZone.setDefault(machine);
        }
    }

    /** A process of this task that died and whose walsender does not know yet, is ended; nothing is left at the end. */
    @ParameterizedTest
    @ValueSource(strings = {"9.5", "9.6"})
    void aRunTakesTheSlotFromAnEarlierOne(String version) {
        try (StreamFixture fixture = items(version)) {
            List<TableId> tables = fixture.tables("item");
            PostgresChangeLog earlier = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(earlier, tables);
            ChangeStream stale = StreamFixture.open(earlier, start, tables);
            PostgresChangeLog log = fixture.log(fixture.run());
            fixture.sql.execute("INSERT INTO item VALUES (1)");
            try (ChangeStream stream = StreamFixture.open(log, start, tables)) {
                assertThat(inserted(next(stream))).isEqualTo("1");
            }
            stale.close();
            assertThat(log.drop()).isEmpty();
            assertThat(fixture.sql.number(String.format(
                            Locale.ROOT,
                            "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '%s'",
                            fixture.slot())))
                    .isZero();
        }
    }

    /** T17 and T19 on the oldest release, which tells neither who reads a slot nor up to where it was confirmed. */
    @Tag("slow")
    @Test
    void t17AndT19HoldOnTheOldestRelease() {
        OldServers.require("9.4");
        t19ARestartAtACommitSendsTheNextTransaction("9.4");
        t17ASlotThatWasConfirmedBeyondTheLedgerIsAGap("9.4");
        aRunTakesTheSlotFromAnEarlierOne("9.4");
    }
}
