package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A PostgreSQL source and a Greenplum 7 destination, over every kind of table that it has (docs/design/greenplum.md). Needs a cluster, whose address the environment
 * holds: there is none that can be fetched.
 */
class GreenplumTest {

    private static final String TABLES = """
            CREATE TABLE heap (id int PRIMARY KEY, v text, n numeric(12,2));
            CREATE TABLE pair (a int, b text, v int, PRIMARY KEY (a, b));
            CREATE TABLE ao (id int, region int, v text, PRIMARY KEY (id, region));
            CREATE TABLE col (id int PRIMARY KEY, v numeric, d date);
            CREATE TABLE rep (id int PRIMARY KEY, v text);
            CREATE TABLE rnd (id int PRIMARY KEY, v text);
            CREATE TABLE wide (id int PRIMARY KEY, region int NOT NULL, v text);
            CREATE TABLE part (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE TABLE part_d PARTITION OF part DEFAULT;
            CREATE TABLE flat (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE flat_1 PARTITION OF flat DEFAULT;
            CREATE TABLE keyless (x int, y text, z json);
            CREATE TABLE typed (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, g int GENERATED ALWAYS AS (id * 2) STORED,
                                e jsonb, a int[], t timestamptz, b bytea, u uuid, i interval);
            CREATE UNIQUE INDEX pair_v ON pair (v);
            CREATE VIEW sums AS SELECT region, count(*) FROM ao GROUP BY region;
            INSERT INTO heap SELECT g, 'v' || g, g FROM generate_series(1, 3000) g;
            INSERT INTO pair SELECT g, 'b' || g, g FROM generate_series(1, 500) g;
            INSERT INTO ao SELECT g, g % 5, repeat('a', g % 40) FROM generate_series(1, 3000) g;
            INSERT INTO col SELECT g, g / 3.0, date '2026-01-01' + g % 30 FROM generate_series(1, 3000) g;
            INSERT INTO rep SELECT g, 'r' || g FROM generate_series(1, 300) g;
            INSERT INTO rnd SELECT g, 'r' || g FROM generate_series(1, 300) g;
            INSERT INTO wide SELECT g, g % 3, 'w' FROM generate_series(1, 300) g;
            INSERT INTO part SELECT g, date '2025-12-20' + g % 60, 'p' FROM generate_series(1, 1000) g;
            INSERT INTO flat SELECT g, date '2025-12-20' + g % 60, 'p' FROM generate_series(1, 1000) g;
            INSERT INTO keyless SELECT g % 7, 'k', '{"a": 1}' FROM generate_series(1, 70) g;
            INSERT INTO typed (e, a, t, b, u, i) SELECT '{"k": [1, null]}', ARRAY[g, NULL], 'infinity', '\\x00ff',
                   md5(g::text)::uuid, '1 mon -3 days' FROM generate_series(1, 50) g""";

    private static final String OBJECTS = """
            objects:
              - {table: public.ao, storage: heap, distributedBy: [region]}
              - {table: public.rep, tableType: replicated}
              - {table: public.rnd, tableType: random}
              - {table: public.flat, partitions: flatten}
              - {table: public.wide, primaryKey: [region, id], distributedBy: [region]}
              - "public.*"
            """;

    private GreenplumCluster cluster;
    private TestDatabase source;
    private Sql at;
    private Sql there;
    private TaskUnderTest task;

    @BeforeEach
    void begin(@TempDir Path folder) {
        Optional<GreenplumCluster> named = GreenplumCluster.named(GreenplumCluster.SEVEN);
        Assumptions.assumeTrue(
                named.isPresent(),
                "SKIPPED, AND SO NOT PROVEN: no cluster of Greenplum 7. Set " + GreenplumCluster.SEVEN
                        + " to the address of one, postgresql://superuser@127.0.0.1:port");
        cluster = named.get();
        source = SharedPostgres.sourceDatabase("17");
        at = source.sql();
        at.execute(TABLES);
        cluster.createDatabase(source.name());
        there = Sql.open(() -> cluster.connect(source.name()));
        task = new TaskUnderTest(folder, source, source)
                .destinationPort(cluster.port())
                .destinationAccount(cluster.user(), cluster.password().isEmpty() ? "none" : cluster.password())
                .edited(text -> text.replace("objects: [\"public.*\"]\n", OBJECTS));
    }

    @AfterEach
    void end() {
        if (source == null) {
            return;
        }
        at.close();
        there.close();
        cluster.dropDatabase(source.name());
        source.close();
    }

