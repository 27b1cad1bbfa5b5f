package io.syncline.postgresql.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresLedgerTest {

    private static final LedgerTables TABLES = new LedgerTables("syncline");
    private static final String RELATIONS =
            "SELECT relname FROM pg_class WHERE relnamespace = 'syncline'::regnamespace ORDER BY relname";
    private static final Duration SILENCE = Duration.ofSeconds(10);
    private static final StreamId SLOT = new StreamId("slot");
    private static final TableId ORDERS = new TableId("shop", "public", "or\"ders");

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void isMadeOnceWhenManyMakeItAtOnce(String version) throws Exception {
        try (TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sessions sessions = TestSessions.of(database, "syncline");
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> makers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                PostgresLedger ledger = new PostgresLedger(sessions, TABLES);
                assertThat(ledger.find("shop-copy")).isEmpty();
                makers.add(threads.submit(ledger::install));
            }
            for (Future<?> maker : makers) {
                maker.get();
            }
            PostgresLedger ledger = new PostgresLedger(sessions, TABLES);
            assertThat(ledger.isInstalled()).isTrue();
            assertThat(ledger.register("Shop-Copy", "postgresql://a:1/x", "f")
                            .task()
                            .id())
                    .matches("[a-z0-9]{8}");
            assertThat(ledger.find("Shop-Copy")).hasSize(1);
            assertThat(ledger.find("shop-copy")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void aLedgerOfTheFirstFormatIsReadAndBroughtUpToDate(String version) {
        try (Fixture fixture = new Fixture(version);
                Sql sql = fixture.database.sql()) {
            List<String> whole = sql.column(RELATIONS);
            sql.execute(
                    "DROP TABLE syncline.command, syncline.conflict_count, syncline.cleared, syncline.not_made, syncline.suspended, syncline.bad_value, syncline.bad_value_count, syncline.quarantine, syncline.accepted, syncline.refreshed; UPDATE syncline.format SET version = 1");
            String task = fixture.lease.task();
            assertThat(fixture.ledger.find("copy")).hasSize(1);
            assertThatThrownBy(() -> fixture.ledger.commands().ask(task, Verb.PAUSE, List.of(), "me"))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_REFUSED));

            assertThat(fixture.ledger.read(task, Lsn::parse).suspended()).isEmpty();
            assertThat(fixture.ledger.accepted(task)).isEmpty();
            assertThat(fixture.ledger.refreshed(task)).isEmpty();

            fixture.ledger.install();

            assertThat(sql.value("SELECT version FROM syncline.format"))
                    .isEqualTo(Integer.toString(LedgerSchema.VERSION));
            assertThat(sql.column(RELATIONS)).isEqualTo(whole);
        }
    }

    @Test
    void aTableIsSuspendedAtTheLedgersPositionOnce() {
        try (Fixture fixture = new Fixture("15")) {
            Position first = new Lsn(100);
            Position later = new Lsn(200);
            fixture.ledger.start(fixture.lease, new SourceIdentity("s", "1"), Positions.of(SLOT, first));
            fixture.ledger.suspend(fixture.lease, ORDERS, "odd");
            fixture.ledger.advance(fixture.lease, SLOT, first, later);
            fixture.ledger.suspend(fixture.lease, ORDERS, "again");
            assertThat(fixture.ledger.read(fixture.lease.task(), Lsn::parse).suspended())
                    .satisfiesExactly(entry -> {
                        assertThat(entry.source()).isEqualTo(ORDERS);
                        assertThat(entry.from()).isEqualTo(Positions.of(SLOT, first));
                        assertThat(entry.cause()).isEqualTo("again");
                    });
        }
    }

    @Test
    void aTableComesBackWithoutItsFormerChunksAndBelongsToTheStreamFromWhereItJoined() {
        try (Fixture fixture = new Fixture("15")) {
            PostgresLedger ledger = fixture.ledger;
            ledger.start(fixture.lease, new SourceIdentity("s", "1"), start("0/10"));
            TableEntry table =
                    new TableEntry(ORDERS, ORDERS, 1, "id integer; key id", LoadStatus.PLANNED, null, null, List.of());
            ledger.plan(fixture.lease, table);

            ledger.bringBack(fixture.lease, ORDERS, "asked");
            assertThat(read(ledger, fixture).suspended(EnumSet.of(Return.ASKED)))
                    .containsExactly(ORDERS);
            ledger.joining(fixture.lease, List.of(table), start("0/20"));
            TaskMemory joining = read(ledger, fixture);
            assertThat(joining.suspended(EnumSet.of(Return.JOINING))).containsExactly(ORDERS);
            assertThat(joining.streams())
                    .singleElement()
                    .satisfies(stream -> assertThat(stream.position()).isEqualTo(Lsn.parse("0/10")));
            assertThat(joining.joining()).singleElement().satisfies(stream -> {
                assertThat(stream.stream().own()).isEqualTo(SLOT);
                assertThat(stream.position()).isEqualTo(Lsn.parse("0/20"));
            });
            ledger.suspend(fixture.lease, new TableId("shop", "public", "b"), "beside it");
            assertThat(read(ledger, fixture).suspended().getFirst().from())
                    .as("where the streams stand, not the joining one")
                    .isEqualTo(start("0/10"));

            ledger.joined(fixture.lease, start("0/30"));
            TaskMemory joined = read(ledger, fixture);
            assertThat(joined.suspended(EnumSet.allOf(Return.class)))
                    .containsExactly(new TableId("shop", "public", "b"));
            assertThat(joined.joining()).isEmpty();
            assertThat(joined.tables().getFirst().exactFrom()).isEqualTo(start("0/30"));

            ledger.bringBack(fixture.lease, ORDERS, "asked");
            ledger.notJoined(fixture.lease, List.of(ORDERS), "odd");
            assertThat(read(ledger, fixture).suspended(EnumSet.of(Return.NOT_ASKED)))
                    .contains(ORDERS);
        }
    }

    @Test
    void anEditIsTakenInAtOnceAndTablesThatLeftAreForgotten() {
        try (Fixture fixture = new Fixture("15")) {
            PostgresLedger ledger = fixture.ledger;
            TableId other = new TableId("shop", "public", "b");
            ledger.start(fixture.lease, new SourceIdentity("s", "1"), start("0/10"));
            for (TableId table : List.of(ORDERS, other)) {
                ledger.plan(
                        fixture.lease,
                        new TableEntry(table, table, 1, "id integer; key id", LoadStatus.KEYED, null, null, List.of()));
            }
            ledger.accept(fixture.lease, "words", Map.of(ORDERS, "columns", other, "none"));
            ledger.accept(fixture.lease, "more words", Map.of(ORDERS, "other columns"));
            assertThat(ledger.accepted(fixture.lease.task())).isEqualTo(Map.of(ORDERS, "other columns", other, "none"));
            assertThat(read(ledger, fixture).task().accepted()).isEqualTo("more words");

            ledger.suspend(fixture.lease, other, "odd");
            TableId late = new TableId("shop", "public", "late");
            ledger.edit(fixture.lease, new Ledger.Edit("edited", Set.of(ORDERS, late), Set.of(other), "you"));
            TaskMemory edited = read(ledger, fixture);
            assertThat(edited.task().accepted()).isEqualTo("edited");
            assertThat(edited.suspended(EnumSet.of(Return.ASKED))).containsExactlyInAnyOrder(ORDERS, late);
            assertThat(edited.suspended(EnumSet.of(Return.LEAVING))).containsExactly(other);

            ledger.left(fixture.lease, List.of(other));
            TaskMemory left = read(ledger, fixture);
            assertThat(left.tables()).extracting(TableEntry::source).containsExactly(ORDERS);
            assertThat(left.suspended(EnumSet.of(Return.LEAVING))).isEmpty();
            assertThat(ledger.accepted(fixture.lease.task())).containsOnlyKeys(ORDERS);
        }
    }

    @Test
    void commandsAreAnsweredByTheLeasesOwnerAlone() {
        try (Fixture fixture = new Fixture("15")) {
            CommandLog commands = fixture.ledger.commands();
            String task = fixture.lease.task();
            long first = commands.ask(task, Verb.THROTTLE, List.of("load.rowsPerSecond=5"), "someone's \"host\"");
            long second = commands.ask(task, Verb.PAUSE, List.of(), "other");
            assertThatThrownBy(() ->
                            commands.answer(fixture.lease, second + 1, new CommandLog.Answer(true, "on no record")))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
            assertThat(commands.open(task))
                    .satisfiesExactly(
                            command -> {
                                assertThat(command.number()).isEqualTo(first);
                                assertThat(command.verb()).isEqualTo(Verb.THROTTLE);
                                assertThat(command.arguments()).containsExactly("load.rowsPerSecond=5");
                                assertThat(command.askedBy()).isEqualTo("someone's \"host\"");
                            },
                            command -> assertThat(command.number()).isEqualTo(second));

            commands.answer(fixture.lease, first, new CommandLog.Answer(true, "done"));
            assertThat(commands.answer(task, first)).contains(new CommandLog.Answer(true, "done"));
            assertThat(commands.answer(task, second)).isEmpty();
            assertThat(commands.open(task)).hasSize(1);

            fixture.ledger.acquire(task, "another", Duration.ZERO);
            assertThatThrownBy(() -> commands.answer(fixture.lease, second, new CommandLog.Answer(true, "done")))
                    .as("I7")
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
        }
    }

    @Test
    void aNewerFormatIsRefused() {
        try (Fixture fixture = new Fixture("15");
                Sql sql = fixture.database.sql()) {
            sql.execute("UPDATE syncline.format SET version = version + 1");
            assertThatThrownBy(fixture.ledger::isInstalled)
                    .satisfies(e -> assertThat(((SyncException) e).code()).isEqualTo(ErrorCode.LEDGER_INVALID));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void withoutTheRightToCreateItNamesLedgerSchema(String version) {
        try (TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sql sql = database.sql()) {
            String role = "poor_" + database.name();
            sql.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'");
            try (Sessions sessions = TestSessions.of(database, "syncline", role, "x")) {
                assertThatThrownBy(() -> new PostgresLedger(sessions, TABLES).install())
                        .isInstanceOfSatisfying(SyncException.class, e -> {
                            assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_RIGHTS);
                            assertThat(e.remedy()).contains("ledgerSchema", "GRANT CREATE ON DATABASE", role);
                        });
                sql.execute("CREATE SCHEMA \"Own\" AUTHORIZATION " + role);
                PostgresLedger ledger = new PostgresLedger(sessions, new LedgerTables("Own"));
                ledger.install();
                Lease lease =
                        ledger.acquire(ledger.register("copy", "a", "f").task().id(), "me", SILENCE);
                assertThat(ledger.forget(lease, true)).isEmpty();
                assertThat(sql.column("SELECT nspname FROM pg_namespace WHERE nspname = 'Own'"))
                        .as("a schema that was there before stays")
                        .hasSize(1);
                assertThat(ledger.isInstalled()).isFalse();
            } finally {
                sql.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
            }
        }
    }

    @Test
    void theRunningOwnerIsNamedAndNotDisturbed() {
        try (Fixture fixture = new Fixture("18")) {
            assertThatThrownBy(() -> fixture.other.acquire(fixture.task, "host b, process 2", SILENCE))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.TASK_RUNNING);
                        assertThat(e.getMessage()).contains("host a, process 1", "s ago");
                    });
            fixture.ledger.renew(fixture.lease);
            fixture.ledger.release(fixture.lease);
            assertThat(fixture.other.acquire(fixture.task, "host b", SILENCE).epoch())
                    .isEqualTo(fixture.lease.epoch() + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void i7APausedWriterNeverWritesAfterItsTaskWasTakenOver(String version) throws SQLException {
        try (Fixture fixture = new Fixture(version);
                Sql sql = fixture.database.sql()) {
            sql.execute("CREATE TABLE t (id int)");
            Fence fence = new Fence(TABLES, new LedgerLocks(() -> Dialect.POSTGRESQL));
            Connection paused = fixture.sessions.open("apply");
            paused.setAutoCommit(false);
            fence.prove(paused, fixture.lease);
            try (var statement = paused.createStatement()) {
                statement.execute("INSERT INTO public.t VALUES (1)");
            }

            Lease newer = fixture.other.acquire(fixture.task, "host b", Duration.ZERO);

            assertThat(newer.epoch()).isEqualTo(fixture.lease.epoch() + 1);
            assertThatThrownBy(paused::commit).isInstanceOf(SQLException.class);
            assertThat(sql.number("SELECT count(*) FROM t")).isZero();
            Connection continued = fixture.sessions.open("apply");
            continued.setAutoCommit(false);
            assertFenced(() -> fence.prove(continued, fixture.lease));
            continued.rollback();
            assertFenced(() -> fixture.fresh.renew(fixture.lease));
            assertFenced(() -> fixture.fresh.release(fixture.lease));
            assertFenced(() -> fixture.fresh.state(fixture.lease, "FAILED", ""));
            assertFenced(() -> fixture.fresh.start(fixture.lease, new SourceIdentity("1", "1"), start("0/10")));
            assertFenced(() -> fixture.fresh.catchUpTo(fixture.lease, SLOT, Lsn.parse("0/10")));
            assertFenced(() -> fixture.fresh.advance(fixture.lease, SLOT, Lsn.parse("0/10"), Lsn.parse("0/20")));
            assertFenced(() -> fixture.fresh.forget(fixture.lease, true));
            fixture.other.renew(newer);
        }
    }

    /** A transaction under another application_name cannot be ended: then it is waited for. */
    @Test
    void i7ATakeoverWaitsForTransactionsThatProvedTheOlderLease() throws Exception {
        try (Fixture fixture = new Fixture("15");
                Connection unnamed = fixture.database.connect();
                Sql sql = fixture.database.sql();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            unnamed.setAutoCommit(false);
            new Fence(TABLES, new LedgerLocks(() -> Dialect.POSTGRESQL)).prove(unnamed, fixture.lease);
            Future<Lease> takeover = threads.submit(() -> fixture.other.acquire(fixture.task, "host b", Duration.ZERO));
            sql.await(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                    "1",
                    Duration.ofSeconds(10));
            assertThat(takeover.isDone()).isFalse();
            unnamed.commit();
            assertThat(takeover.get().epoch()).isEqualTo(fixture.lease.epoch() + 1);
        }
    }

    /** Otherwise an index build of an hour would make its own task look dead. */
    @Test
    void theHeartbeatDoesNotWaitForALongTransaction() throws SQLException {
        try (Fixture fixture = new Fixture("12");
                Connection building = fixture.sessions.open("schema")) {
            building.setAutoCommit(false);
            new Fence(TABLES, new LedgerLocks(() -> Dialect.POSTGRESQL)).prove(building, fixture.lease);
            try (Sql sql = fixture.database.sql()) {
                fixture.ledger.renew(fixture.lease);
                fixture.ledger.state(fixture.lease, "INITIALIZING", "");
                assertThat(fixture.ledger.task(fixture.task).orElseThrow().state())
                        .isEqualTo("INITIALIZING");
            }
            building.commit();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void everythingIsReadBack(String version) throws SQLException {
        try (Fixture fixture = new Fixture(version)) {
            PostgresLedger ledger = fixture.ledger;
            ledger.start(fixture.lease, new SourceIdentity("77/shop", "1"), start("1A/2B3C4D5E"));
            TableEntry planned = new TableEntry(
                    ORDERS,
                    new TableId("dst", "public", "orders"),
                    16_400,
                    "id integer; key id",
                    LoadStatus.PLANNED,
                    "snapshot-1",
                    start("2/0"),
                    List.of(
                            chunk(0, new Chunk.PhysicalRange(0, 100L)),
                            chunk(1, new Chunk.PhysicalRange(100, null)),
                            chunk(2, new Chunk.KeyRange(null, List.of("a,\"}\\", "2"))),
                            chunk(3, new Chunk.KeyRange(List.of("", "NULL"), null)),
                            chunk(4, new Chunk.Whole())));
            ledger.plan(fixture.lease, planned);
            ledger.plan(fixture.lease, planned);
            assertThat(read(ledger, fixture).tables()).containsExactly(planned);

            ChunkDone done = new ChunkDone(10, 1000, start("3/0"));
            fixture.inProvenTransaction(c -> new ChunkRows(TABLES).done(c, fixture.lease, ORDERS, 1, done));
            assertThat(read(ledger, fixture).tables().getFirst().chunks().get(1).done())
                    .isEqualTo(done);
            assertBroken(() ->
                    fixture.inProvenTransaction(c -> new ChunkRows(TABLES).done(c, fixture.lease, ORDERS, 1, done)));
            assertBroken(() -> ledger.plan(fixture.lease, planned));
            assertBroken(() -> ledger.start(fixture.lease, new SourceIdentity("77/shop", "1"), start("5/0")));

            ledger.status(fixture.lease, ORDERS, LoadStatus.KEYED);
            ledger.catchUpTo(fixture.lease, SLOT, Lsn.parse("3/0"));
            ledger.synchronizedFrom(fixture.lease, SLOT, Lsn.parse("4/0"));
            List<RefetchEntry> keys = List.of(
                    new RefetchEntry(SLOT, ORDERS, List.of("1", "x'\"\\")),
                    new RefetchEntry(SLOT, ORDERS, List.of("2", "")));
            fixture.inProvenTransaction(c -> new RefetchRows(TABLES).add(c, fixture.lease, keys));
            fixture.inProvenTransaction(c -> new RefetchRows(TABLES).add(c, fixture.lease, keys));
            TaskMemory memory = read(ledger, fixture);
            assertThat(memory.tables().getFirst().status()).isEqualTo(LoadStatus.KEYED);
            assertThat(memory.refetches()).containsExactlyInAnyOrderElementsOf(keys);
            assertThat(memory.streams())
                    .containsExactly(
                            new StreamEntry(SLOT, Lsn.parse("1A/2B3C4D5E"), Lsn.parse("3/0"), Lsn.parse("4/0")));
            fixture.inProvenTransaction(c -> new RefetchRows(TABLES).remove(c, fixture.lease, keys.subList(0, 1)));
            assertThat(read(ledger, fixture).refetches()).containsExactly(keys.get(1));

            ledger.advance(fixture.lease, SLOT, Lsn.parse("1A/2B3C4D5E"), Lsn.parse("1A/FFFFFFFF"));
            assertFenced(() -> ledger.advance(fixture.lease, SLOT, Lsn.parse("1A/2B3C4D5E"), Lsn.parse("1B/0")));
            ledger.catchUpTo(fixture.lease, SLOT, null);
            assertThat(read(ledger, fixture).streams().getFirst())
                    .isEqualTo(new StreamEntry(SLOT, Lsn.parse("1A/FFFFFFFF"), null, Lsn.parse("4/0")));

            ledger.identity(fixture.lease, new SourceIdentity("77/shop", "2"));
            assertThatThrownBy(() -> ledger.identity(fixture.lease, new SourceIdentity("78/shop", "2")))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_IDENTITY));
            assertThat(ledger.task(fixture.task).orElseThrow().identity())
                    .isEqualTo(new SourceIdentity("77/shop", "2"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void onlyListedObjectsAreDroppedAndOnlyWhenAsked(String version) {
        try (Fixture fixture = new Fixture(version);
                Sql sql = fixture.database.sql()) {
            sql.execute("""
                    CREATE SCHEMA shop; CREATE TYPE shop.mood AS ENUM ('a'); CREATE TABLE shop.mine (id int PRIMARY KEY, m shop.mood);
                    CREATE TABLE shop."Viewed" (id int); CREATE VIEW public.v AS SELECT * FROM shop."Viewed";
                    CREATE TABLE shop.theirs (id int);
                    """);
            PostgresLedger ledger = fixture.ledger;
            String second = ledger.register("second", "a", "f").task().id();
            for (String id : List.of(fixture.task, second)) {
                sql.update(
                        "INSERT INTO syncline.object (task, kind, schema_name, parent, name) VALUES"
                                + " (?, 'SCHEMA', '', '', 'shop'), (?, 'TYPE', 'shop', '', 'mood'), (?, 'TABLE', 'shop', '', 'Viewed'),"
                                + " (?, 'TABLE', 'shop', '', 'mine'), (?, 'PRIMARY_KEY', 'shop', 'mine', 'mine_pkey')",
                        id,
                        id,
                        id,
                        id,
                        id);
            }

            assertThat(ledger.forget(ledger.acquire(second, "me", SILENCE), false))
                    .isEmpty();
            assertThat(sql.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'shop'"))
                    .isEqualTo(3);
            assertThat(ledger.task(second)).isEmpty();
            assertThat(ledger.isInstalled()).isTrue();

            assertThat(ledger.forget(fixture.lease, true))
                    .hasSize(2)
                    .anySatisfy(text -> assertThat(text).startsWith("table shop.Viewed: cannot drop"))
                    .anySatisfy(text -> assertThat(text).startsWith("schema shop: cannot drop"));
            assertThat(sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'shop' ORDER BY 1"))
                    .containsExactly("Viewed", "theirs");
            assertThat(sql.column("SELECT nspname FROM pg_namespace WHERE nspname = 'syncline'"))
                    .as("the ledger goes with its last task")
                    .isEmpty();
            assertThat(ledger.find("copy")).isEmpty();
        }
    }

    private static ChunkEntry chunk(int ordinal, Chunk.Range range) {
        return new ChunkEntry(new Chunk(ORDERS, ordinal, range), null);
    }

    private static Positions start(String lsn) {
        return Positions.of(SLOT, (Position) Lsn.parse(lsn));
    }

    private static TaskMemory read(PostgresLedger ledger, Fixture fixture) {
        return ledger.read(fixture.task, Lsn::parse);
    }

    private static void assertFenced(org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
    }

    private static void assertBroken(org.assertj.core.api.ThrowableAssert.ThrowingCallable write) {
        assertThatThrownBy(write)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
    }

    /** A task that process a runs, and a process b beside it. */
    private static final class Fixture implements AutoCloseable {

        private final TestDatabase database;
        private final Sessions first;
        private final String task;
        private final Sessions sessions;
        private final Sessions otherSessions;
        private final PostgresLedger ledger;
        private final PostgresLedger fresh;
        private final PostgresLedger other;
        private final Lease lease;

        Fixture(String version) {
            database = SharedPostgres.destinationDatabase(version);
            first = TestSessions.of(database, "syncline");
            task = new PostgresLedger(first, TABLES)
                    .register("copy", "postgresql://a:1/shop", "f")
                    .task()
                    .id();
            sessions = TestSessions.of(database, "syncline " + task);
            otherSessions = TestSessions.of(database, "syncline " + task);
            ledger = new PostgresLedger(sessions, TABLES);
            fresh = new PostgresLedger(sessions, TABLES);
            other = new PostgresLedger(otherSessions, TABLES);
            lease = ledger.acquire(task, "host a, process 1", SILENCE);
        }

        void inProvenTransaction(LedgerSession.Write write) throws SQLException {
            try (Connection connection = sessions.open("load")) {
                connection.setAutoCommit(false);
                new Fence(TABLES, new LedgerLocks(() -> Dialect.POSTGRESQL)).prove(connection, lease);
                write.in(connection);
                connection.commit();
            }
        }

        @Override
        public void close() {
            first.close();
            sessions.close();
            otherSessions.close();
            database.close();
        }
    }
}
