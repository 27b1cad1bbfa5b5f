package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks without the schema stage: tables that are there, empty and filled, under each word of existingTables. */
class ExistingTablesTest {

    private static final String TABLES = """
            CREATE TABLE a (id int PRIMARY KEY, u text UNIQUE, big text);
            ALTER TABLE a ALTER big SET STORAGE EXTERNAL;
            CREATE TABLE b (id int PRIMARY KEY, v text);
            """;

    private static final String ROWS = """
            INSERT INTO a SELECT n, 'u' || n, repeat(md5(n::text), 200) FROM generate_series(1, 3000) n;
            INSERT INTO b SELECT n, 'source' FROM generate_series(1, 3000) n""";

    private static final String SMALL = "tuning: {chunkSize: 1MB, loadWorkers: 1}\n";

    /** Unique indexes are there from the start, and rows take each other's values while they are loaded. */
    @Test
    @Tag("slow")
    void t25EmptyTablesAreLoadedAndFollowed(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(TABLES + ROWS);
            to.execute(TABLES);
            TaskUnderTest task = task(folder, source, destination, SMALL);
            // The second copy is cut by keys, whose ranges would outlive their snapshot.
            for (int crash = 1; crash <= 2; crash++) {
                try (RunningProcess run =
                        task.command("run").crashAt("CHUNK_COMMITTED", 2).start()) {
                    run.awaitExit(TaskUnderTest.LIMIT);
                }
            }
            from.execute("""
                    UPDATE a SET u = 'gone' WHERE id = 10;
                    UPDATE a SET u = 'u10' WHERE id = 2990;
                    UPDATE a SET u = 'u2990' WHERE id = 10;
                    DELETE FROM b WHERE id > 2000;
                    UPDATE b SET id = id + 10000 WHERE id < 10""");

            task.requireSameAfterCatchingUp();
            from.execute("UPDATE a SET u = 'x' || id WHERE id < 100").execute("DELETE FROM a WHERE id = 7");
            task.requireSameAfterCatchingUp();
        }
    }

    @Test
    void t25RowsStayAndAreReplacedByTheirNextChange(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(TABLES + ROWS);
            to.execute(TABLES + """
                    INSERT INTO a VALUES (1, 'other', 'there'), (5000, 'u2', 'there'), (5001, 'free2', 'there'),
                                         (6000, 'free', 'there'), (4, 'four', 'there');
                    INSERT INTO b VALUES (1, 'there')""");
            TaskUnderTest task = task(folder, source, destination, "existingTables: ignore\n");
            assertThat(task.finish("precheck").requireCode(0).text())
                    .contains("public.a (5 rows)", "public.b (1 row)", "existingTables: ignore keeps these rows");

            task.finish("run", "--until", "caught-up").requireCode(0);
            // 1 and 4 stay, 2 has no place; all others came.
            assertThat(to.number("SELECT count(*) FROM a")).isEqualTo(3002);
            assertThat(to.column("SELECT id::text FROM a WHERE big = 'there' ORDER BY id"))
                    .containsExactly("1", "4", "5000", "5001", "6000");
            assertThat(to.column("SELECT v FROM b WHERE id = 1")).containsExactly("there");
            assertThat(task.finish("status").requireCode(0).text())
                    .contains("3 in ", "a row that was to be loaded found another in its place");

            from.execute("INSERT INTO a VALUES (6000, 'u6000', 'source'), (7000, 'free2', 'source')");
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(task.finish("status").text()).contains("an insert found its key", "the other row was deleted");

            // The log holds no big value of these: 1 was not loaded, 2 is not there at all, 4 is deleted.
            from.execute("UPDATE a SET u = 'now' || id WHERE id IN (1, 2, 3)")
                    .execute("DELETE FROM a WHERE id = 4")
                    .execute("UPDATE b SET v = 'now' WHERE id = 1");
            task.finish("run", "--until", "caught-up").requireCode(0);

            to.execute("DELETE FROM a WHERE big = 'there' AND id = 5000");
            task.requireSame();
        }
    }

    /** The rows that a filter leaves out are no collisions. */
    @Test
    void rowsStayBesideThoseOfAFilter(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(
                    "CREATE TABLE f (id int PRIMARY KEY, v text); INSERT INTO f SELECT n, 'source' FROM generate_series(1, 100) n");
            to.execute("CREATE TABLE f (id int PRIMARY KEY, v text); INSERT INTO f VALUES (2, 'there'), (99, 'there')");
            TaskUnderTest task = task(folder, source, destination, "existingTables: ignore\n")
                    .edited(text -> text.replace("[\"public.*\"]", "[{table: public.f, filter: id <= 10}]"));

            task.finish("run", "--until", "caught-up").requireCode(0);

            assertThat(to.number("SELECT count(*) FROM f")).isEqualTo(11);
            assertThat(to.column("SELECT id::text FROM f WHERE v = 'there' ORDER BY 1"))
                    .containsExactly("2", "99");
            assertThat(task.finish("status").requireCode(0).text())
                    .contains("1 in public.f: a row that was to be loaded found another in its place");
        }
    }

    /** A table is loaded in one transaction, so that a crash leaves the rows that were there and none of ours. */
    @ParameterizedTest
    @ValueSource(strings = {"CHUNK_PAGE_WRITTEN", "CHUNK_COMMITTED"})
    @Tag("slow")
    void t25AFilledTableIsNeverHalfLoaded(String mark, @TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(TABLES + ROWS);
            to.execute(TABLES + "INSERT INTO a VALUES (1, 'other', 'there'); INSERT INTO b VALUES (1, 'there')");
            TaskUnderTest task = task(folder, source, destination, "existingTables: ignore\n" + SMALL);
            try (RunningProcess run = task.command("run").crashAt(mark, 1).start()) {
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            assertThat(to.number("SELECT count(*) FROM a")).isIn(1L, 3000L);
            assertThat(to.number("SELECT count(*) FROM b")).isIn(1L, 3000L);
            from.execute("DELETE FROM a WHERE id = 30; UPDATE a SET u = 'moved' WHERE id = 31");

            task.finish("run", "--until", "caught-up").requireCode(0);

            assertThat(to.column("SELECT v FROM b WHERE id = 1")).containsExactly("there");
            assertThat(to.column("SELECT big FROM a WHERE id = 1")).containsExactly("there");
            from.execute("UPDATE a SET u = 'last', big = 'last' WHERE id = 1; UPDATE b SET v = 'last' WHERE id = 1");
            task.requireSameAfterCatchingUp();
        }
    }

    @Test
    void filledTablesAreClearedOnceAndOnlyWhenTheDatabaseIsNamed(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(TABLES + ROWS);
            to.execute(TABLES + "INSERT INTO a VALUES (9001, 'there', ''); INSERT INTO b VALUES (9001, 'there')");
            TaskUnderTest plain = task(folder, source, destination, "");
            assertThat(plain.finish("precheck").failedItems()).containsExactly("destination-empty");

            TaskUnderTest task = task(folder, source, destination, "existingTables: clear\n");
            assertThat(task.finish("precheck").requireCode(0).text())
                    .contains("public.a (1 row), public.b (1 row)", "--confirm-clear " + destination.name());
            assertThat(task.finish("run", "--until", "caught-up")
                            .requireCode(2)
                            .requireNoTrace()
                            .text())
                    .contains("not confirmed", "--confirm-clear " + destination.name());
            task.finish("run", "--confirm-clear", "another").requireCode(2);
            assertThat(to.number("SELECT count(*) FROM a")).isEqualTo(1);

            try (RunningProcess run = task.command("run", "--confirm-clear", destination.name())
                    .crashAt("TABLE_CLEARED", 1)
                    .start()) {
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            assertThat(to.number("SELECT count(*) FROM a")).isZero();
            assertThat(to.number("SELECT count(*) FROM b")).isEqualTo(1);
            // What comes into an emptied table afterwards is nobody's to delete.
            to.execute("INSERT INTO a VALUES (9002, 'later', '')");
            task.finish("run", "--until", "caught-up").requireCode(0);

            assertThat(to.column("SELECT id::text FROM a WHERE id > 9000")).containsExactly("9002");
            assertThat(to.column("SELECT id::text FROM b WHERE id > 9000")).isEmpty();
            to.execute("DELETE FROM a WHERE id = 9002");
            task.requireSameAfterCatchingUp();
            assertThat(to.number("SELECT count(*) FROM syncline.cleared")).isEqualTo(2);
        }
    }

    /** A copy that another tool made is followed from the first start on, over a crash before the ledger knows of the slot. */
    @Test
    @Tag("slow")
    void aCopyOfAnothersIsFollowed(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(TABLES + ROWS);
            to.execute(TABLES + ROWS);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).stages("[incremental]");
            try (RunningProcess run =
                    task.command("run").crashAt("SLOT_CREATED", 1).start()) {
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            task.requireSameAfterCatchingUp();
            from.execute("UPDATE a SET u = 'x' || id WHERE id < 100")
                    .execute("DELETE FROM b WHERE id = 7")
                    .execute("INSERT INTO b VALUES (9000, 'new')");
            task.requireSameAfterCatchingUp();

            to.execute("DELETE FROM b WHERE id = 8");
            from.execute("UPDATE b SET v = 'x' WHERE id = 8");
            assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                    .contains("CONFLICT_ROW_MISSING");
            task.with("conflicts: overwrite").requireSameAfterCatchingUp();
        }
    }

    /** Rows come with their first change, whole, though the log holds a part of them only. */
    @Test
    @Tag("slow")
    void tablesThatBeginEmptyFillWithWhatChanges(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            from.execute(TABLES + ROWS);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).stages("[schema, incremental]");
            task.finish("run", "--until", "caught-up").requireCode(0);
            from.execute("UPDATE a SET u = 'x' || id WHERE id < 10").execute("DELETE FROM b WHERE id = 7");

            task.finish("run", "--until", "caught-up").requireCode(0);

            assertThat(to.column("SELECT md5(a::text) FROM a ORDER BY id"))
                    .hasSize(9)
                    .isEqualTo(from.column("SELECT md5(a::text) FROM a WHERE id < 10 ORDER BY id"));
            assertThat(to.number("SELECT count(*) FROM b")).isZero();
            from.execute("UPDATE a SET u = 'all' || id; UPDATE b SET v = v");
            task.requireSameAfterCatchingUp();
        }
    }

    private static TaskUnderTest task(Path folder, TestDatabase source, TestDatabase destination, String lines) {
        return new TaskUnderTest(folder, source, destination)
                .stages("[full, incremental]")
                .with(lines);
    }
}
