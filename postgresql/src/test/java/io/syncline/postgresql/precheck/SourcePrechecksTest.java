package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.Stage;
import io.syncline.embedded.PostgresServer;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.ServerHost;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourcePrechecksTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void rightsAreMissedOneByOneAndTheirRemediesMendThem(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Prechecks checks = new Prechecks(database)) {
            String owner = checks.role + "_owner";
            checks.sql.execute("CREATE ROLE " + owner + "; CREATE SCHEMA shop; CREATE SCHEMA \"unseen\";"
                    + "CREATE TABLE shop.\"Order \"\"s\" (id serial PRIMARY KEY); ALTER TABLE shop.\"Order \"\"s\" OWNER TO "
                    + owner);

            Findings before = checks.source();
            assertThat(before.troubles())
                    .containsOnly(
                            Map.entry("source-select", Result.FAILED),
                            Map.entry("source-sequences", Result.FAILED),
                            Map.entry("source-replication-right", Result.FAILED),
                            Map.entry("source-renames", Result.WARNING),
                            Map.entry("source-publication-right", Result.WARNING),
                            Map.entry("source-table-owner", Result.WARNING));
            assertThat(before.get("source-select").remedy())
                    .startsWith("GRANT USAGE ON SCHEMA \"shop\" TO ")
                    .contains("GRANT SELECT ON \"shop\".\"Order \"\"s\" TO ");
            for (String id : before.troubles().keySet()) {
                if (!id.equals("source-renames")) {
                    checks.remedy(before.get(id));
                }
            }

            assertThat(checks.source().troubles()).isEmpty();
            assertThat(checks.source(Stage.FULL).ids())
                    .doesNotContain("source-wal-level", "source-sequences", "source-table-owner");
            checks.sql.execute("DROP OWNED BY " + owner + " CASCADE; DROP ROLE " + owner);
        }
    }

    @ParameterizedTest
    @CsvSource({"13,PASSED,Before PostgreSQL 14", "17,WARNING,may not make event triggers"})
    void whoMayNotMakeEventTriggersIsTold(String version, Result result, String words) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Prechecks checks = new Prechecks(database)) {
            assertThat(checks.alterations(NamedLog.NONE).result()).isEqualTo(result);
            assertThat(checks.alterations(NamedLog.NONE).found()).contains(words);
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            assertThat(checks.alterations(NamedLog.NONE).result()).isEqualTo(Result.PASSED);
            assertThat(checks.alterations(new NamedLog("given", null)).result()).isEqualTo(result);
        }
    }

    /** T7, T12, T13, T43 and what is not carried. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t13TablesThatCannotBeFollowedAreTold(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " REPLICATION; GRANT CREATE ON DATABASE " + database.name()
                    + " TO " + checks.role + "; CREATE SCHEMA shop AUTHORIZATION " + checks.role);
            checks.sql.execute("""
                    CREATE TABLE shop.keyless (a int);
                    CREATE TABLE shop.late (a int PRIMARY KEY DEFERRABLE);
                    CREATE UNLOGGED TABLE shop.quick (a int PRIMARY KEY);
                    CREATE TABLE shop.hidden (a int PRIMARY KEY);
                    ALTER TABLE shop.hidden ENABLE ROW LEVEL SECURITY;
                    ALTER TABLE shop.hidden FORCE ROW LEVEL SECURITY;
                    CREATE TABLE shop.parts (a int PRIMARY KEY) PARTITION BY LIST (a);
                    CREATE TABLE shop.part PARTITION OF shop.parts DEFAULT;
                    CREATE TABLE shop.parent (a int); CREATE TABLE shop.child () INHERITS (shop.parent);
                    CREATE VIEW shop.seen AS SELECT 1 AS a;
                    CREATE TABLE shop.computed (a int NOT NULL, b int GENERATED ALWAYS AS (a) STORED PRIMARY KEY);
                    CREATE FUNCTION shop.act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                    CREATE TRIGGER acting BEFORE INSERT ON shop.late FOR EACH ROW EXECUTE FUNCTION shop.act();
                    """);
            for (String table : List.of("keyless", "late", "quick", "hidden", "computed", "parent", "parts", "part")) {
                checks.sql.execute("ALTER TABLE shop." + table + " OWNER TO " + checks.role);
            }

            Findings found = checks.source();

            assertThat(found.troubles())
                    .containsOnly(
                            Map.entry("source-kinds", Result.FAILED),
                            Map.entry("source-unlogged", Result.FAILED),
                            Map.entry("source-row-security", Result.FAILED),
                            Map.entry("source-generated-keys", Result.FAILED),
                            Map.entry("source-left-out", Result.WARNING),
                            Map.entry("source-replica-identity", Result.WARNING));
            assertThat(found.get("source-kinds").found())
                    .contains("shop.parent (", "shop.child (")
                    .doesNotContain("seen", "shop.part");
            assertThat(found.get("source-replica-identity").found())
                    .contains("shop.keyless", "shop.late")
                    .doesNotContain("shop.quick");
            assertThat(found.get("source-deferrable-keys").found()).contains("shop.late");
            assertThat(found.get("source-left-out").found())
                    .contains("row security shop.hidden.FORCE")
                    .doesNotContain("acting", "seen");
            assertThat(found.get("source-generated-keys").found()).contains("shop.computed");

            checks.remedy(found.get("source-unlogged"));
            checks.remedy(found.get("source-row-security"));
            checks.sql.execute(
                    "DROP TABLE shop.parts, shop.child, shop.computed; ALTER TABLE shop.keyless OWNER TO postgres;"
                            + " DROP TRIGGER acting ON shop.late; ALTER TABLE shop.late REPLICA IDENTITY FULL;"
                            + "DROP TABLE shop.parent; CREATE TABLE public.of_another (a int)");
            Findings later = checks.source();
            assertThat(later.troubles())
                    .containsOnlyKeys(
                            "source-left-out",
                            "source-renames",
                            "source-replica-identity",
                            "source-select",
                            "source-table-owner");
            assertThat(checks.source(Stage.FULL).get("source-kinds").found()).contains("shop.seen (view)");
            assertThat(later.get("source-replica-identity").result()).isEqualTo(Result.FAILED);
            checks.remedy(later.get("source-replica-identity"));
            assertThat(checks.source().get("source-replica-identity").result()).isEqualTo(Result.PASSED);
        }
    }

    @ParameterizedTest
    @CsvSource({"12, source-log-limits", "18, source-log-limits"})
    void aServerThatKeepsNoLogIsTold(String version, String limits) {
        var builder = PostgresServer.builder(version)
                .setting("wal_level", "replica")
                .setting("max_wal_senders", "0")
                .setting("max_replication_slots", "0")
                .setting("wal_sender_timeout", "5s");
        if (version.equals("18")) {
            builder = builder.setting("max_slot_wal_keep_size", "1GB").setting("idle_replication_slot_timeout", "1d");
        }
        try (PostgresServer server = builder.start();
                TestDatabase database = TestDatabase.create(server);
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            Findings found = checks.source();
            assertThat(found.troubles())
                    .containsOnly(
                            Map.entry("source-wal-level", Result.FAILED),
                            Map.entry("source-replication-slots", Result.FAILED),
                            Map.entry("source-wal-senders", Result.FAILED),
                            Map.entry(limits, Result.WARNING));
            assertThat(found.get("source-wal-level").remedy()).startsWith("ALTER SYSTEM SET wal_level = logical;");
            assertThat(found.get(limits).found()).contains("wal_sender_timeout is 5000 ms");
            if (version.equals("18")) {
                assertThat(found.get(limits).found())
                        .contains("max_slot_wal_keep_size is 1024", "idle_replication_slot_timeout");
            }
        }
    }

    @Test
    void scarcePlacesAreEnoughForATaskThatHasItsSlot() {
        try (PostgresServer server = PostgresServer.builder("18")
                        .logical()
                        .setting("max_replication_slots", "1")
                        .setting("max_prepared_transactions", "2")
                        .start();
                TestDatabase database = TestDatabase.create(server);
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            assertThat(checks.source().troubles()).containsOnly(Map.entry("source-replication-slots", Result.WARNING));
            checks.sql.execute("SELECT pg_create_logical_replication_slot('ours', 'pgoutput')");
            assertThat(checks.source().get("source-replication-slots").result()).isEqualTo(Result.FAILED);
            assertThat(checks.source(true).get("source-replication-slots").result())
                    .isEqualTo(Result.WARNING);

            checks.sql.execute("BEGIN; CREATE TABLE a (a int PRIMARY KEY); PREPARE TRANSACTION 'waiting for ever'");
            Finding prepared = checks.source().get("source-prepared-transactions");
            assertThat(prepared.result()).isEqualTo(Result.WARNING);
            assertThat(prepared.found()).contains("waiting for ever");
            checks.sql.execute("ROLLBACK PREPARED 'waiting for ever'");
            assertThat(checks.source().get("source-prepared-transactions").result())
                    .isEqualTo(Result.PASSED);
        }
    }

    @Test
    void encodingsOtherThanUtf8AreTold() {
        PostgresServer server = SharedPostgres.source("18");
        try (Sql sql = Sql.open(() -> server.connect("postgres"))) {
            for (String encoding : List.of("LATIN1", "SQL_ASCII")) {
                String name = "encoded_" + encoding.toLowerCase(java.util.Locale.ROOT);
                sql.execute("CREATE DATABASE " + name + " ENCODING '" + encoding + "' TEMPLATE template0");
                try (Sessions sessions = Prechecks.sessions(
                                Side.SOURCE, server.port(), name, PostgresServer.USER, PostgresServer.PASSWORD);
                        Sessions to = Prechecks.sessions(
                                Side.DESTINATION, server.port(), name, PostgresServer.USER, PostgresServer.PASSWORD)) {
                    PrecheckScope scope =
                            new PrecheckScope(Prechecks.task(), List.of(), Set.of(), Set.of(), false, Set.of(), "");
                    Finding source = Findings.of(
                                    new SourcePrechecks(sessions, NamedLog.NONE, Prechecks.located(sessions))
                                            .items(scope))
                            .get("source-encoding");
                    Finding destination = Findings.of(new DestinationPrechecks(to, Prechecks.LEDGER).items(scope))
                            .get("destination-encoding");
                    assertThat(source.result()).isEqualTo(encoding.equals("LATIN1") ? Result.PASSED : Result.WARNING);
                    assertThat(destination.result()).isEqualTo(Result.WARNING);
                    assertThat(destination.found()).contains(encoding);
                }
                sql.execute("DROP DATABASE " + name);
            }
        }
    }

    @Test
    void aLongTransactionIsTold() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("15");
                Prechecks checks = new Prechecks(database);
                Sql writer = database.sql()) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            assertThat(checks.source().get("source-long-transactions").result()).isEqualTo(Result.PASSED);
            writer.execute("BEGIN; CREATE TABLE held (a int PRIMARY KEY)");
            try (Sessions sessions = Prechecks.sessions(Side.SOURCE, database, checks.role, "x")) {
                // An age of no more than nothing makes the young transaction an old one.
                ChosenLog none =
                        new ChosenLog(new ChosenTables(sessions, Prechecks.task()), NamedLog.NONE, false, false);
                SourceLogChecks log =
                        new SourceLogChecks(sessions, none, java.time.Duration.ZERO, SettingRemedy.SERVER);
                Finding found = new ProbeItem(new Probe(sessions), "x", "x", log::longTransactions).check();
                assertThat(found.result()).isEqualTo(Result.WARNING);
                assertThat(found.found()).contains("pid ");
            }
            writer.execute("ROLLBACK");
        }
    }

    /** What the log of an older release does not tell is said before the start, and nothing else stands in the way of a table with a key. */
    @ParameterizedTest
    @CsvSource({"9.5, WARNING, WARNING", "9.6, WARNING, WARNING", "10, WARNING, PASSED", "11, PASSED, PASSED"})
    void whatAnOlderLogDoesNotTellIsSaid(String version, Result truncate, Result renames) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " REPLICATION; GRANT CREATE ON DATABASE " + database.name()
                    + " TO " + checks.role + "; CREATE SCHEMA shop AUTHORIZATION " + checks.role
                    + "; CREATE TABLE shop.keyed (a int PRIMARY KEY); CREATE TABLE shop.keyless (a int);"
                    + " ALTER TABLE shop.keyed OWNER TO " + checks.role + "; ALTER TABLE shop.keyless OWNER TO "
                    + checks.role);
            Findings found = checks.source();
            assertThat(found.get("source-truncate").result()).isEqualTo(truncate);
            assertThat(found.get("source-renames").result()).isEqualTo(renames);
            boolean publishes = renames == Result.PASSED;
            assertThat(found.get("source-replica-identity").result())
                    .isEqualTo(publishes ? Result.WARNING : Result.FAILED);
            if (!publishes) {
                checks.remedy(found.get("source-replica-identity"));
                assertThat(checks.source().get("source-replica-identity").result())
                        .isEqualTo(Result.PASSED);
            }
            assertThat(found.troubles().keySet())
                    .isSubsetOf("source-truncate", "source-renames", "source-replica-identity", "source-version");
            assertThat(found.get("source-version").result())
                    .isEqualTo(version.equals("9.5") ? Result.WARNING : Result.PASSED);
        }
    }

    /** Without the right to publish, what only a publication could carry is refused; what the task file names is looked through. */
    @ParameterizedTest
    @ValueSource(strings = {"10", "15", "18"})
    void whatIsNamedForARoleThatMayOnlyReadIsLookedThrough(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " REPLICATION; CREATE SCHEMA shop;"
                    + " CREATE TABLE shop.keyed (a int PRIMARY KEY, b int); CREATE TABLE shop.second (a int PRIMARY KEY);"
                    + " CREATE TABLE shop.keyless (a int); CREATE TABLE shop.whole (a int);"
                    + " ALTER TABLE shop.whole REPLICA IDENTITY FULL;"
                    + " CREATE TABLE shop.parts (a int NOT NULL) PARTITION BY LIST (a);"
                    + " GRANT USAGE ON SCHEMA shop TO " + checks.role
                    + "; GRANT SELECT ON ALL TABLES IN SCHEMA shop TO "
                    + checks.role);
            Findings found = checks.source();
            assertThat(found.get("source-publication-right").result()).isEqualTo(Result.WARNING);
            assertThat(found.get("source-table-owner").result()).isEqualTo(Result.WARNING);
            assertThat(found.get("source-renames").result()).isEqualTo(Result.WARNING);
            assertThat(found.get("source-kinds").found()).contains("shop.parts");
            assertThat(found.get("source-replica-identity").found())
                    .contains("shop.keyless")
                    .doesNotContain("shop.whole", "shop.keyed");
            checks.sql.execute("DROP TABLE shop.parts, shop.keyless");
            assertThat(checks.source().failed()).isEmpty();

            String slot = "given_" + database.name();
            NamedLog named = new NamedLog("given", slot);
            assertThat(checks.source(named, false).failed())
                    .containsExactlyInAnyOrder("source-publication", "source-slot");
            checks.sql.execute("CREATE PUBLICATION given FOR TABLE shop.keyed, shop.whole WITH (publish = 'insert')");
            assertThat(checks.source(named, false).get("source-publication").found())
                    .contains("does not publish all", "it lacks shop.second")
                    .doesNotContain("shop.keyed");
            checks.sql.execute(
                    "DROP PUBLICATION given; CREATE PUBLICATION given FOR TABLE shop.keyed, shop.whole, shop.second");
            checks.remedy(checks.source(named, false).get("source-slot"));
            Findings given = checks.source(named, false);
            assertThat(given.troubles().keySet()).isSubsetOf("source-truncate");
            assertThat(given.get("source-slot").found()).contains("pgoutput");
            if (!version.equals("10")) {
                checks.sql.execute(
                        "ALTER PUBLICATION given SET TABLE shop.keyed WHERE (a > 0), shop.whole, shop.second");
                assertThat(checks.source(named, false).get("source-publication").found())
                        .contains("it lacks shop.keyed, or some of its rows");
            }
            checks.sql.execute("DROP PUBLICATION given; CREATE PUBLICATION given FOR ALL TABLES");
            assertThat(checks.source(named, false).failed()).isEmpty();
            // A slot of pgoutput is of no use without a publication.
            assertThat(checks.source(new NamedLog(null, slot), false).failed()).containsExactly("source-slot");
            checks.sql.execute("SELECT pg_drop_replication_slot('" + slot + "')");
        }
    }

    @Test
    void whatIsSaidOfSegmentsIsRefusedAtAServerThatHasNone() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("12");
                Sessions sessions = Prechecks.sessions(Side.SOURCE, database, database.user(), database.password())) {
            SegmentAddresses one = new SegmentAddresses(Map.of(0, new ServerHost("127.0.0.1", 1)));
            assertThat(logPlace(sessions, SegmentAddresses.NONE, LogPlace.SEGMENTS)
                            .result())
                    .isEqualTo(Result.FAILED);
            assertThat(logPlace(sessions, one, LogPlace.AUTO).found()).contains("the source is PostgreSQL 12.");
            assertThat(logPlace(sessions, SegmentAddresses.NONE, LogPlace.COORDINATOR)
                            .result())
                    .isEqualTo(Result.PASSED);
        }
    }

    /** 12 in the place of a cluster whose coordinator decodes its log: nobody but the user knows whose changes that tells. */
    @Test
    void aCoordinatorsLogThatCanBeReadHasToBeChosen() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("12");
                Sessions sessions = Prechecks.sessions(Side.SOURCE, database, database.user(), database.password())) {
            LogLocation location = new LogLocation(new Segments(sessions), LogPlace.AUTO, () -> Dialect.GREENPLUM_7);
            assertThat(location.mayBeSegments()).isTrue();
            Finding found;
            try (CatalogSession session = CatalogSession.open(sessions)) {
                found = new LogLocationCheck(Dialect.GREENPLUM_7, location).look(session);
            }
            assertThat(found.result()).isEqualTo(Result.FAILED);
            assertThat(found.found()).contains("lets the coordinator's log be read");
            assertThat(found.remedy()).startsWith("Say log: coordinator in the task file's source");
        }
    }

    private static Finding logPlace(Sessions sessions, SegmentAddresses addresses, LogPlace told) {
        LogLocation location = new LogLocation(new Segments(sessions, addresses), told);
        PrecheckScope scope = new PrecheckScope(Prechecks.task(), List.of(), Set.of(), Set.of(), false, Set.of(), "");
        return Findings.of(new SourcePrechecks(sessions, NamedLog.NONE, location).items(scope))
                .get("source-log-place");
    }

    /** One server that is not there is one failed item; the others say that they were not checked. */
    @Test
    void anUnreachableServerFailsOneItemOnly() {
        try (PostgresServer server = PostgresServer.builder("18").start();
                Sessions source =
                        Prechecks.sessions(Side.SOURCE, server.port(), "nowhere", PostgresServer.USER, "wrong");
                Sessions destination = Prechecks.sessions(Side.DESTINATION, 1, "nowhere", "x", "x")) {
            PrecheckScope scope =
                    new PrecheckScope(Prechecks.task(), List.of(), Set.of(), Set.of(), false, Set.of(), "");
            for (Findings found : List.of(
                    Findings.of(new SourcePrechecks(source, NamedLog.NONE, Prechecks.located(source)).items(scope)),
                    Findings.of(new DestinationPrechecks(destination, Prechecks.LEDGER).items(scope)))) {
                assertThat(found.byId().values())
                        .filteredOn(finding -> finding.result() == Result.FAILED)
                        .hasSize(1);
                assertThat(found.byId().values())
                        .filteredOn(finding -> finding.found().equals("not checked"))
                        .hasSize(found.byId().size() - 1);
                assertThat(found.toString()).doesNotContain("wrong");
            }
        }
    }
}
