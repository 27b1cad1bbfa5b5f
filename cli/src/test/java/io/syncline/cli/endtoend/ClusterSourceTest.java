package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.endtoend.ClusterSource.Destination;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.ClusterServer;
import io.syncline.testkit.postgres.Sql;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A Greenplum 7 source, read from the logs of its segments, over every kind of table that can be followed (docs/design/segment-streams.md). Needs a cluster, whose address the environment
 * holds: there is none that can be fetched.
 */
class ClusterSourceTest {

    private static final String LYING = """
            SELECT string_agg(c.relname || ' ' || pg_get_table_distributedby(c.oid) || coalesce(' ' || a.amname, ''), '; ' ORDER BY c.relname)
              FROM gp_distribution_policy p JOIN pg_class c ON c.oid = p.localoid LEFT JOIN pg_am a ON a.oid = c.relam WHERE c.relnamespace = 'public'::regnamespace""";

    private static final String KEYS = """
            CREATE TABLE k_proven (x int NOT NULL, y text NOT NULL, v text) DISTRIBUTED BY (x, y); CREATE UNIQUE INDEX ON k_proven (y, x);
            CREATE TABLE k_named (x int NOT NULL UNIQUE, v text) DISTRIBUTED BY (x);
            CREATE TABLE k_wider (x int NOT NULL, y int NOT NULL, v text, UNIQUE (x, y)) DISTRIBUTED BY (x);
            CREATE TABLE k_nulls (x int UNIQUE, v text) DISTRIBUTED BY (x);
            CREATE TABLE k_today (x int NOT NULL, v text) DISTRIBUTED BY (x);
            COMMENT ON INDEX k_proven_y_x_idx IS 'by both';
            COMMENT ON CONSTRAINT k_named_x_key ON k_named IS 'by one';
            INSERT INTO k_proven SELECT g, g, 'v' FROM generate_series(1, 200) g;
            INSERT INTO k_named SELECT g, 'v' FROM generate_series(1, 200) g;
            INSERT INTO k_wider SELECT g % 20, g, 'v' FROM generate_series(1, 200) g;
            INSERT INTO k_nulls SELECT g, 'v' FROM generate_series(1, 200) g; INSERT INTO k_nulls VALUES (NULL, 'n'), (NULL, 'n');
            INSERT INTO k_today SELECT g, 'v' FROM generate_series(1, 200) g""";

    private static final String PRIMARY_KEYS = """
            SELECT string_agg(c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid), '; ' ORDER BY c.conname)
              FROM pg_constraint c WHERE c.contype = 'p' AND c.conrelid::regclass::text LIKE 'k_%'""";