    @Test
    void everyKindOfTableIsLoadedAndFollowed() throws Exception {
        assertThat(task.finish("precheck").requireCode(0).text()).contains("4 tables lie as the task file says");
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value("""
                SELECT string_agg(c.relname || ' ' || am.amname || ' ' || p.policytype || ' ' || pg_get_table_distributedby(c.oid), '; ' ORDER BY c.relname)
                  FROM gp_distribution_policy p JOIN pg_class c ON c.oid = p.localoid JOIN pg_am am ON am.oid = c.relam
                 WHERE c.relname IN ('ao', 'col', 'flat', 'keyless', 'rep', 'rnd', 'wide', 'part_1')""")).isEqualTo("""
                ao heap p DISTRIBUTED BY (region); col heap p DISTRIBUTED BY (id); flat heap p DISTRIBUTED BY (id, day); \
                keyless heap p DISTRIBUTED BY (x); part_1 heap p DISTRIBUTED BY (id, day); rep heap r DISTRIBUTED REPLICATED; \
                rnd heap p DISTRIBUTED RANDOMLY; wide heap p DISTRIBUTED BY (region)""");
        for (int seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            for (int i = 0; i < 60; i++) {
                at.execute(change(random));
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
        }
        at.execute(
                "TRUNCATE rnd, col; INSERT INTO col VALUES (1, 1, NULL); ALTER TABLE heap ADD COLUMN more int DEFAULT 7;"
                        + " UPDATE heap SET more = 8 WHERE id < 50; ALTER TABLE ao ADD COLUMN more text; UPDATE ao SET more = 'm'");
        task.finish("run", "--until", "caught-up").requireCode(0);
        requireSame();
        task.finish("clean", "--drop-tables", source.name()).requireCode(0);
        assertThat(there.value("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
                .isEqualTo("0");
    }

    /** Rows of a load take the place of former ones in one transaction, with every kind of distribution. */
    @Test
    void tablesAreLoadedAnewAside() throws Exception {
        task.finish("run", "--until", "caught-up").requireCode(0);
        Random random = new Random(4);
        for (int i = 0; i < 60; i++) {
            at.execute(change(random));
        }
        for (String table : List.of("ao", "rep", "rnd", "wide", "part", "flat", "keyless", "typed")) {
            task.finish("control", "resync", "public." + table).requireCode(0);
        }
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value("SELECT count(*) FROM syncline.suspended")).isEqualTo("0");
        requireSame();
    }

    /** Rows of such tables are deleted and inserted instead of updated: the server fails where a transaction updates one twice. */
    @Test
    void appendOptimisedTablesAreFollowed() throws Exception {
        task.edited(GreenplumTest::appended);
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value(
                        "SELECT string_agg(m.amname, ' ' ORDER BY c.relname) FROM pg_class c JOIN pg_am m ON m.oid = c.relam"
                                + " WHERE c.relname IN ('ao', 'col', 'keyless', 'typed')"))
                .isEqualTo("ao_row ao_column ao_row ao_column");
        there.execute("ALTER TABLE ao ADD COLUMN own text DEFAULT 'o'; UPDATE ao SET own = 'mine' WHERE id % 2 = 0");
        for (int seed = 1; seed <= 3; seed++) {
            Random random = new Random(seed);
            at.execute("BEGIN");
            for (int i = 0; i < 60; i++) {
                at.execute(change(random));
            }
            at.execute(
                    "COMMIT; UPDATE ao SET v = v || 'more' WHERE id % 2 = 0; UPDATE ao SET region = region + 1 WHERE id % 4 = 0;"
                            + "UPDATE typed SET a = a || 1; UPDATE keyless SET y = 'all'");
            task.finish("run", "--until", "caught-up").requireCode(0);
        }
        assertThat(there.value("SELECT count(*) FROM ao WHERE own = 'mine' AND id % 2 = 0 AND id <= 3000"))
                .as("what only the destination has stays with its row")
                .isEqualTo(at.value("SELECT count(*) FROM ao WHERE id % 2 = 0 AND id <= 3000"));
        there.execute("ALTER TABLE ao DROP COLUMN own");
        for (String table : List.of("ao", "col", "keyless", "typed")) {
            task.finish("control", "resync", "public." + table).requireCode(0);
        }
        task.finish("run", "--until", "caught-up").requireCode(0);
        requireSame();
    }

    private static String appended(String text) {
        return text.replace(
                "objects: [\"public.*\"]\n",
                OBJECTS.replace("heap", "ao_row")
                        + "  - {table: public.col, storage: ao_column}\n  - {table: public.keyless, storage: ao_row}\n"
                        + "  - {table: public.typed, storage: ao_column}\n");
    }

