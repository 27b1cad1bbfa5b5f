package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A started task goes on with its edited file (docs/design/edits.md). */
@ExtendWith(Seeds.class)
class EditTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    private static final String TABLES = """
            CREATE TABLE a (id int PRIMARY KEY, v text NOT NULL, note text, n int);
            INSERT INTO a SELECT g, 'v' || g, 'note', g FROM generate_series(1, 100) g;
            CREATE TABLE b (v text); INSERT INTO b VALUES ('b');
            CREATE TABLE c (id int PRIMARY KEY, v text); INSERT INTO c SELECT g, 'c' FROM generate_series(1, 100) g;
            CREATE TABLE o (id int PRIMARY KEY, v text); INSERT INTO o VALUES (1, 'o'), (2, 'o');""";

    private static final String BEFORE = "[{table: public.a, columns: [id, v, note]}, public.b, public.o]";

    /** The filter lets in half of the rows, one column is masked, one comes and one is made, one goes; b leaves, c comes, o loses its deletes. */
    private static final String AFTER = """
            [{table: public.a, filter: "id % 2 = 0", columns: [id, v, n], compute: {v: "md5(v)", twice: {value: "n * 2", type: int}}}, public.c,
             {table: public.o, operations: [insert, update]}]""";

    private static final String WANTED = "SELECT id, md5(v), n, n * 2 FROM a WHERE id % 2 = 0 ORDER BY id";

    @Test
    void aRunningTaskGoesOnWithItsEditedFile(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(TABLES);
            TaskUnderTest task = objects(new TaskUnderTest(folder, source, destination), BEFORE);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                assertThat(identity(at, "b")).isEqualTo("f");
                String slot = slot(at);

                objects(task, AFTER);
                assertThat(task.finish("apply", "--plan").requireCode(0).text())
                        .contains(
                                "reloaded   public.a: columns, compute, filter edited",
                                "added there: n, twice; not filled: note",
                                "removed    public.b",
                                "added      public.c",
                                "no effect  public.o: operations edited");
                assertThat(task.finish("apply").requireCode(2).text())
                        .contains("USAGE", "reloaded public.a, removed public.b", "--yes");
                assertThat(there.value("SELECT count(*) FROM syncline.command")).isEqualTo("0");
                at.execute("INSERT INTO o VALUES (3, 'before'); INSERT INTO b VALUES ('before')");
                there.await("SELECT count(*) FROM b", "2", SOON);

                assertThat(task.finish("apply", "--yes", "--json")
                                .requireCode(0)
                                .text())
                        .contains(
                                "{\"event\":\"edit\",\"of\":\"public.b\",\"table\":\"public.b\",\"effect\":\"removed\"",
                                "{\"event\":\"applied\",\"answer\":\"the run goes on with the edited file: 1 table added, 1 table reloaded, 1 table removed\"}");
                run.awaitLine("Carried no more: [public.b]", SOON);
                run.awaitLine("Carried again", SOON);
                at.execute(
                        "INSERT INTO a VALUES (200, 'late', NULL, 7); UPDATE a SET v = 'x' WHERE id < 20;"
                                + "UPDATE a SET id = id + 1000 WHERE id = 31; UPDATE a SET id = id + 1001 WHERE id = 33;"
                                + "DELETE FROM a WHERE id > 90 AND id < 100; INSERT INTO c VALUES (200, 'late');"
                                + "INSERT INTO b VALUES ('after'); DELETE FROM o WHERE id = 1; INSERT INTO o VALUES (4, 'after')");
                there.await("SELECT count(*) FROM o WHERE id = 4", "1", SOON);
                there.await("SELECT count(*) FROM c WHERE id = 200", "1", SOON);
                assertThat(slot(at)).as("the task's position is kept").isEqualTo(slot);
                run.kill();
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.rows("SELECT id, v, n, twice FROM a ORDER BY id")).isEqualTo(at.rows(WANTED));
            assertThat(there.column("SELECT v FROM b ORDER BY v")).containsExactly("b", "before");
            assertThat(there.column("SELECT id FROM o ORDER BY id"))
                    .as("deletes are not carried any more")
                    .containsExactly("1", "2", "3", "4");
            assertThat(at.column(
                            "SELECT tablename FROM pg_publication_tables WHERE pubname LIKE 'dts_sync_%' ORDER BY 1"))
                    .containsExactly("a", "c", "o");
            assertThat(identity(at, "b")).as("as it was before the task").isEqualTo("d");
            assertThat(task.finish("apply").requireCode(0).text()).contains("says what the task does already");
            task.finish("clean").requireCode(0);
        }
    }

    /** The same between two runs, then back again: b is added once more, into the table that the task had made. */
    @Tag("slow")
    @Test
    void theNextRunGoesOnWithAFileThatWasEditedMeanwhile(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("15");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(TABLES);
            TaskUnderTest task = objects(new TaskUnderTest(folder, source, destination), BEFORE);
            task.finish("run", "--until", "caught-up").requireCode(0);
            at.execute(
                    "UPDATE a SET v = 'y' WHERE id = 4; INSERT INTO o VALUES (3, 'before'); INSERT INTO b VALUES ('lost')");
            objects(task, AFTER);
            assertThat(task.finish("run", "--until", "caught-up").requireCode(2).text())
                    .contains(
                            "TASK_CHANGED", "columns, compute, filter was edited for public.a", "syncline apply FILE");
            try (RunningProcess apply = task.command("apply", "--yes")
                    .crashAt(Mark.EDITED.name(), 1)
                    .start()) {
                assertThat(apply.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
            }
            at.execute("DELETE FROM a WHERE id = 6");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.rows("SELECT id, v, n, twice FROM a ORDER BY id")).isEqualTo(at.rows(WANTED));
            assertThat(there.column("SELECT v FROM b")).containsExactly("b");
            assertThat(there.column("SELECT id FROM c")).hasSize(100);

            objects(task, "[public.a, public.b, public.c, public.o]");
            assertThat(task.finish("apply", "--yes").requireCode(0).text())
                    .contains("added      public.b", "the table is there, and all rows that it holds are replaced");
            task.finish("run", "--until", "caught-up").requireCode(0);
            there.execute("ALTER TABLE a DROP COLUMN twice");
            task.requireSame();
            task.finish("clean").requireCode(0);
        }
    }

    /** Nothing of a file is applied of which one line is refused, and nothing that was not seen. */
    @Test
    void aRefusedPlanLeavesEverythingAsItWas(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(TABLES);
            TaskUnderTest task = objects(new TaskUnderTest(folder, source, destination), BEFORE);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                objects(
                        task.stages("[full, incremental]"),
                        "[{table: public.a, columns: [id, note]}, {table: public.b, rename: {v: w}}, public.c, {table: public.o, to: public.p}]");
                assertThat(task.finish("apply", "--yes").requireCode(2).text())
                        .contains(
                                "EDIT_REFUSED",
                                "REFUSED    public.a: columns edited, and nothing would fill the columns v",
                                "REFUSED    public.b: rename edited, and the destination table public.b lacks the columns w",
                                "REFUSED    public.o: it would go to public.p",
                                "REFUSED    stages: stages was edited",
                                "added      public.c");
                objects(task.stages("[schema, full, incremental]"), "[public.c]");
                assertThat(task.finish("apply", "--yes").requireCode(2).text())
                        .contains("no table that the task carries now would be left");

                Path elsewhere = Files.copy(objects(task, AFTER).file(), folder.resolve("elsewhere.yaml"));
                objects(task, BEFORE).file();
                assertThat(task.finishOn(elsewhere, "apply", "--yes")
                                .requireCode(2)
                                .text())
                        .contains("COMMAND_REFUSED", "another than the one that was applied");

                at.execute("INSERT INTO a VALUES (300, 'a', 'note', 1); INSERT INTO b VALUES ('more')");
                there.await("SELECT count(*) FROM a WHERE note = 'note'", "101", SOON);
                there.await("SELECT count(*) FROM b", "2", SOON);
                assertThat(there.value("SELECT count(*) FROM syncline.suspended"))
                        .isEqualTo("0");
                run.kill();
            }
            objects(task, "[{table: public.a, columns: [id, v]}, public.b, public.o]");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(2).text())
                    .contains("TASK_CHANGED", "columns was edited for public.a", "syncline apply FILE");
            objects(task, BEFORE);
            assertThat(task.finish("apply").requireCode(0).text()).contains("says what the task does already");
            there.execute("DELETE FROM syncline.accepted");
            assertThat(task.finish("apply").requireCode(2).text())
                    .as("of an older program")
                    .contains("EDIT_REFUSED", "does not tell what the task file said of public.a");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value("SELECT count(*) FROM syncline.accepted")).isEqualTo("3");
            task.finish("compare").requireCode(0);
        }
    }

    /** The task is known by the identity of its source's database, and needs no apply. */
    @Tag("slow")
    @Test
    void anotherSpellingOfTheSourcesHostIsNoEdit(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            String slot = slot(at);
            there.execute("DELETE FROM t");
            at.execute("INSERT INTO t VALUES (2)");
            task.edited(text -> text.replace("127.0.0.1", "localhost"));
            assertThat(task.finish("apply").requireCode(0).text()).contains("says what the task does already");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.column("SELECT id FROM t"))
                    .as("it went on from its position")
                    .containsExactly("2");
            assertThat(slot(at)).isEqualTo(slot);
        }
    }

    /** The run dies at a step of the edit while writers go on, first of all between the ledger's write and the load; another run, with the file where it was, ends it. */
    @Tag("slow")
    @ParameterizedTest
    @EnumSource(names = {"EDITED", "SLOT_CREATED", "JOINING_BEGUN", "CHUNK_PAGE_WRITTEN", "JOINING_LOADED", "JOINED"})
    void survivesAKillAt(Mark mark, @TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            TaskUnderTest task = objects(
                    new TaskUnderTest(folder, source, destination),
                    "[public.pgbench_accounts, public.pgbench_history, public.pgbench_branches]");
            task.finish("run", "--until", "caught-up").requireCode(0);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(2)
                    .rate(100)
                    .mix(TpcbMix.VARIED)
                    .start()) {
                try (RunningProcess run =
                        task.command("run").crashAt(mark.name(), 1).start()) {
                    run.awaitLine("SYNCHRONIZING", SOON);
                    objects(task, """
                            [{table: public.pgbench_accounts, filter: "abalance < 0", compute: {filler: "'x'"}},
                             public.pgbench_branches, public.pgbench_tellers, public.pgbench_side]""").file();
                    try (RunningProcess apply = task.command("apply", "--yes").start()) {
                        assertThat(run.awaitExit(TaskUnderTest.LIMIT))
                                .as(String.join("\n", run.stderr()))
                                .isEqualTo(CrashHarness.KILLED);
                        apply.kill();
                    }
                }
                writer.awaitCommits(50, SOON);
                task.finish("run", "--until", "caught-up").requireCode(0);
                writer.awaitCommits(50, SOON);
                writer.stop();
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(there.value("SELECT count(*) FROM syncline.suspended")).isEqualTo("0");
            task.finish("compare").requireCode(0);
            for (String table : List.of("pgbench_branches", "pgbench_tellers", "pgbench_side")) {
                String digest = "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM " + table + " t";
                assertThat(there.rows(digest)).as(table).isEqualTo(at.rows(digest));
            }
            assertThat(there.value("SELECT count(*) || ' ' || sum(abalance) FROM pgbench_accounts"))
                    .isEqualTo(at.value(
                            "SELECT count(*) || ' ' || sum(abalance) FROM pgbench_accounts WHERE abalance < 0"));
            assertThat(identity(at, "pgbench_history")).isEqualTo("d");
            task.finish("clean").requireCode(0);
            assertThat(identity(at, "pgbench_accounts")).isEqualTo("d");
        }
    }

    private static TaskUnderTest objects(TaskUnderTest task, String objects) {
        return task.edited(text -> text.replace("[\"public.*\"]", objects.replace("\n", " ")));
    }

    private static String identity(Sql at, String table) {
        return at.value("SELECT relreplident::text FROM pg_class WHERE relname = ?", table);
    }

    private static String slot(Sql at) {
        return at.value(
                "SELECT string_agg(slot_name::text, ' ') FROM pg_replication_slots WHERE database = current_database()");
    }
}
