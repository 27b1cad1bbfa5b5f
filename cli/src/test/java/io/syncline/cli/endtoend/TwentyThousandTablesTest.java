package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A task of 20,000 tables in a heap of 512 MB, on servers with as many locks as they are installed with (T41): the whole run, changes of every table, a restart.
 * The durations are printed for people; nothing here fails for being slow.
 */
@Tag("slow")
class TwentyThousandTablesTest {

    private static final int TABLES = 20_000;
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /** One statement for so many tables, since each is locked until it ends. */
    private static final int AT_ONCE = 100;

    @Test
    void t41IsCopiedAndFollowed(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            forEachTable(source, """
                    EXECUTE format('CREATE TABLE t%s (id bigint PRIMARY KEY, name text, amount numeric(10, 2))', i);
                    EXECUTE format('CREATE INDEX ON t%s (name)', i);
                    EXECUTE format('INSERT INTO t%s SELECT g, ''name '' || g, g FROM generate_series(1, 10) AS g', i);
                    """);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).limit(LIMIT);
            timed("precheck", () -> task.finish("precheck").requireCode(0));
            timed("whole run", () -> task.finish("run", "--until", "caught-up").requireCode(0));
            forEachTable(source, """
                    EXECUTE format('UPDATE t%s SET amount = amount + 1 WHERE id <= 3', i);
                    EXECUTE format('INSERT INTO t%s VALUES (100, ''new'', 1)', i);
                    EXECUTE format('DELETE FROM t%s WHERE id = 5', i);
                    """);
            timed(
                    "five changes of every table",
                    () -> task.finish("run", "--until", "caught-up").requireCode(0));
            timed("restart", () -> task.finish("run", "--until", "caught-up").requireCode(0));
            timed("compare", () -> task.finish("compare").requireCode(0));
            assertThat(contents(destination)).hasSize(TABLES).isEqualTo(contents(source));
            timed("clean", () -> task.finish("clean").requireCode(0));
        }
    }

    /** @param body with the table's number as {@code i} */
    private static void forEachTable(TestDatabase database, String body) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (int from = 1; from <= TABLES; from += AT_ONCE) {
                statement.execute("DO $$ BEGIN FOR i IN %d..%d LOOP %s END LOOP; END $$"
                        .formatted(from, from + AT_ONCE - 1, body));
            }
        }
    }

    /** A digest of every table's rows, by SQL alone, a few tables at a time. */
    private static List<String> contents(TestDatabase database) throws SQLException {
        List<String> contents = new ArrayList<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (int from = 1; from <= TABLES; from += AT_ONCE) {
                String some = IntStream.range(from, from + AT_ONCE)
                        .mapToObj(
                                "SELECT %1$d AS i, md5(string_agg(t::text, ',' ORDER BY id)) AS rows FROM t%1$d AS t"
                                        ::formatted)
                        .collect(Collectors.joining(" UNION ALL "));
                try (ResultSet row = statement.executeQuery(some + " ORDER BY 1")) {
                    while (row.next()) {
                        contents.add(row.getInt(1) + " " + row.getString(2));
                    }
                }
            }
        }
        return contents;
    }

    private static void timed(String what, Runnable step) {
        long begin = System.nanoTime();
        step.run();
        System.out.printf(Locale.ROOT, "%8.1f s  %s%n", (System.nanoTime() - begin) / 1e9, what);
    }
}