    /** I1, I2: writers go on while the run is killed in each of its stages. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Tag("slow")
    void deathsUnderWritersLoseAndDoubleNothing(boolean appended) throws Exception {
        if (appended) {
            task.edited(GreenplumTest::appended);
        }
        try (ExecutorService writers = Executors.newFixedThreadPool(3)) {
            Writing writing = new Writing();
            List<Future<Integer>> written = Stream.of(1, 2, 3)
                    .map(seed -> writers.submit(() -> writing.write(seed)))
                    .toList();
            for (String mark : List.of(
                    "OBJECT_CREATING",
                    "CHUNK_PAGE_WRITTEN",
                    "CHUNK_COMMITTED",
                    "INDEX_BUILDING",
                    "BATCH_APPLYING",
                    "BATCH_COMMITTED",
                    "BATCH_APPLYING",
                    "BATCH_COMMITTED")) {
                for (Future<Integer> each : written) {
                    if (each.isDone()) {
                        throw new AssertionError("a writer ended after " + each.get());
                    }
                }
                try (RunningProcess run = task.command("run").crashAt(mark, 3).start()) {
                    assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                }
            }
            writing.stop();
            for (Future<Integer> each : written) {
                assertThat(each.get()).as("transactions").isGreaterThan(100);
            }
        }
        task.finish("run", "--until", "caught-up").requireCode(0);
        requireSame();
    }

    /** Sessions that change rows of all tables, each in transactions of its own. */
    private final class Writing {

        private volatile boolean stopped;

        void stop() {
            stopped = true;
        }

        /** @return how many transactions were committed; values that are taken undo theirs */
        int write(int seed) throws SQLException {
            Random random = new Random(seed);
            int committed = 0;
            try (Connection session = source.connect();
                    Statement statement = session.createStatement()) {
                session.setAutoCommit(false);
                while (!stopped) {
                    try {
                        // All take their locks in one order.
                        statement.execute("SELECT pg_advisory_xact_lock(1)");
                        for (int i = random.nextInt(4); i >= 0; i--) {
                            statement.execute(change(random));
                        }
                        session.commit();
                        committed++;
                        statement.execute("SELECT pg_sleep(0.01)");
                    } catch (SQLException e) {
                        if (!e.getSQLState().startsWith("23")) {
                            throw e;
                        }
                        session.rollback();
                    }
                }
            }
            return committed;
        }
    }

    /** Of every kind, among them keys, and columns by which rows are distributed. */
    private static String change(Random random) {
        int r = random.nextInt(1, 40);
        return switch (random.nextInt(18)) {
            case 0 -> "UPDATE heap SET n = n + 0.10 WHERE id % 40 = " + r;
            case 1 ->
                "UPDATE heap SET id = m.n FROM (SELECT id, (SELECT max(id) FROM heap) + row_number() OVER () AS n"
                        + " FROM heap WHERE id % 97 = " + r + ") m WHERE m.id = heap.id";
            case 2 -> "DELETE FROM heap WHERE id % 211 = " + r;
            case 3 ->
                "INSERT INTO heap SELECT g, NULL, 0 FROM generate_series((SELECT max(id) + 1 FROM heap), (SELECT max(id) + 80 FROM heap)) g";
            case 4 -> "UPDATE pair SET b = b || 'x' WHERE a % 40 = " + r;
            case 5 -> "UPDATE pair SET v = -v WHERE a % 40 = " + r;
            case 6 -> "UPDATE ao SET region = (region + 1) % 9 WHERE id % 40 = " + r;
            case 7 -> "UPDATE ao SET v = 'n' || region WHERE id % 40 = " + r;
            case 8 -> "DELETE FROM ao WHERE id % 199 = " + r;
            case 9 -> "UPDATE col SET v = v + 1 WHERE id % 40 = " + r;
            case 10 -> "DELETE FROM col WHERE id % 301 = " + r;
            case 11 -> "UPDATE rep SET v = v || 'z' WHERE id % 40 = " + r;
            case 12 ->
                "UPDATE rnd SET v = NULL WHERE id % 40 = " + r
                        + "; UPDATE rnd SET id = (SELECT max(id) + 1 FROM rnd) WHERE id = " + r;
            case 13 ->
                "UPDATE wide SET region = region + 1 WHERE id % 40 = " + r + "; UPDATE wide SET id = -id WHERE id = "
                        + r;
            case 14 -> "UPDATE part SET day = day + 20, v = 'moved' WHERE id % 40 = " + r;
            case 15 ->
                "UPDATE flat SET day = day + 20 WHERE id % 40 = " + r + "; DELETE FROM flat WHERE id % 311 = " + r;
            case 16 ->
                "UPDATE keyless SET y = 'u" + r % 5 + "' WHERE ctid = (SELECT max(ctid) FROM keyless WHERE x = " + r % 7
                        + "); DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless WHERE x = "
                        + (r + 1) % 7 + "); INSERT INTO keyless VALUES (" + r % 7 + ", 'k', '{\"a\": 1}'), (" + r % 7
                        + ", 'k', '{\"a\": 1}')";
            default ->
                "UPDATE typed SET e = jsonb_build_object('r', " + r + "), a = a || " + r
                        + ", t = '2026-01-01 00:00:00.123456+00' WHERE id % 7 = " + r % 7;
        };
    }

    private void requireSame() throws Exception {
        assertThat(task.finish("compare").requireCode(0).text()).contains("No differences");
        try (Connection left = source.connect();
                Connection right = cluster.connect(source.name())) {
            assertThat(SqlDigest.differences(left, right, "public")).isEmpty();
        }
    }
}
