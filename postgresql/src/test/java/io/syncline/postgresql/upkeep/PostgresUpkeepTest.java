package io.syncline.postgresql.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.TableId;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Upkeep.DeadRows;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.ledger.TestSessions;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Statistics arrive late: what they are to say is waited for. The changed columns have an index, or the dead rows would be heap-only: whoever reads such a page next takes
 * them away.
 */
class PostgresUpkeepTest {

    private static final String DATABASE = "syncline_upkeep_test";
    private static final Duration LATE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void countsDeadRowsOfTablesAndTheirPartitions(String version) {
        try (TestDatabase database = SharedPostgres.sourceDatabase(version);
                Sessions sessions = TestSessions.of(database, "syncline test")) {
            execute(database::sql, """
                    CREATE SCHEMA "o'Dd";
                    CREATE TABLE "o'Dd"."T, x" (id int PRIMARY KEY, v int) WITH (autovacuum_enabled = false);
                    CREATE TABLE parted (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
                    CREATE TABLE leaf PARTITION OF parted FOR VALUES FROM (1) TO (1001) WITH (autovacuum_enabled = false);
                    CREATE TABLE other (id int PRIMARY KEY, v int) WITH (autovacuum_enabled = false);
                    CREATE INDEX ON "o'Dd"."T, x" (v);
                    INSERT INTO "o'Dd"."T, x" SELECT g, 0 FROM generate_series(1, 1000) g;
                    INSERT INTO parted SELECT g, 0 FROM generate_series(1, 1000) g;
                    INSERT INTO other SELECT g, 0 FROM generate_series(1, 1000) g;
                    UPDATE "o'Dd"."T, x" SET v = 1;
                    DELETE FROM parted WHERE id <= 400;
                    UPDATE other SET v = 1""");
            String name = database.name();
            List<TableId> asked =
                    List.of(id(name, "o'Dd", "T, x"), id(name, "public", "parted"), id(name, "public", "gone"));

            await(
                    sessions,
                    asked,
                    new DeadRows(asked.getFirst(), 1000, 1000, "VACUUM ANALYZE \"o'Dd\".\"T, x\";"),
                    new DeadRows(id(name, "public", "leaf"), 400, 600, "VACUUM ANALYZE \"public\".\"leaf\";"));

            for (DeadRows each : new PostgresUpkeep(sessions).deadRows(asked)) {
                execute(database::sql, each.remedy());
            }
            await(sessions, asked);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {GreenplumCluster.SEVEN, GreenplumCluster.SIX})
    void countsWhatLiesOnTheSegments(String variable) {
        Optional<GreenplumCluster> named = GreenplumCluster.named(variable);
        Assumptions.assumeTrue(named.isPresent(), "SKIPPED, AND SO NOT PROVEN: no Greenplum cluster in " + variable);
        GreenplumCluster cluster = named.get();
        Supplier<Sql> database = () -> Sql.open(() -> cluster.connect(DATABASE));
        // Alone: VACUUM leaves what any transaction of the cluster, in whichever database, may still see.
        try (GreenplumCluster.Turn _ = cluster.turn()) {
            cluster.createDatabase(DATABASE);
            try (Sessions sessions = sessions(cluster)) {
                requireCounted(database, sessions);
            } finally {
                cluster.dropDatabase(DATABASE);
            }
        }
    }

    private static void requireCounted(Supplier<Sql> database, Sessions sessions) {
        execute(
                database,
                "CREATE TABLE t (id int PRIMARY KEY, v int) DISTRIBUTED BY (id)",
                "CREATE TABLE copied (id int PRIMARY KEY, v int) DISTRIBUTED REPLICATED",
                "CREATE TABLE parted (id int PRIMARY KEY, v int) DISTRIBUTED BY (id) PARTITION BY RANGE (id) (START (1) END (2001) EVERY (1000))");
        List<TableId> asked = new ArrayList<>();
        for (String table : List.of("t", "copied", "parted")) {
            asked.add(id(DATABASE, "public", table));
            execute(
                    database,
                    "CREATE INDEX " + table + "_v ON " + table + " (v)",
                    "INSERT INTO " + table + " SELECT g, 0 FROM generate_series(1, 1000) g",
                    "UPDATE " + table + " SET v = 1 WHERE id <= 700");
        }
        DeadRows copied = dead("copied", 700);
        DeadRows parted = dead("parted_1_prt_1", 700);
        DeadRows table = dead("t", 700);
        await(sessions, asked, copied, parted, table);

        // ANALYZE takes nothing away, and what was rolled back is dead too; the rows are those that ANALYZE saw.
        execute(database, "ANALYZE t", "ANALYZE copied", "BEGIN; UPDATE t SET v = 2 WHERE id <= 5; ROLLBACK");
        execute(database, "DELETE FROM copied WHERE id <= 10");
        DeadRows more = dead("copied", 710);
        DeadRows rolledBack = dead("t", 705);
        await(sessions, asked, more, parted, rolledBack);

        execute(database, more.remedy(), parted.remedy(), rolledBack.remedy());
        await(sessions, asked);

        // After a VACUUM without ANALYZE the coordinator's own statistics know of the new rows alone.
        execute(
                database,
                "VACUUM t",
                "INSERT INTO t SELECT g, 0 FROM generate_series(1001, 1500) g",
                "DELETE FROM t WHERE id <= 10");
        await(sessions, asked, new DeadRows(rolledBack.table(), 10, 1490, rolledBack.remedy()));
    }

    /** In a session that ends: one that stays keeps its last figures to itself until its next transaction (before PostgreSQL 15). */
    private static void execute(Supplier<Sql> database, String... statements) {
        try (Sql sql = database.get()) {
            for (String statement : statements) {
                sql.execute(statement);
            }
        }
    }

    private static DeadRows dead(String table, long dead) {
        return new DeadRows(id(DATABASE, "public", table), dead, 1000, "VACUUM ANALYZE \"public\".\"" + table + "\";");
    }

    private static void await(Sessions sessions, List<TableId> asked, DeadRows... expected) {
        List<DeadRows> last = new ArrayList<>();
        try {
            Await.until("dead rows are counted", LATE, () -> {
                last.clear();
                last.addAll(new PostgresUpkeep(sessions).deadRows(asked));
                last.sort(Comparator.comparing(DeadRows::table));
                return last.equals(List.of(expected));
            });
        } catch (AssertionError e) {
            assertThat(last).as(String.valueOf(e.getMessage())).containsExactly(expected);
            throw e;
        }
    }

    private static TableId id(String database, String schema, String name) {
        return new TableId(database, schema, name);
    }

    private static Sessions sessions(GreenplumCluster cluster) {
        return new Sessions(
                Side.DESTINATION,
                ConnectionOptions.to(
                        cluster.host(),
                        cluster.port(),
                        DATABASE,
                        cluster.user(),
                        new Secret(cluster.password().isEmpty() ? "none" : cluster.password()),
                        Tls.of(TlsMode.DISABLE)),
                new SessionOptions("syncline test", ""));
    }
}
