package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.OldServers;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbObserver;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sources of releases before 12, and before 10 without pgoutput, through every stage under writers, killed on the way, to a destination of the newest release. */
@ExtendWith(Seeds.class)
class OlderSourceTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);
    private static final String SMALL = "tuning: {chunkSize: 2MB, batchRows: 400, batchSize: 1MB, queueSize: 4MB}";

    /** A little of everything that these releases put into the log: no TRUNCATE; before 9.5 there is no ON CONFLICT. */
    private static final TpcbMix WITHOUT_TRUNCATE = new TpcbMix(50, 50, 200, 0, 5, 2_000);

    private static final TpcbMix WITHOUT_SIDE = new TpcbMix(50, 50, 0, 0, 5, 2_000);

    private static final String OBJECTS = """
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'x');
            CREATE SEQUENCE numbers INCREMENT 3 CACHE 7;
            CREATE TABLE kinds (id serial PRIMARY KEY, m mood DEFAULT 'sad', s short, n int DEFAULT nextval('numbers'),
                                bits bit(3), bytes bytea, at timestamptz, doc json, flag boolean CHECK (flag), price numeric(10,2), tags text[]);
            CREATE UNIQUE INDEX kinds_price ON kinds (price, s);
            CREATE TABLE parts (id int PRIMARY KEY, kind int REFERENCES kinds ON DELETE CASCADE);
            COMMENT ON TABLE kinds IS 'it''s';
            INSERT INTO kinds (s, bits, bytes, at, doc, flag, price, tags)
                SELECT 'a''' || g % 100, B'101', decode('00ff', 'hex'), '2020-01-01 00:00:00+02', '{"a":  1}', true, g, ARRAY['x y', NULL, '''']
                  FROM generate_series(1, 500) g;
            INSERT INTO parts SELECT g, g FROM generate_series(1, 500) g;
            """;

    private static final String CHANGES = """
            UPDATE kinds SET m = 'happy', tags = NULL WHERE id % 3 = 0; UPDATE kinds SET id = -id WHERE id % 5 = 0 AND NOT EXISTS (SELECT FROM parts WHERE kind = kinds.id);
            DELETE FROM kinds WHERE id % 7 = 0; INSERT INTO kinds (s, flag) VALUES ('new', true), (NULL, NULL);
            """;

    @Test
    void from96(@TempDir Path folder, Seed seed) throws Exception {
        copiesAndFollows("9.6", folder, seed);
    }

    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"9.4", "9.5", "10", "11"})
    void fromOthers(String version, @TempDir Path folder, Seed seed) throws Exception {
        copiesAndFollows(version, folder, seed);
    }

    private static void copiesAndFollows(String version, Path folder, Seed seed) throws Exception {
        OldServers.require(version);
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase destination = SharedPostgres.destinationDatabase("18")) {
            create(source);
            if (isBefore10(version)) {
                execute(source, "ALTER TABLE pgbench_history REPLICA IDENTITY FULL");
            }
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(4)
                    .rate(200)
                    .mix(version.equals("9.4") ? WITHOUT_SIDE : WITHOUT_TRUNCATE)
                    .start()) {
                try (RunningProcess run = task.command("run").start()) {
                    run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    execute(source, CHANGES);
                    writer.awaitCommits(200, TaskUnderTest.LIMIT);
                    run.kill();
                }
                try (RunningProcess run = task.command("run").start()) {
                    run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                    try (TpcbObserver observer = TpcbObserver.start(destination::connect)) {
                        writer.awaitCommits(300, TaskUnderTest.LIMIT);
                        task.finish("compare").requireCode(0);
                        observer.stop();
                        assertThat(observer.violation()).isEmpty();
                        assertThat(observer.distinctStates()).isPositive();
                    }
                    run.kill();
                }
                writer.awaitCommits(100, TaskUnderTest.LIMIT);
                writer.stop();
            }
            task.requireSameAfterCatchingUp();
            try (Sql sql = destination.sql()) {
                assertThat(sql.rows("SELECT seqincrement, seqcache, seqtypid::regtype FROM pg_sequence"
                                + " WHERE seqrelid = 'numbers'::regclass"))
                        .containsExactly(List.of("3", "7", "bigint"));
                assertThat(sql.value("SELECT obj_description('kinds'::regclass)"))
                        .isEqualTo("it's");
            }
            task.finish("clean").requireCode(0);
            try (Sql sql = source.sql()) {
                assertThat(sql.number("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                        .isZero();
            }
        }
    }

    /** A load that dies goes on by key ranges under another snapshot, and catches up with what was read later (T4, T5, T21). */
    @Tag("slow")
    @ParameterizedTest
    @ValueSource(strings = {"9.4", "9.5", "9.6", "10", "11"})
    void aLoadIsKilledTwice(String version, @TempDir Path folder, Seed seed) throws Exception {
        OldServers.require(version);
        try (TestDatabase source = SharedPostgres.sourceDatabase(version);
                TestDatabase destination = SharedPostgres.destinationDatabase("18")) {
            create(source);
            execute(source, "ALTER TABLE pgbench_history ADD id bigserial PRIMARY KEY");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).with(SMALL);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(4)
                    .rate(200)
                    .mix(version.equals("9.4") ? WITHOUT_SIDE : WITHOUT_TRUNCATE)
                    .start()) {
                die(task, Mark.CHUNK_COMMITTED);
                die(task, Mark.CHUNK_PAGE_WRITTEN);
                die(task, Mark.BATCH_COMMITTED);
                writer.awaitCommits(100, TaskUnderTest.LIMIT);
                writer.stop();
            }
            task.requireSameAfterCatchingUp();
            task.finish("clean").requireCode(0);
        }
    }

    /** T45: what a float prints differs by release, what it is does not. */
    @Test
    void floatsArriveAsTheyAre(@TempDir Path folder) {
        floatsArrive("9.6", "18", folder);
    }

    /** T45. */
    @Tag("slow")
    @Test
    void floatsArriveAsTheyAreAtAnOlderDestination(@TempDir Path folder) {
        floatsArrive("18", "9.6", folder);
    }

    private static void floatsArrive(String from, String to, Path folder) {
        try (TestDatabase source = SharedPostgres.sourceDatabase(from);
                TestDatabase destination = SharedPostgres.destinationDatabase(to)) {
            execute(
                    source,
                    "CREATE TABLE f (id int PRIMARY KEY, d float8, r real, ds float8[], p point);"
                            + " INSERT INTO f SELECT g, sqrt(g), (1.0 / g)::real, ARRAY[0.1, g / 7.0], point(0.1, g / 3.0) FROM generate_series(1, 1000) g;"
                            + " CREATE TABLE k (d float8, r real, v int, PRIMARY KEY (d, r));"
                            + " INSERT INTO k SELECT sqrt(g), (1.0 / g)::real, g FROM generate_series(1, 1000) g");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            execute(
                    source,
                    "UPDATE f SET d = d / 3, r = r / 3, ds = NULL, p = point(d, r) WHERE id % 3 = 0;"
                            + " UPDATE k SET v = -v WHERE v % 2 = 0; UPDATE k SET d = d / 3 WHERE v % 3 = 0; DELETE FROM k WHERE v % 5 = 0");
            task.finish("run", "--until", "caught-up").requireCode(0);
            task.finish("compare").requireCode(0);
            try (Sql left = source.sql();
                    Sql right = destination.sql()) {
                for (String bits : List.of(
                        "SELECT md5(string_agg(concat_ws(' ', id, float8send(d), float4send(r), array_send(ds), point_send(p)), ',' ORDER BY id)) FROM f",
                        "SELECT md5(string_agg(concat_ws(' ', v, float8send(d), float4send(r)), ',' ORDER BY v)) FROM k")) {
                    assertThat(right.value(bits)).isEqualTo(left.value(bits));
                }
                right.execute("UPDATE f SET d = d + 1e-12 WHERE id = 7; DELETE FROM k WHERE v = 7");
            }
            TaskUnderTest.Outcome compare = task.finish("compare");
            assertThat(compare.code()).isEqualTo(5);
            assertThat(compare.text()).contains("missing");
        }
    }

    private static void die(TaskUnderTest task, Mark mark) {
        try (RunningProcess run = task.command("run").crashAt(mark.name(), 2).start()) {
            assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                    .as(String.join("\n", run.stderr()))
                    .isEqualTo(CrashHarness.KILLED);
        }
    }

    private static boolean isBefore10(String version) {
        return version.startsWith("9.");
    }

    private static void create(TestDatabase source) throws Exception {
        try (var connection = source.connect()) {
            SCHEMA.create(connection);
        }
        execute(source, OBJECTS);
    }

    private static void execute(TestDatabase database, String sql) {
        try (Sql session = database.sql()) {
            session.execute(sql);
        }
    }
}
