package io.syncline.postgresql.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.task.HoldBack;
import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.TestDatabase;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions, confirmations and silence of a stream. */
class PostgresChangeStreamTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** The rows of one transaction, by the first column, and where it ends. */
    private record Transaction(List<String> ids, ChangeEvent.Begin begin, Lsn end) {}

    /** T19: a stream that starts at the end of a transaction sends the next one; one that starts before it sends it again. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "11", "12", "15", "17", "18"})
    void t19ARestartAtACommitSendsTheNextTransaction(String version) {
        try (StreamFixture fixture = items(version)) {
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            fixture.sql.execute("INSERT INTO item VALUES (1)").execute("INSERT INTO item VALUES (2)");
            Lsn first;
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                Transaction one = next(stream);
                assertThat(one.ids()).containsExactly("1");
                first = one.end();
                assertThat(((Lsn) one.begin().containedFrom()).compareTo(first)).isLessThan(0);
                assertThat(next(stream).ids()).containsExactly("2");
            }
            try (ChangeStream stream = StreamFixture.open(log, first)) {
                assertThat(next(stream).ids()).containsExactly("2");
            }
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                assertThat(next(stream).ids()).containsExactly("1");
            }
        }
    }

    /**
     * I1: while a large transaction that began before the confirmed one is being read, nothing but the confirmed position is ever told to the server, whatever keepalives
     * ask; a run that ends there is sent everything after it again. (Drivers that confirm by themselves lose the second transaction here.)
     */
    @ParameterizedTest
    @ValueSource(strings = {"12", "17", "18"})
    void i1WhatWasNotConfirmedIsSentAgain(String version) {
        try (StreamFixture fixture = items(version)) {
            impatientRole(fixture);
            Sessions run = fixture.run("syncline " + fixture.taskId(), "impatient", "secret");
            PostgresChangeLog log = fixture.log(run);
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (var large = fixture.database.sql()) {
                large.execute("BEGIN; INSERT INTO item SELECT g FROM generate_series(100, 20100) g");
                fixture.sql.execute("INSERT INTO item VALUES (1)").execute("INSERT INTO item VALUES (2)");
                large.execute("COMMIT");
            }
            Lsn confirmed;
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                confirmed = next(stream).end();
                stream.confirm(confirmed);
                assertThat(next(stream).ids()).containsExactly("2");
                readSome(stream, 10_000);
                Lsn wanted = confirmed;
                Await.until("the confirmation arrives", LIMIT, () -> {
                    stream.keepAlive();
                    return fixture.confirmed().equals(wanted);
                });
                keepAliveFor(stream, Duration.ofSeconds(4));
                readSome(stream, 5_000);
                assertThat(fixture.confirmed()).isEqualTo(confirmed);
            }
            run.close();
            try (ChangeStream stream = StreamFixture.open(fixture.log(fixture.run()), confirmed)) {
                assertThat(next(stream).ids()).containsExactly("2");
                assertThat(next(stream).ids()).hasSize(20_001);
            }
        }
    }

    /** T39: a reader whose queue is full reads nothing for longer than the server waits, and is still connected. */
    @Test
    void t39AStalledReaderKeepsItsConnection() {
        try (StreamFixture fixture = items("17")) {
            impatientRole(fixture);
            PostgresChangeLog log = fixture.log(fixture.run("syncline " + fixture.taskId(), "impatient", "secret"));
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                fixture.sql.execute("INSERT INTO item SELECT g FROM generate_series(1, 200000) g");
                readSome(stream, 10);
                keepAliveFor(stream, Duration.ofSeconds(5));
                readSome(stream, 190_000);
            }
        }
    }

    /** The counterpart: without a sign of life the server gives up, so the test above can fail. */
    @Test
    void aSilentReaderLosesItsConnection() {
        try (StreamFixture fixture = items("17")) {
            impatientRole(fixture);
            PostgresChangeLog log = fixture.log(fixture.run("syncline " + fixture.taskId(), "impatient", "secret"));
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                fixture.sql.execute("INSERT INTO item SELECT g FROM generate_series(1, 200000) g");
                fixture.sql.await(
                        "SELECT count(*) FROM pg_replication_slots WHERE active AND slot_name = '" + fixture.slot()
                                + "'",
                        "0",
                        LIMIT);
                assertThatThrownBy(() -> readSome(stream, 200_001))
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE));
            }
        }
    }

    /** While nothing happens the server hears of us, too. */
    @Test
    void aLongPollKeepsTheConnection() {
        try (StreamFixture fixture = items("17")) {
            impatientRole(fixture);
            PostgresChangeLog log = fixture.log(fixture.run("syncline " + fixture.taskId(), "impatient", "secret"));
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                pollFor(stream, Duration.ofSeconds(4));
                fixture.sql.execute("INSERT INTO item VALUES (1)");
                assertThat(next(stream).ids()).containsExactly("1");
            }
        }
    }

    /** A server that shuts down waits until its readers have all of its log; what this one holds back it has. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "17", "18"})
    void aSourceThatShutsDownDoesNotWaitForWhatIsHeldBack(String version) {
        try (PostgresServer server = PostgresServer.builder(version).logical().start();
                StreamFixture fixture = new StreamFixture(TestDatabase.create(server))) {
            fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY)");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = log.open(PostgresStream.ID, start, List.of(), HoldBack.DEFAULT)) {
                fixture.sql.execute("INSERT INTO item VALUES (1)");
                stream.confirm(next(stream).end());
                CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> server.stop(ShutdownMode.FAST));
                assertThatThrownBy(() -> pollFor(stream, LIMIT))
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE));
                assertThat(stop).succeedsWithin(LIMIT);
            }
            server.start(); // for the fixture, which drops its database
        }
    }

    /** T18: what happens in tables that are not ours moves an idle stream by keepalives, and the slot once that is confirmed. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "11", "12", "15", "17", "18"})
    void t18AnIdleSlotAdvances(String version) {
        try (StreamFixture fixture = items(version)) {
            fixture.sql.execute("CREATE TABLE other (id int)");
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                fixture.sql.execute("INSERT INTO other SELECT g FROM generate_series(1, 10000) g");
                Lsn end = StreamFixture.lsn(log.now());
                Lsn idle = start;
                while (!idle.reached(end)) {
                    idle = switch (poll(stream)) {
                        case ChangeEvent.Idle(var position) -> (Lsn) position;
                        case ChangeEvent.Commit(var position, var _) -> (Lsn) position;
                        case ChangeEvent.Begin _ -> idle;
                        case ChangeEvent.RowChange _,
                                ChangeEvent.Truncate _,
                                ChangeEvent.Altered _,
                                ChangeEvent.Named _,
                                ChangeEvent.Moved _,
                                ChangeEvent.Part _,
                                ChangeEvent.Untold _,
                                ChangeEvent.Dropped _,
                                ChangeEvent.SchemaChange _ ->
                            throw new AssertionError("nothing happened in our tables");
                    };
                }
                assertThat(fixture.confirmed().reached(end)).isFalse();
                stream.confirm(idle);
                Lsn confirmed = idle;
                Await.until("the slot advances", LIMIT, () -> {
                    stream.keepAlive();
                    return fixture.confirmed().reached(confirmed);
                });
            }
        }
    }

    /** A heartbeat is a transaction of its own in the stream, where the log carries messages. */
    @Test
    void aHeartbeatMovesTheStream() {
        try (StreamFixture fixture = items("14")) {
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                log.heartbeat();
                Transaction heartbeat = next(stream);
                assertThat(heartbeat.ids()).isEmpty();
                assertThat(heartbeat.end().reached(start)).isTrue();
            }
        }
    }

    /** A stream without news takes no processor time, and a poll no longer than it was given. */
    @Test
    void waitingIsQuiet() {
        try (StreamFixture fixture = items("17")) {
            PostgresChangeLog log = fixture.log(fixture.run());
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            try (ChangeStream stream = StreamFixture.open(log, start)) {
                pollFor(stream, Duration.ofSeconds(1)); // until the code is warm
                ThreadMXBean threads = ManagementFactory.getThreadMXBean();
                long cpu = threads.getCurrentThreadCpuTime();
                long began = System.nanoTime();
                pollFor(stream, Duration.ofSeconds(3));
                assertThat(System.nanoTime() - began).isLessThan(9_000_000_000L);
                assertThat(threads.getCurrentThreadCpuTime() - cpu).isLessThan(40_000_000L);
            }
        }
    }

    /** Closing from another thread ends a wait. */
    @Test
    void closingEndsAWait() {
        try (StreamFixture fixture = items("17")) {
            Sessions run = fixture.run();
            PostgresChangeLog log = fixture.log(run);
            Lsn start = StreamFixture.create(log, fixture.tables("item"));
            ChangeStream stream = StreamFixture.open(log, start);
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> {
                while (true) {
                    stream.poll(Duration.ofMinutes(5));
                }
            });
            Await.until("the stream is read", LIMIT, () -> !waiting.isDone());
            run.close();
            assertThatThrownBy(waiting::join)
                    .hasCauseInstanceOf(SyncException.class)
                    .hasMessageContaining("source postgresql://");
        }
    }

    private static StreamFixture items(String version) {
        StreamFixture fixture = new StreamFixture(version);
        fixture.sql.execute("CREATE TABLE item (id int PRIMARY KEY)");
        return fixture;
    }

    /** A superuser whose walsenders give up after 1.5 s without a sign of life. */
    private static void impatientRole(StreamFixture fixture) {
        fixture.sql.execute("""
                DO $$ BEGIN
                    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'impatient') THEN
                        CREATE ROLE impatient SUPERUSER LOGIN PASSWORD 'secret';
                        ALTER ROLE impatient SET wal_sender_timeout = '1500ms';
                    END IF;
                END $$""");
    }

    private static void keepAliveFor(ChangeStream stream, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        Await.until("the time of a full queue has passed", time.plus(LIMIT), () -> {
            stream.keepAlive();
            return System.nanoTime() > deadline;
        });
    }

    /** Polls for as long as that takes at least; an event may come whenever the server writes to its log. */
    private static void pollFor(ChangeStream stream, Duration time) {
        long began = System.nanoTime();
        for (long left = time.toNanos(); left > 0; left = began + time.toNanos() - System.nanoTime()) {
            stream.poll(Duration.ofNanos(left));
        }
    }

    private static ChangeEvent poll(ChangeStream stream) {
        ChangeEvent event = stream.poll(LIMIT);
        if (event == null) {
            throw new AssertionError("the stream fell silent");
        }
        return event;
    }

    private static void readSome(ChangeStream stream, int events) {
        for (int i = 0; i < events; i++) {
            poll(stream);
        }
    }

    private static Transaction next(ChangeStream stream) {
        ChangeEvent.Begin begin = null;
        List<String> ids = new ArrayList<>();
        while (true) {
            switch (poll(stream)) {
                case ChangeEvent.Begin event -> begin = event;
                case ChangeEvent.Insert insert -> ids.add(insert.after().text(0));
                case ChangeEvent.Commit commit -> {
                    if (begin == null) {
                        throw new AssertionError("a commit without a begin");
                    }
                    return new Transaction(ids, begin, (Lsn) commit.position());
                }
                case ChangeEvent.Idle _ -> {
                    // between transactions
                }
                case ChangeEvent.Update _,
                        ChangeEvent.Delete _,
                        ChangeEvent.Truncate _,
                        ChangeEvent.Altered _,
                        ChangeEvent.Named _,
                        ChangeEvent.Moved _,
                        ChangeEvent.Part _,
                        ChangeEvent.Untold _,
                        ChangeEvent.Dropped _,
                        ChangeEvent.SchemaChange _ -> throw new AssertionError("only inserts were made");
            }
        }
    }
}
