package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Several databases in one process, under writers and kills; what befalls one of them leaves the others alone. */
@Tag("slow")
@ExtendWith(Seeds.class)
class ManyDatabasesUnderLoadTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);
    private static final String SMALL = "tuning: {chunkSize: 2MB, batchRows: 400, batchSize: 1MB, queueSize: 4MB}";

    @Test
    void eachArrivesThoughTheProcessDies(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                ManyDatabases databases = new ManyDatabases(folder, source, destination)) {
            List<String> names = filled(databases);
            List<TpcbWriter> writers = new ArrayList<>();
            try {
                for (String name : names) {
                    PostgresServer server = source.server();
                    writers.add(TpcbWriter.on(() -> server.connect(name), SCHEMA, seed.part(names.indexOf(name)))
                            .clients(2)
                            .rate(60)
                            .mix(TpcbMix.VARIED)
                            .start());
                }
                TaskUnderTest task = databases.task().with(pattern(source) + SMALL);
                for (String mark : List.of("CHUNK_COMMITTED", "BATCH_COMMITTED")) {
                    try (RunningProcess run =
                            task.command("run").crashAt(mark, 7).start()) {
                        assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isGreaterThan(128);
                    }
                }
                try (RunningProcess run = task.command("run").start()) {
                    awaitSynchronizing(run, names);
                    writers.getFirst().awaitCommits(100, TaskUnderTest.LIMIT);
                    run.kill();
                }
                writers.forEach(TpcbWriter::stop);
                task.finish("run", "--until", "caught-up").requireCode(0);
                task.finish("compare").requireCode(0);
            } finally {
                writers.forEach(TpcbWriter::close);
            }
            databases.requireSame();
            databases.finish("clean").requireCode(0);
            databases.requireNothingLeft();
        }
    }

    @Test
    void oneThatFailsLeavesTheOthersAloneAndGivesTheExitCode(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                ManyDatabases databases = new ManyDatabases(folder, source, destination)) {
            String one = databases.create("-one");
            String two = databases.create("-two");
            String three = databases.create("-three");
            for (String name : List.of(one, two, three)) {
                execute(databases, name, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
            }
            TaskUnderTest task = databases.task().with(pattern(source));
            try (RunningProcess run = task.command("run", "--json").start()) {
                for (String name : List.of(one, two, three)) {
                    run.awaitLine(
                            line -> line.contains("SYNCHRONIZING") && line.endsWith("\"database\":\"" + name + "\"}"),
                            TaskUnderTest.LIMIT);
                }
                try (Sql there = databases.atDestination(two)) {
                    there.execute("DROP TABLE t");
                }
                execute(databases, two, "INSERT INTO t VALUES (2)");
                run.awaitLine(
                        line -> line.contains("\"event\":\"failure\"")
                                && line.endsWith("\"database\":\"" + two + "\"}"),
                        TaskUnderTest.LIMIT);

                for (String name : List.of(one, three)) {
                    execute(databases, name, "INSERT INTO t VALUES (3)");
                    try (Sql there = databases.atDestination(name)) {
                        there.await("SELECT max(id) FROM t", "3", TaskUnderTest.LIMIT);
                    }
                }
                assertThat(task.finish("status").requireCode(0).text()).contains("Database " + two, "FAILED: ");
                assertThat(task.finish("control", "pause", "--database", one)
                                .requireCode(0)
                                .text())
                        .contains("Database " + one, "the run is paused");
                run.awaitLine(
                        line -> line.contains("PAUSED") && line.endsWith("\"database\":\"" + one + "\"}"),
                        TaskUnderTest.LIMIT);
                String late = databases.create("-late");
                run.awaitLine(
                        line -> line.contains("The database " + late + " matches the task's patterns since"),
                        TaskUnderTest.LIMIT);
                run.signal(Signal.TERM);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(4);
                assertThat(run.stdout())
                        .filteredOn(line -> line.contains("\"event\":\"end\""))
                        .hasSize(2);
            }
            task.finish("clean", "--database", two).requireCode(0);
            task.finish("run", "--until", "caught-up", "--database", one).requireCode(0);
            task.finish("compare", "--database", one).requireCode(0);
        }
    }

    @Test
    void aDatabaseThatTheRoleMayNotMakeIsToldAndMadeAsPrinted(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                ManyDatabases databases = new ManyDatabases(folder, source, destination);
                Role writer = Role.create(destination, "writer", "")) {
            String name = databases.create("-a");
            execute(databases, name, "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
            TaskUnderTest task =
                    databases.task().with(pattern(source)).destinationAccount(writer.name(), Role.PASSWORD);

            TaskUnderTest.Outcome refused = task.finish("run").requireCode(3).requireNoTrace();
            assertThat(refused.failedItems()).containsExactly("destination-database");
            assertThat(task.finish("grants").requireCode(0).text()).contains(refused.remedy("destination-database"));
            writer.administer(refused.remedy("destination-database"));
            writer.administer("GRANT CREATE ON DATABASE \"" + name + "\" TO " + writer.name());
            try (Sql there = databases.atDestination(name)) {
                there.execute("GRANT CREATE ON SCHEMA public TO " + writer.name());
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            databases.requireSame();
            assertThat(task.finish("explain").requireCode(0).text()).contains("Database " + name + ":");
            task.finish("clean", "--drop-tables", name).requireCode(0);
            databases.requireNothingLeft();
            try (Sql there = databases.atDestination(name)) {
                there.execute("DROP OWNED BY " + writer.name());
            }
        }
    }

    private static List<String> filled(ManyDatabases databases) throws Exception {
        List<String> names =
                List.of(databases.create("-first"), databases.create("-The Second"), databases.create("-\"third\""));
        for (String name : names) {
            try (Sql sql = databases.atSource(name)) {
                SCHEMA.create(sql.connection());
            }
        }
        return names;
    }

    private static void awaitSynchronizing(RunningProcess run, List<String> names) {
        for (String name : names) {
            run.awaitLine(" " + name + ": SYNCHRONIZING", TaskUnderTest.LIMIT);
        }
    }

    private static void execute(ManyDatabases databases, String name, String statements) {
        try (Sql sql = databases.atSource(name)) {
            sql.execute(statements);
        }
    }

    private static String pattern(TestDatabase source) {
        return "databases: [\"" + source.name() + "-*\"]\n";
    }
}
