package io.syncline.postgresql.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.api.task.Stage;
import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.postgresql.ledger.PostgresLedger;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;

class DestinationPrechecksTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void rightsAreMissedOneByOneAndTheirRemediesMendThem(String version) {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sql from = source.sql();
                Prechecks checks = new Prechecks(database)) {
            from.execute("CREATE SCHEMA shop; CREATE TABLE shop.orders (id int PRIMARY KEY); CREATE TABLE t (id int)");

            Findings before = checks.destination(source, Set.of(), version + ".1");
            assertThat(before.troubles())
                    .containsOnly(
                            Map.entry("destination-ledger", Result.FAILED),
                            Map.entry("destination-temporary", Result.FAILED),
                            Map.entry("destination-schemas", Result.FAILED),
                            Map.entry("destination-accounts", Result.FAILED),
                            Map.entry("destination-replica-role", Result.WARNING));
            for (String id : before.troubles().keySet()) {
                checks.remedy(before.get(id));
            }
            assertThat(checks.destination(source, Set.of(), version + ".1").troubles())
                    .isEmpty();
            checks.sql.execute("ALTER ROLE " + checks.role + " NOSUPERUSER; ALTER SCHEMA syncline OWNER TO postgres");
            Finding ledger =
                    checks.destination(source, Set.of(), version + ".1").get("destination-ledger");
            assertThat(ledger.result()).isEqualTo(Result.FAILED);
            checks.remedy(ledger);
            assertThat(checks.destination(source, Set.of(), version + ".1")
                            .get("destination-ledger")
                            .result())
                    .isEqualTo(Result.PASSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void tablesInTheWayAreToldUnlessTheyAreOurs(String version) {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sql from = source.sql();
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            from.execute("CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE TABLE c (id int)");
            checks.sql.execute("CREATE TABLE a (x int); CREATE VIEW b AS SELECT 1 AS x; CREATE TABLE c (id int)");

            Finding found = checks.destination(source, Set.of(), "").get("destination-tables");
            assertThat(found.result()).isEqualTo(Result.FAILED);
            assertThat(found.found()).contains("public.a", "public.b", "public.c");

            try (Sessions sessions = Prechecks.sessions(Side.DESTINATION, database, checks.role, "x")) {
                PostgresLedger ledger = new PostgresLedger(sessions, Prechecks.LEDGER);
                ledger.install();
                String task = ledger.register("checked", "a", "f").task().id();
                checks.sql.update(
                        "INSERT INTO syncline.object (task, kind, schema_name, parent, name) VALUES (?, 'TABLE', 'public', '', 'c')",
                        task);
            }
            Set<TableId> ours =
                    Set.of(new TableId(database.name(), "public", "a"), new TableId(database.name(), "public", "b"));
            assertThat(checks.destination(source, ours, "")
                            .get("destination-tables")
                            .result())
                    .isEqualTo(Result.PASSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void existingTablesMustTakeWhatTheSourceHolds(String version) {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sql from = source.sql();
                Prechecks checks = new Prechecks(database)) {
            from.execute("""
                    CREATE SCHEMA shop;
                    CREATE TABLE shop."Or,der" (id int, "a ""b" int, v varchar(9), PRIMARY KEY (id, "a ""b"));
                    CREATE TABLE shop.missing (id int);""");
            Stage[] stages = {Stage.FULL, Stage.INCREMENTAL};
            Findings empty = checks.destination(source, Set.of(), "", stages);
            assertThat(empty.ids()).doesNotContain("destination-tables");
            assertThat(empty.get("destination-shapes").found()).contains("shop.missing does not exist");
            assertThat(empty.get("destination-schemas").found()).contains("schema shop does not exist");

            checks.sql.execute("""
                    CREATE SCHEMA shop; CREATE TABLE shop.missing (id int);
                    CREATE TABLE shop."Or,der" ("a ""b" int NOT NULL, v varchar(3), extra int NOT NULL, given int NOT NULL DEFAULT 1);
                    INSERT INTO shop."Or,der" VALUES (1, 'x', 1);""");
            Findings found = checks.destination(source, Set.of(), "", stages);
            assertThat(found.get("destination-shapes").found())
                    .contains("shop.Or,der has no column id", "shop.Or,der extra is NOT NULL")
                    .doesNotContain("given");
            assertThat(found.get("destination-keys").remedy())
                    .isEqualTo("ALTER TABLE \"shop\".\"Or,der\" ADD PRIMARY KEY (\"id\", \"a \"\"b\");");
            assertThat(found.get("destination-table-rights").remedy())
                    .contains("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON \"shop\".\"Or,der\" TO ");
            checks.remedy(found.get("destination-table-rights"));
            checks.remedy(found.get("destination-schemas"));
            assertThat(checks.destination(source, Set.of(), "", stages)
                            .get("destination-empty")
                            .found())
                    .contains("shop.Or,der");

            checks.sql.execute("ALTER TABLE shop.\"Or,der\" ADD id int, DROP extra; TRUNCATE shop.\"Or,der\"");
            checks.remedy(found.get("destination-keys"));
            Findings mended = checks.destination(source, Set.of(), "", stages);
            assertThat(mended.get("destination-shapes").result()).isEqualTo(Result.WARNING);
            assertThat(mended.get("destination-shapes").found())
                    .contains("column v of shop.Or,der is character varying(3), not character varying(9)");
            checks.sql.execute("ALTER TABLE shop.\"Or,der\" ALTER v TYPE varchar(9)");
            mended = checks.destination(source, Set.of(), "", stages);
            for (String id : Set.of(
                    "destination-shapes",
                    "destination-keys",
                    "destination-empty",
                    "destination-table-rights",
                    "destination-schemas")) {
                assertThat(mended.get(id).result()).as(id).isEqualTo(Result.PASSED);
            }
        }
    }

    @Test
    void whatAnOlderReleaseLacksIsTold() {
        try (TestDatabase source = SharedPostgres.sourceDatabase("18");
                TestDatabase older = SharedPostgres.destinationDatabase("11");
                TestDatabase newer = SharedPostgres.destinationDatabase("18");
                Sql from = source.sql();
                Prechecks ofOlder = new Prechecks(older);
                Prechecks ofNewer = new Prechecks(newer)) {
            from.execute("""
                    CREATE TYPE mood AS ENUM ('sad');
                    CREATE TABLE a (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED, m mood, ms mood[], c "char", cs "char"[]);
                    CREATE TABLE b (r int4multirange, rs int4multirange[], p jsonpath, x xid8, v varchar(3), n numeric(3)[], t timestamptz(3), i interval year);""");
            Finding found = ofOlder.destination(source, Set.of(), "18").get("destination-release");
            assertThat(found.result()).isEqualTo(Result.FAILED);
            assertThat(found.found())
                    .contains(
                            "int4multirange of public.b.r;",
                            "int4multirange[] of public.b.rs;",
                            "jsonpath of public.b.p;")
                    .contains("xid8 of public.b.x;", "generated columns, such as public.a.twice.")
                    .doesNotContain("mood", "char", "numeric", "timestamp", "interval");
            assertThat(ofNewer.destination(source, Set.of(), "18")
                            .get("destination-release")
                            .result())
                    .isEqualTo(Result.PASSED);
        }
    }

    @Test
    void partitionsThatAnOlderReleaseCannotKeepAreTold() {
        try (TestDatabase source = SharedPostgres.sourceDatabase("18");
                TestDatabase older = SharedPostgres.destinationDatabase("10");
                TestDatabase newer = SharedPostgres.destinationDatabase("11");
                Sql from = source.sql();
                Prechecks ofOlder = new Prechecks(older);
                Prechecks ofNewer = new Prechecks(newer)) {
            from.execute(
                    "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p DEFAULT");
            Finding found = ofOlder.destination(source, Set.of(), "18").get("destination-release");
            assertThat(found.result()).isEqualTo(Result.FAILED);
            assertThat(found.found()).contains("partitions of tables with a key, for public.p.");
            assertThat(found.remedy()).contains("partitions: flatten");
            assertThat(ofNewer.destination(source, Set.of(), "18")
                            .get("destination-release")
                            .result())
                    .isEqualTo(Result.PASSED);
        }
    }

    /** T2: what would act on applied rows, in the role that our sessions can have. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t2TriggersRulesAndForeignKeysThatWouldFireAreTold(String version) {
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase database = SharedPostgres.destinationDatabase(version);
                Sql from = source.sql();
                Prechecks checks = new Prechecks(database)) {
            from.execute("CREATE TABLE a (id int PRIMARY KEY)");
            checks.sql.execute("""
                    CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE other (id int REFERENCES a ON DELETE CASCADE);
                    CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                    CREATE TRIGGER "Audit 1" BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION act();
                    CREATE TRIGGER off BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION act();
                    ALTER TABLE a DISABLE TRIGGER off;
                    CREATE RULE ruled AS ON DELETE TO a WHERE OLD.id < 0 DO INSTEAD NOTHING;""");

            Finding poor = checks.destination(source, Set.of(), "", Stage.FULL).get("destination-triggers");
            assertThat(poor.result()).isEqualTo(Result.FAILED);
            assertThat(poor.ignorable()).isFalse();
            assertThat(poor.found())
                    .contains("trigger Audit 1", "rule ruled", "foreign key other_id_fkey")
                    .doesNotContain("trigger off");
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            assertThat(checks.destination(source, Set.of(), "")
                            .get("destination-triggers")
                            .result())
                    .isEqualTo(Result.PASSED);
            checks.sql.execute(
                    "ALTER TABLE a ENABLE ALWAYS TRIGGER \"Audit 1\"; ALTER TABLE a ENABLE REPLICA TRIGGER off");
            Finding always = checks.destination(source, Set.of(), "").get("destination-triggers");
            assertThat(always.found()).contains("Audit 1", "off").doesNotContain("rule", "foreign");
            checks.remedy(always);
            checks.sql.execute("ALTER ROLE " + checks.role + " NOSUPERUSER");
            checks.remedy(poor);
            assertThat(checks.destination(source, Set.of(), "")
                            .get("destination-triggers")
                            .result())
                    .isEqualTo(Result.PASSED);
        }
    }

    @Test
    void anOlderDestinationAndLongNamesAreTold() {
        try (TestDatabase source = SharedPostgres.sourceDatabase("12");
                TestDatabase database = SharedPostgres.destinationDatabase("12");
                Sql from = source.sql();
                Prechecks checks = new Prechecks(database)) {
            from.execute("CREATE TABLE a (id int)");
            assertThat(checks.destination(source, Set.of(), "18.6")
                            .get("destination-version")
                            .result())
                    .isEqualTo(Result.WARNING);
            assertThat(checks.destination(source, Set.of(), "12.1")
                            .get("destination-version")
                            .result())
                    .isEqualTo(Result.PASSED);
            assertThat(checks.destination(source, Set.of(), "")
                            .get("destination-names")
                            .result())
                    .isEqualTo(Result.PASSED);
            Finding tooLong = checks.destination(source, "ö".repeat(32)).get("destination-names");
            assertThat(tooLong.result()).isEqualTo(Result.FAILED);
            assertThat(tooLong.found()).contains("öö");
        }
    }

    /** T17. */
    @Test
    void t17AnAsynchronousStandbyIsTold() throws SQLException {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                PostgresServer server = PostgresServer.builder("15").logical().start();
                TestDatabase database = TestDatabase.create(server);
                Prechecks checks = new Prechecks(database)) {
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            assertThat(checks.destination(source, Set.of(), "")
                            .get("destination-standbys")
                            .result())
                    .isEqualTo(Result.PASSED);
            try (Sessions sessions = Prechecks.sessions(Side.DESTINATION, database, checks.role, "x");
                    Connection standby = sessions.openReplication("standby");
                    var stream = standby.unwrap(PGConnection.class)
                            .getReplicationAPI()
                            .replicationStream()
                            .physical()
                            .withStartPosition(
                                    LogSequenceNumber.valueOf(checks.sql.value("SELECT pg_current_wal_lsn()::text")))
                            .start()) {
                Await.until(
                        "the standby is seen",
                        Duration.ofSeconds(20),
                        () -> checks.destination(source, Set.of(), "")
                                        .get("destination-standbys")
                                        .result()
                                == Result.WARNING);
                assertThat(stream.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aStandbyIsRefusedAtBothEnds() throws IOException {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                PostgresServer server = PostgresServer.builder("15").logical().start();
                TestDatabase database = TestDatabase.create(server)) {
            Prechecks checks = new Prechecks(database);
            checks.sql.execute("ALTER ROLE " + checks.role + " SUPERUSER");
            assertThat(checks.destination(source, Set.of(), "")
                            .get("destination-primary")
                            .result())
                    .isEqualTo(Result.PASSED);
            checks.sql.close();
            server.stop(ShutdownMode.FAST);
            Files.createFile(server.dataDirectory().resolve("standby.signal"));
            server.start();
            assertThat(checks.source().get("source-primary").result()).isEqualTo(Result.FAILED);
            assertThat(checks.destination(source, Set.of(), "")
                            .get("destination-primary")
                            .result())
                    .isEqualTo(Result.FAILED);
            server.stop(ShutdownMode.FAST);
            Files.delete(server.dataDirectory().resolve("standby.signal"));
            server.start();
        }
    }
}