    private static final Duration LONG = Duration.ofMinutes(15);
    private static final int TRANSFERS = 10_000;
    private static final int MARKS = 1_000;
    private static final int STOPS = 5;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void everyKindOfTableIsLoadedAndFollowed(Destination kind) throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, kind);
                Sql at = source.at()) {
            TaskUnderTest task = source.task();
            task.finish("precheck").requireCode(0);
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
            if (kind == Destination.GREENPLUM) {
                try (Sql there = source.there()) {
                    assertThat(there.value(LYING))
                            .as("rows lie as at the source")
                            .isEqualTo(at.value(LYING));
                }
            }
            for (int seed = 1; seed <= 3; seed++) {
                Random random = new Random(seed);
                for (int i = 0; i < 60; i++) {
                    at.execute(ClusterTables.change(random));
                }
                task.finish("run", "--until", "caught-up").requireCode(0);
            }
            at.execute(
                    "BEGIN; UPDATE pair SET b = b + 7; DELETE FROM pair WHERE a % 3 = 0; INSERT INTO pair SELECT g, g, 'again' FROM generate_series(3, 90, 3) g; COMMIT;"
                            + " TRUNCATE part_1, everywhere, emptied; INSERT INTO everywhere VALUES (1, 'first')");
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
            task.finish("clean", "--drop-tables", source.nameThere()).requireCode(0);
            for (int content : source.cluster().segments()) {
                try (Sql segment = source.segment(content)) {
                    assertThat(segment.value(
                                    "SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                            .isEqualTo("0");
                }
            }
            assertThat(at.value("SELECT count(*) FROM pg_publication")).isEqualTo("0");
        }
    }

    /** Distribution columns are a key where the source keeps them unique and not null, and nowhere else, whatever its rows look like. */
    @ParameterizedTest
    @EnumSource
    void provenDistributionColumnsBecomeThePrimaryKey(Destination kind) throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, kind);
                Sql at = source.at();
                Sql there = source.there()) {
            at.execute(KEYS);
            TaskUnderTest task = source.task();
            TaskUnderTest.Outcome precheck = task.finish("precheck").requireCode(0);
            assertThat(precheck.stdout())
                    .contains("               CREATE UNIQUE INDEX ON \"public\".\"k_today\" (\"x\");")
                    .filteredOn(line -> line.startsWith("warning source-keyless"))
                    .singleElement()
                    .asString()
                    .contains(
                            "k_nulls (distributed by x: x may be NULL)", "k_today (distributed by x: no unique index)")
                    .doesNotContain("k_proven", "k_named", "k_wider");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value(PRIMARY_KEYS)).isEqualTo("k_named PRIMARY KEY (x); k_proven PRIMARY KEY (y, x)");
            assertThat(
                            there.value(
                                    "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_indexes WHERE tablename LIKE 'k_%'"))
                    .isEqualTo("k_named k_nulls k_proven k_wider");

            at.execute("""
                    UPDATE k_proven SET v = 'u' WHERE x % 3 = 0; UPDATE k_proven SET x = -x WHERE x % 5 = 0; DELETE FROM k_proven WHERE x % 7 = 0;
                    UPDATE k_named SET x = x + 1000 WHERE x % 2 = 0; DELETE FROM k_named WHERE x % 3 = 0;
                    UPDATE k_wider SET v = 'w' WHERE y = 3; DELETE FROM k_wider WHERE y = 4;
                    INSERT INTO k_today SELECT x, 'twice' FROM k_today WHERE x % 2 = 0; UPDATE k_today SET v = 'both' WHERE x % 4 = 0;
                    INSERT INTO k_nulls VALUES (NULL, 'n'), (NULL, 'n'), (NULL, 'm'); DELETE FROM k_nulls WHERE x % 2 = 0""");
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();

            at.execute("DROP INDEX k_proven_y_x_idx; INSERT INTO k_proven VALUES (1, '1', 'a second one')");
            TaskUnderTest.Outcome unproven = task.finish("run", "--until", "caught-up");
            assertThat(unproven.code()).as("no row is lost without a word").isNotZero();
            assertThat(unproven.text()).contains("public.k_proven");
        }
    }

    /** T37: its log from before is nobody's; the task says so, and goes on behind a comparison. */
    @Test
    void t37ASegmentWithoutItsSlotStopsTheTask() throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.POSTGRESQL);
                Sql at = source.at()) {
            TaskUnderTest task = source.task();
            task.finish("run", "--until", "caught-up").requireCode(0);
            try (Sql segment = source.segment(1)) {
                segment.rows(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
            }
            Random random = new Random(1);
            for (int i = 0; i < 40; i++) {
                at.execute(ClusterTables.change(random));
            }
            TaskUnderTest.Outcome outcome = task.finish("run", "--until", "caught-up");
            assertThat(outcome.code()).isNotZero();
            assertThat(outcome.text()).contains("SLOT_MISSING", "Run heal");
            task.finish("heal").requireCode(0);
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }

    /** They are in no log. */
    @Test
    void appendOptimisedTablesAreRefusedOrLoadedAnewFromTimeToTime() throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.POSTGRESQL);
                Sql at = source.at();
                Sql there = source.there()) {
            at.execute(
                    "CREATE TABLE ao (id int, v text) USING ao_row DISTRIBUTED BY (id); INSERT INTO ao SELECT g, 'a' FROM generate_series(1, 300) g;"
                            + " CREATE TABLE col (id int PRIMARY KEY, v text) USING ao_column; INSERT INTO col SELECT g, 'c' FROM generate_series(1, 300) g");
            TaskUnderTest task = source.task();
            TaskUnderTest.Outcome refused = task.finish("precheck");
            assertThat(refused.code()).isNotZero();
            assertThat(refused.text()).contains("public.ao (ao_row)", "public.col (ao_column)");
            task.edited(text -> text.replace(
                    "objects: [\"public.*\"]",
                    "objects: [{table: public.ao, refresh: 10s}, {table: public.col, refresh: 10s}, \"public.*\"]"));
            task.finish("precheck").requireCode(0);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                at.execute(
                        "UPDATE ao SET v = 'b'; DELETE FROM ao WHERE id % 3 = 0; UPDATE col SET v = 'd'; INSERT INTO heap VALUES (-1, 'followed', 0)");
                there.await("SELECT count(*) FROM heap WHERE id = -1", "1", TaskUnderTest.LIMIT);
                there.await("SELECT count(*) FROM ao WHERE v = 'b'", "200", TaskUnderTest.LIMIT);
                there.await("SELECT count(*) FROM col WHERE v = 'd'", "300", TaskUnderTest.LIMIT);
                requireRunning(run);
                run.kill();
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }

    /** What changes in it from then on is in no log, so that its rows of before would stay. */
    @Test
    void aTableThatBecomesAppendOptimisedStopsTheTaskAndIsLoadedAnewAsAHeap() throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.POSTGRESQL);
                Sql at = source.at()) {
            TaskUnderTest task = source.task();
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                at.execute("ALTER TABLE heap SET ACCESS METHOD ao_row; UPDATE heap SET v = 'untold'");
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isNotZero();
                assertThat(String.join("\n", run.stderr()))
                        .contains("public.heap is append-optimised now", "SET ACCESS METHOD heap");
            }
            at.execute("ALTER TABLE heap SET ACCESS METHOD heap");
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }

    /** T35: rows move to other segments, whose logs do not tell of it. The role that reads is no superuser, and has what {@code grants} prints. */
    @Test
    void aTableThatIsDistributedAnewIsLoadedAnew() throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.POSTGRESQL);
                Sql at = source.at()) {
            TaskUnderTest task = source.task();
            source.readAsAPlainRole();
            task.finish("run", "--until", "caught-up").requireCode(0);
            at.execute(
                    "UPDATE pair SET v = 'before'; ALTER TABLE pair SET DISTRIBUTED BY (a); UPDATE pair SET v = 'behind'; DELETE FROM pair WHERE a % 2 = 0");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(0).text())
                    .contains("public.pair", "its rows lie by another distribution now");
            source.requireSame();
            assertThat(task.finish("run", "--until", "caught-up").requireCode(0).text())
                    .doesNotContain("another distribution");
        }
    }

    /**
     * T35: each commit of the destination shows whole distributed transactions, and of each segment what it had at one of its commits, while sessions' processes stand still between the two commits of a
     * transaction. The destination itself looks, in each transaction that writes the position.
     */
    @Test
    @Tag("slow")
    void t35EachCommitShowsWholeTransactions() throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.POSTGRESQL);
                Sql there = source.there();
                RunningProcess run = source.task().command("run").start()) {
            requireStops();
            run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
            there.execute("""
                    CREATE SCHEMA watch;
                    CREATE TABLE watch.seen (mark text PRIMARY KEY, holds boolean NOT NULL, torn bigint NOT NULL);
                    CREATE FUNCTION watch.look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        INSERT INTO watch.seen SELECT NEW.position, %s, (SELECT count(*) FROM (SELECT session, max(n) - min(n) AS ahead FROM
                            (SELECT place, session, max(n) AS n FROM public.chain GROUP BY place, session) c GROUP BY session) d WHERE ahead > 1);
                        RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER look AFTER UPDATE ON syncline.stream DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                        WHEN (NEW.position <> OLD.position) EXECUTE FUNCTION watch.look();
                    ALTER TABLE syncline.stream ENABLE ALWAYS TRIGGER look""".formatted(ClusterTables.HOLDS));
            int between = 0;
            try (ClusterSessions sessions = ClusterSessions.on(source, 8, 1, 0);
                    ClusterBackends backends = new ClusterBackends(source)) {
                while (sessions.transfers() < TRANSFERS || seen(there) < MARKS || between < STOPS) {
                    sessions.requireWriting();
                    requireRunning(run);
                    between += backends.stopOne() ? 1 : 0;
                }
                sessions.stop();
                System.err.println("transfers " + sessions.transfers() + ", links of chains " + sessions.chained()
                        + ", marks " + seen(there) + ", stopped between two commits " + between);
            }
            run.kill();
            run.awaitExit(TaskUnderTest.LIMIT);
            assertThat(there.value("SELECT count(*) FROM watch.seen WHERE NOT holds"))
                    .isEqualTo("0");
            there.execute("DROP TRIGGER look ON syncline.stream; DROP SCHEMA watch CASCADE");
            source.task().finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }

    /** The same where the destination cannot look by itself: a reader of it does. */
    @Test
    @Tag("slow")
    void t35EachStateOfAClusterShowsWholeTransactions() throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, Destination.GREENPLUM);
                Sql there = source.there();
                RunningProcess run = source.task().command("run").start()) {
            run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
            int looks = 0;
            try (ClusterSessions sessions = ClusterSessions.on(source, 8, 1, 0)) {
                while (sessions.transfers() < TRANSFERS || looks < MARKS) {
                    sessions.requireWriting();
                    requireRunning(run);
                    assertThat(there.value("SELECT " + ClusterTables.HOLDS)).isEqualTo("t");
                    looks++;
                }
                sessions.stop();
            }
            run.kill();
            run.awaitExit(TaskUnderTest.LIMIT);
            source.task().finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }

    /** I1, I2: sessions go on while the run is killed in each of its stages. */
    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void deathsUnderWritersLoseAndDoubleNothing(Destination kind) throws Exception {
        try (ClusterSource source = ClusterSource.open(folder, kind)) {
            TaskUnderTest task = source.task().limit(LONG);
            try (ClusterSessions sessions = ClusterSessions.on(source, 2, 2, 0.05)) {
                for (String mark : List.of(
                        "OBJECT_CREATING",
                        "CHUNK_PAGE_WRITTEN",
                        "CHUNK_COMMITTED",
                        "INDEX_BUILDING",
                        "BATCH_APPLYING",
                        "BATCH_COMMITTED",
                        "BATCH_APPLYING",
                        "BATCH_COMMITTED")) {
                    sessions.requireWriting();
                    try (RunningProcess run =
                            task.command("run").crashAt(mark, 3).start()) {
                        assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                    }
                }
                sessions.stop();
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            source.requireSame();
        }
    }

    private static void requireStops() {
        Assumptions.assumeTrue(
                ClusterServer.mayStop(),
                "SKIPPED, AND SO NOT PROVEN: nobody says that the cluster's processes may be stopped. Set "
                        + ClusterServer.MAY_STOP + "=yes when they may");
    }

    private static int seen(Sql there) {
        return Integer.parseInt(there.value("SELECT count(*) FROM watch.seen"));
    }

    private static void requireRunning(RunningProcess run) {
        if (!run.isAlive()) {
            throw new AssertionError("the run has ended: " + run.stdout() + run.stderr());
        }
    }
}
