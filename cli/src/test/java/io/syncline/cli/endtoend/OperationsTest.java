package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table "Operations, key changes and coalescing" of docs/reference/task-file.md, line by line: each line is a table, changed in one source transaction. */
class OperationsTest {

    /**
     * @param operations what is carried of the table
     * @param changes what the source does to it; {@code t} stands for its name. It holds (1, 'one') and (2, 'two') before
     * @param result what the destination holds afterwards
     */
    private record Line(String operations, String changes, String result) {}

    private static final Map<String, Line> LINES = new LinkedHashMap<>();

    static {
        line("insert_off", "update, delete", "INSERT INTO t VALUES (3, 'x')", "1 one, 2 two");
        line(
                "insert_off_then_update",
                "update, delete",
                "INSERT INTO t VALUES (3, 'x'); UPDATE t SET v = 'y' WHERE id = 3",
                "1 one, 2 two");
        line(
                "insert_off_then_delete",
                "update, delete",
                "INSERT INTO t VALUES (3, 'x'); DELETE FROM t WHERE id = 3",
                "1 one, 2 two");
        line("update_off", "insert, delete", "UPDATE t SET v = 'y' WHERE id = 1", "1 one, 2 two");
        line(
                "update_off_of_inserted",
                "insert, delete",
                "INSERT INTO t VALUES (3, 'x'); UPDATE t SET v = 'y' WHERE id = 3",
                "1 one, 2 two, 3 x");
        line("key_off", "insert, delete", "UPDATE t SET id = 5 WHERE id = 1", "1 one, 2 two");
        line(
                "key_off_then_insert",
                "insert, delete",
                "UPDATE t SET id = 5 WHERE id = 1; INSERT INTO t VALUES (1, 'x')",
                "1 x, 2 two");
        line(
                "key_off_then_delete",
                "insert, delete",
                "UPDATE t SET id = 5 WHERE id = 1; DELETE FROM t WHERE id = 5",
                "1 one, 2 two");
        line("delete_off", "insert, update", "DELETE FROM t WHERE id = 1", "1 one, 2 two");
        line(
                "delete_off_of_inserted",
                "insert, update",
                "INSERT INTO t VALUES (3, 'x'); DELETE FROM t WHERE id = 3",
                "1 one, 2 two, 3 x");
        line(
                "delete_off_then_insert",
                "insert, update",
                "DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (1, 'x')",
                "1 x, 2 two");
        line("key_without_delete", "insert, update", "UPDATE t SET id = 5 WHERE id = 1", "2 two, 5 one");
        line(
                "delete_off_then_key",
                "insert, update",
                "DELETE FROM t WHERE id = 2; UPDATE t SET id = 2 WHERE id = 1",
                "2 one");
        line("truncate_off", "insert, update, delete", "TRUNCATE t", "1 one, 2 two");
        line(
                "truncate_off_then_insert",
                "insert, update, delete",
                "TRUNCATE t; INSERT INTO t VALUES (1, 'x')",
                "1 x, 2 two");
        line("truncate_only", "truncate", "INSERT INTO t VALUES (3, 'x'); TRUNCATE t", "");
    }

    private static void line(String table, String operations, String changes, String result) {
        LINES.put(table, new Line(operations, changes, result));
    }

    @Test
    void t14EachLineOfTheTable(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            StringBuilder entries = new StringBuilder();
            LINES.forEach((table, line) -> {
                from.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, v text); INSERT INTO " + table
                        + " VALUES (1, 'one'), (2, 'two')");
                entries.append(", {table: public.")
                        .append(table)
                        .append(", operations: [")
                        .append(line.operations)
                        .append("]}");
            });
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .edited(text -> text.replace("[\"public.*\"]", "[" + entries.substring(2) + "]"));
            task.finish("run", "--until", "caught-up").requireCode(0);
            LINES.forEach(
                    (table, line) -> from.execute("BEGIN; " + line.changes.replaceAll("\\bt\\b", table) + "; COMMIT"));

            task.finish("run", "--until", "caught-up").requireCode(0);

            LINES.forEach((table, line) -> assertThat(
                            String.join(", ", to.column("SELECT id || ' ' || v FROM " + table + " ORDER BY id")))
                    .as(table)
                    .isEqualTo(line.result));
            assertThat(task.finish("status").requireCode(0).text())
                    .contains("conflicts", "an insert found its key, the source's row was written");
        }
    }

    /** An entry's own word counts most, then its schema's, then the task's. */
    @Test
    void entriesSchemasAndTheTaskSayWhatIsCarried(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17");
                Sql from = source.sql();
                Sql to = destination.sql()) {
            List<String> tables = List.of("public.plain", "sales.plain", "sales.own");
            from.execute("CREATE SCHEMA sales");
            tables.forEach(table -> from.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, v text); INSERT INTO "
                    + table + " VALUES (1, 'one'), (2, 'two')"));
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .edited(text -> text.replace(
                            "[\"public.*\"]",
                            "[public.*, sales.*, {table: sales.own, operations: [insert, delete]}]\n"
                                    + "operations: [update]\nschemas: {sales: {operations: [insert]}}"));
            task.finish("run", "--until", "caught-up").requireCode(0);
            tables.forEach(table -> from.execute("INSERT INTO " + table + " VALUES (3, 'three'); UPDATE " + table
                    + " SET v = 'x' WHERE id = 1; DELETE FROM " + table + " WHERE id = 2"));

            task.finish("run", "--until", "caught-up").requireCode(0);

            assertThat(tables.stream()
                            .map(table -> String.join(
                                    ", ", to.column("SELECT id || ' ' || v FROM " + table + " ORDER BY id"))))
                    .containsExactly("1 x, 2 two", "1 one, 2 two, 3 three", "1 one, 3 three");
        }
    }
}
