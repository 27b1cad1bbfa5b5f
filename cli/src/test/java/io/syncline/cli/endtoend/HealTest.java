package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.CrashHarness;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The slot of a task is lost, and with it the changes that the destination had not seen; heal brings both ends together again. */
@ExtendWith(Seeds.class)
class HealTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    private static final String TABLES = """
            CREATE TABLE doc (id int PRIMARY KEY, body text NOT NULL, code text UNIQUE);
            ALTER TABLE doc ALTER COLUMN body SET STORAGE EXTERNAL;
            INSERT INTO doc SELECT g, repeat('body ' || g, 600), 'code ' || g FROM generate_series(1, 300) g;
            CREATE TABLE pair (b int, a text, n numeric, PRIMARY KEY (a, b));
            INSERT INTO pair SELECT g, 'a' || g % 7, g / 3.0 FROM generate_series(1, 2000) g;
            CREATE TABLE log (line text);
            INSERT INTO log SELECT 'line ' || g % 5 FROM generate_series(1, 50) g;
            CREATE TABLE untouched (id int PRIMARY KEY);
            INSERT INTO untouched SELECT generate_series(1, 100);
            """;

    /** What the destination never hears of. Unique values go round, so that rows stand in each other's way. */
    private static final String GAP = """
            UPDATE doc SET code = NULL WHERE id IN (1, 2, 3);
            UPDATE doc SET code = 'code ' || 1 + id % 3 WHERE id IN (1, 2, 3);
            UPDATE doc SET body = repeat('new ' || id, 700) WHERE id BETWEEN 10 AND 20;
            DELETE FROM doc WHERE id BETWEEN 50 AND 70;
            INSERT INTO doc VALUES (55, 'again', 'code 50'), (1000, 'new', 'code 51');
            UPDATE pair SET b = b + 10000 WHERE b % 50 = 0;
            UPDATE pair SET n = n + 1 WHERE b % 50 = 1;
            DELETE FROM log WHERE ctid IN (SELECT ctid FROM log WHERE line = 'line 1' LIMIT 3);
            INSERT INTO log VALUES ('line 2'), ('new'), ('new');
            """;

    private static final String LOSE_SLOT =
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()";

    @Test
    void t17WhatDiffersAfterALostSlotIsMadeRight(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql here = source.sql();
                Sql there = destination.sql()) {
            here.execute(TABLES);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(task.finish("heal").requireCode(2).text()).contains("HEAL_REFUSED");
            String untouched =
                    there.value("SELECT string_agg(xmin::text || ctid::text, ',' ORDER BY id) FROM untouched");

            here.execute(LOSE_SLOT);
            here.execute(GAP);
            assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                    .contains("SLOT_MISSING")
                    .contains("Run heal for this task");

            for (String mark : new String[] {"CHUNK_PAGE_WRITTEN", "ROWS_HEALED"}) {
                try (RunningProcess heal = task.command("heal").crashAt(mark, 1).start()) {
                    assertThat(heal.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                }
            }
            assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                    .contains("HEAL_UNFINISHED");
            here.execute("UPDATE doc SET code = 'later' WHERE id = 1; DELETE FROM doc WHERE id = 1000");
            task.finish("heal").requireCode(0);
            task.requireSame();

            here.execute("INSERT INTO log VALUES ('line 2'); UPDATE doc SET code = code || '!' WHERE id < 30");
            task.requireSameAfterCatchingUp();
            assertThat(there.value("SELECT string_agg(xmin::text || ctid::text, ',' ORDER BY id) FROM untouched"))
                    .isEqualTo(untouched);
            task.finish("clean").requireCode(0);
        }
    }

    /** What the new slot counts as told may not be seen yet: rows are compared when all that wrote beside its making has ended. */
    @Test
    void t21NothingIsComparedBeforeWritersHaveEnded(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql here = source.sql();
                Sql there = destination.sql()) {
            here.execute(TABLES);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            here.execute(LOSE_SLOT);
            here.execute(GAP);

            try (RunningProcess heal =
                            task.command("heal").holdAt("SLOT_CREATED", 1).start();
                    Sql open = source.sql()) {
                heal.awaitMark("SLOT_CREATED", TaskUnderTest.LIMIT);
                open.execute("BEGIN");
                open.execute("UPDATE doc SET code = 'open' WHERE id = 200");
                heal.goOn();
                Await.until(
                        "heal says what it waits for",
                        TaskUnderTest.LIMIT,
                        () -> String.join(" ", heal.stderr())
                                .contains("reading rows behind a position of the log waits"));
                assertThat(there.value("SELECT count(*) FROM doc WHERE id BETWEEN 56 AND 70"))
                        .as("rows that are to be deleted")
                        .isEqualTo("15");
                open.execute("COMMIT");
                assertThat(heal.awaitExit(TaskUnderTest.LIMIT)).isZero();
            }
            task.requireSameAfterCatchingUp();
        }
    }

    /** A table that was altered in the gap is in a shape that no log tells of: nothing is begun. */
    @Test
    void anAlteredTableIsRefusedBeforeAnythingIsChanged(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql here = source.sql()) {
            here.execute("CREATE TABLE t (id int PRIMARY KEY, v text)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            here.execute(LOSE_SLOT);
            here.execute("ALTER TABLE t ADD more int DEFAULT 5");
            assertThat(task.finish("heal").requireCode(4).text())
                    .contains("DESTINATION_SCHEMA")
                    .contains("no column more");
            assertThat(here.value("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                    .isEqualTo("0");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                    .doesNotContain("HEAL_UNFINISHED");
        }
    }

    /** What was asked of a table while no run was there does not keep the heal from ending; an edited file, which could lead to somebody's table, does. */
    @Test
    void whatWasAskedIsSettledAndAnEditedFileIsRefusedBeforeTheHeal(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql here = source.sql();
                Sql there = destination.sql()) {
            here.execute("CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a');"
                    + "CREATE TABLE unkeyed (v text); CREATE TABLE aside (id int PRIMARY KEY)");
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            task.finish("run", "--until", "caught-up").requireCode(0);
            there.execute("CREATE TABLE precious AS SELECT g AS id, 'p' || g AS v FROM generate_series(1, 9) g");
            there.execute("ALTER TABLE precious ADD PRIMARY KEY (id)");
            here.execute(LOSE_SLOT);
            here.execute("UPDATE t SET v = 'b'; INSERT INTO unkeyed VALUES ('x')");

            for (String table : new String[] {"t", "unkeyed"}) {
                task.edited(text -> text.replace(
                        "[\"public.*\"]", "[\"public.*\", {table: public." + table + ", to: public.precious}]"));
                assertThat(task.finish("heal").requireCode(2).text()).contains("TASK_CHANGED");
                assertThat(there.value("SELECT count(*) FROM precious WHERE v = 'p' || id"))
                        .isEqualTo("9");
            }
            task.edited(text -> text);
            task.finish("control", "suspend", "public.aside");
            task.finish("heal").requireCode(0);
            there.execute("DROP TABLE precious");
            assertThat(task.finish("status").text()).contains("public.aside since");
            task.finish("control", "resync", "public.aside");
            task.requireSameAfterCatchingUp();
        }
    }

    /** Writers go on all the time, and heal dies at its beginning and in its middle. */
    @Test
    @Tag("slow")
    void healsUnderWriters(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql here = source.sql()) {
            try (var connection = source.connect()) {
                SCHEMA.create(connection);
            }
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                    .clients(2)
                    .rate(200)
                    .mix(TpcbMix.VARIED)
                    .start()) {
                task.finish("run", "--until", "caught-up").requireCode(0);
                here.execute(LOSE_SLOT);
                writer.awaitCommits(300, TaskUnderTest.LIMIT);
                for (String mark : new String[] {"SLOT_CREATED", "ROWS_HEALED"}) {
                    try (RunningProcess heal =
                            task.command("heal").crashAt(mark, 1).start()) {
                        assertThat(heal.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(CrashHarness.KILLED);
                    }
                }
                task.finish("heal").requireCode(0);
                writer.awaitCommits(100, TaskUnderTest.LIMIT);
                writer.stop();
            }
            task.requireSameAfterCatchingUp();
        }
    }
}
