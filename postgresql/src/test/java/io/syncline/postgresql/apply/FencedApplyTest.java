package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.all;
import static io.syncline.postgresql.apply.ApplyFixture.deletes;
import static io.syncline.postgresql.apply.ApplyFixture.inserts;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.ledger.PostgresLedger;
import io.syncline.postgresql.ledger.TestSessions;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FencedApplyTest {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text)";

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void i7AnAppliersTransactionsEndWithItsLease(String version) {
        try (ApplyFixture fixture = new ApplyFixture(version, TABLE);
                Sessions others = TestSessions.of(fixture.database, "syncline " + fixture.task)) {
            TableRoute route = fixture.route("t");
            Applier.Transaction paused = fixture.applier.begin(fixture.position());
            paused.apply(round(inserts(route, row("1", "of the paused process"))));

            PostgresLedger ledger = new PostgresLedger(others, ApplyFixture.TABLES);
            Lease newer = ledger.acquire(fixture.task, "another", Duration.ZERO);
            try (Applier applier = new PostgresApplier(
                            others, ApplyFixture.TABLES, newer, PostgresStream.ID, ApplyRules.STRICT);
                    Applier.Transaction transaction = applier.begin(fixture.position())) {
                transaction.apply(round(inserts(route, row("1", "of the new process"))));
                transaction.commit(Lsn.parse("0/20"));
            }

            assertThatThrownBy(() -> paused.commit(Lsn.parse("0/30")))
                    .isInstanceOfSatisfying(
                            SyncException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE));
            PostgresApplier late = fixture.newApplier();
            for (String believed : List.of("0/10", "0/20")) {
                assertThatThrownBy(() -> late.begin(Lsn.parse(believed)))
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
            }
            assertThat(fixture.sql.value("SELECT v FROM t")).isEqualTo("of the new process");
        }
    }

    @Test
    void t20TheLedgersPositionIsComparedBeforeAnythingIsWritten() {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE)) {
            assertThatThrownBy(() -> fixture.applier.begin(Lsn.parse("0/20")))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
            fixture.apply(Mode.STRICT, inserts(fixture.route("t"), row("1", "a")));
        }
    }

    /** Two appliers of one lease: the second waits for the first one's commit, and then its position is not the ledger's. */
    @Test
    void t20TheFenceIsTheFirstStatementAndItsAnswerIsAwaited() throws Exception {
        try (ApplyFixture fixture = new ApplyFixture("18", TABLE);
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            TableRoute route = fixture.route("t");
            Applier twin = new PostgresApplier(
                    fixture.sessions, ApplyFixture.TABLES, fixture.lease, PostgresStream.ID, ApplyRules.STRICT);
            try (Applier.Transaction first = fixture.applier.begin(fixture.position())) {
                Future<?> second = threads.submit(() -> twin.begin(fixture.position()));
                fixture.sql.await(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                        "1",
                        Duration.ofSeconds(10));
                assertThat(second.isDone()).isFalse();
                first.apply(round(inserts(route, row("1", "a"))));
                first.commit(Lsn.parse("0/20"));
                assertThatThrownBy(second::get)
                        .rootCause()
                        .isInstanceOfSatisfying(
                                SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
            }
            assertThat(fixture.sql.number("SELECT count(*) FROM t")).isOne();
        }
    }

    /** T42: who loses a deadlock with an application of the destination finds nothing changed, and may apply the batch again. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t42ALostDeadlockChangesNothingAndMayBeTriedAgain(String version) throws Exception {
        try (ApplyFixture fixture = new ApplyFixture(version, TABLE + "; INSERT INTO t VALUES (1, 'a'), (2, 'b')");
                ExecutorService threads = Executors.newSingleThreadExecutor();
                Sql other = fixture.database.sql()) {
            TableRoute route = fixture.route("t");
            Round second = round(updates(route, all(route), new NetChange(row("2", "b"), row("2", "ours"))));
            // Whoever notices the deadlock is its victim: the other session looks for one much later.
            other.execute("SET deadlock_timeout = '1h'; BEGIN; UPDATE t SET v = 'theirs' WHERE id = 2");
            Applier.Transaction transaction = fixture.applier.begin(fixture.position());
            transaction.apply(round(updates(route, all(route), new NetChange(row("1", "a"), row("1", "ours")))));
            Future<?> theirs = threads.submit(() -> other.execute("UPDATE t SET v = 'theirs' WHERE id = 1; COMMIT"));
            fixture.sql.await(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
                    "1",
                    Duration.ofSeconds(10));
            assertThatThrownBy(() -> transaction.apply(second))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_BUSY));
            theirs.get();
            assertThat(fixture.sql.column("SELECT v FROM t ORDER BY id")).containsExactly("theirs", "theirs");
            fixture.apply(second);
            assertThat(fixture.sql.column("SELECT v FROM t ORDER BY id")).containsExactly("theirs", "ours");
        }
    }

    @Test
    void aCommitThatIsCutOffIsUnreachableAndTheLedgerKnowsItsOutcome() {
        try (ApplyFixture fixture = new ApplyFixture("15", TABLE)) {
            TableRoute route = fixture.route("t");
            Applier.Transaction transaction = fixture.applier.begin(fixture.position());
            transaction.apply(round(inserts(route, row("1", "a"))));
            fixture.sql.rows(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '% apply'");
            assertThatThrownBy(() -> transaction.commit(Lsn.parse("0/20")))
                    .isInstanceOfSatisfying(SyncException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE);
                        assertThat(e.isTransient()).isTrue();
                    });
            assertThat(fixture.ledger
                            .read(fixture.task, Lsn::parse)
                            .streams()
                            .getFirst()
                            .position())
                    .isEqualTo(Lsn.parse("0/10"));
            assertThatThrownBy(() -> fixture.applier.begin(fixture.position()))
                    .as("commits before may be lost with the session; the next attempt asks the ledger")
                    .isInstanceOfSatisfying(
                            SyncException.class,
                            e -> assertThat(e.isTransient()).isTrue());
            try (PostgresApplier next = fixture.newApplier();
                    Applier.Transaction again = next.begin(fixture.position())) {
                again.apply(round(inserts(route, row("1", "again"))));
                again.commit(Lsn.parse("0/20"));
            }
        }
    }

    /** Commits wait for no disk one by one, whatever the role's default is, but for a promise to readers of the standbys. */
    @ParameterizedTest
    @CsvSource({"off, off", "on, off", "local, off", "remote_apply, remote_apply"})
    void i1CommitsWaitForTheDiskTogether(String role, String ours) {
        TestDatabase database = SharedPostgres.destinationDatabase("15");
        try (ApplyFixture fixture = new ApplyFixture(
                database,
                "ALTER DATABASE " + database.name() + " SET synchronous_commit = " + role + "; " + TABLE,
                null)) {
            fixture.sql.execute("""
                    CREATE TABLE seen (v text);
                    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
                      BEGIN INSERT INTO public.seen VALUES (current_setting('synchronous_commit')); RETURN NEW; END $$;
                    CREATE TRIGGER note BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
                    ALTER TABLE t ENABLE ALWAYS TRIGGER note""");
            fixture.apply(Mode.STRICT, inserts(fixture.route("t"), row("1", "a")));
            assertThat(fixture.sql.value("SELECT v FROM seen")).isEqualTo(ours);
        }
    }

    /** The commit that settles those before it waits, and so must write something; a lease that is gone stops it. */
    @Test
    void i1WhatIsMadeDurableIsFlushed() {
        TestDatabase database = SharedPostgres.destinationDatabase("15");
        try (ApplyFixture fixture = new ApplyFixture(
                database, "ALTER DATABASE " + database.name() + " SET synchronous_commit = off; " + TABLE, null)) {
            TableRoute route = fixture.route("t");
            for (int row = 0; row < 20; row++) {
                fixture.apply(Mode.STRICT, inserts(route, row(Integer.toString(row), "a")));
                String end = fixture.sql.value("SELECT pg_current_wal_insert_lsn()");
                fixture.applier.makeDurable();
                assertThat(fixture.sql.value("SELECT pg_current_wal_flush_lsn() >= '" + end + "'"))
                        .isEqualTo("t");
            }
            fixture.sql.execute("UPDATE syncline.stream SET epoch = epoch + 1");
            assertThatThrownBy(fixture.applier::makeDurable)
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
        }
    }

    /** A superuser's session holds triggers and foreign keys off; another role's works where there are none, and meets those that are. */
    @ParameterizedTest
    @CsvSource({"12, true", "18, true", "12, false", "18, false"})
    void t2TriggersAndCascadesDoNotActUnderTheReplicaRole(String version, boolean superuser) {
        TestDatabase database = SharedPostgres.destinationDatabase(version);
        String role = "owner_" + database.name();
        database.sql()
                .execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'; GRANT CREATE, TEMP ON DATABASE "
                        + database.name() + " TO " + role + "; GRANT ALL ON SCHEMA public TO " + role);
        String script = """
                CREATE TABLE parent (id int PRIMARY KEY, v text);
                CREATE TABLE child (id int PRIMARY KEY, pid int);
                CREATE TABLE audit (what text);
                CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit VALUES (TG_TABLE_NAME); RETURN NEW; END $$;
                INSERT INTO parent VALUES (1, 'a'), (2, 'b'); INSERT INTO child VALUES (10, 1)""";
        try (ApplyFixture fixture = new ApplyFixture(database, script, superuser ? null : role)) {
            TableRoute parent = fixture.route("parent");
            TableRoute child = fixture.route("child");
            if (superuser) {
                fixture.sql.execute("""
                        ALTER TABLE child ADD FOREIGN KEY (pid) REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE;
                        CREATE TRIGGER note AFTER INSERT OR UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION note()""");
            }
            // The child moves to parent 2 and parent 1 goes; whichever comes first, no cascade may touch the child.
            fixture.apply(
                    Mode.STRICT,
                    deletes(parent, row("1", null)),
                    updates(parent, all(parent), new NetChange(row("2", "b"), row("3", "b"))),
                    inserts(parent, row("2", "c")),
                    updates(child, all(child), new NetChange(row("10", "1"), row("10", "2"))));
            assertThat(fixture.sql.rows("SELECT * FROM child")).containsExactly(List.of("10", "2"));
            assertThat(fixture.sql.column("SELECT id FROM parent ORDER BY 1")).containsExactly("2", "3");
            assertThat(fixture.sql.number("SELECT count(*) FROM audit")).isZero();
        } finally {
            try (var sql = SharedPostgres.destinationDatabase(version).sql()) {
                sql.execute("DROP ROLE IF EXISTS " + role);
            }
        }
    }

    private static Round round(io.syncline.api.apply.ChangeGroup... groups) {
        return new Round(Mode.STRICT, List.of(groups), List.of(), List.of());
    }
}
