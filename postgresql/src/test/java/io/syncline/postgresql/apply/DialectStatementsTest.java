package io.syncline.postgresql.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.ServerSystem;
import io.syncline.testkit.postgres.OldServers;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The statements that each dialect merges changes with: their words, and what they do on the PostgreSQL that is within (9.4 and 12; and 9.5, which builds have), where a column stands for the segment of a row. With
 * {@code -Dsyncline.golden=write} the expected words are written anew; read the difference before you keep it.
 */
class DialectStatementsTest {

    private static final Path FOLDER = Path.of("src/test/resources/io/syncline/postgresql/apply/statements");

    private static final int ROWS = 60;
    private static final int SEEDS = 12;

    /** A table of key (a, b) and two that have none; {@code segment} stands for what each server has of its own. */
    private static final String TABLES = """
            CREATE TABLE public.keyed (a int, b text, v numeric, gp_segment_id int DEFAULT 0, PRIMARY KEY (a, b));
            CREATE TABLE public.keyless (a int, b text, v numeric, gp_segment_id int DEFAULT 0);
            CREATE TABLE public.staged (o int, k0 int, k1 text, c0 int, c1 text, c2 numeric);
            CREATE TABLE public.equal (g int, r int, b0 int, b1 text, b2 numeric, c0 int, c1 text, c2 numeric)""";

    private static final Shape SET = Shape.update(List.of(2));
    private static final Shape MOVE = Shape.update(List.of(0, 1, 2));
    private static final Shape SET_EQUAL = Shape.updateEqual(List.of(1, 2));

    @ParameterizedTest
    @EnumSource(Dialect.class)
    void words(Dialect dialect) throws IOException {
        StatementText text = text(dialect);
        List<String> lines = new ArrayList<>();
        for (Shape shape : List.of(
                Shape.DELETE,
                SET,
                MOVE,
                Shape.replace(List.of(2)),
                Shape.INSERT,
                Shape.INSERT_ABSENT,
                Shape.MISSING,
                Shape.COUNT,
                Shape.SHARED)) {
            lines.add(text.of(keyed(List.of()), shape, "staged"));
        }
        for (Shape shape : List.of(Shape.DELETE_EQUAL, SET_EQUAL)) {
            lines.add(text.of(keyless(List.of()), shape, "equal"));
        }
        if (dialect.isDistributed()) {
            for (Target target : List.of(keyed(stored()), keyless(stored()))) {
                Shape shape = target.hasKey() ? MOVE : SET_EQUAL;
                String changes = target.hasKey() ? "staged" : "equal";
                lines.add(text.keep(target, shape, changes, "kept"));
                lines.add(text.remove(target, shape, changes));
                lines.add(text.bringBack(target, "kept"));
            }
        }
        String words = String.join(";\n\n", lines) + ";\n";
        Path file = FOLDER.resolve(dialect.name().toLowerCase(Locale.ROOT) + ".sql");
        if ("write".equals(System.getProperty("syncline.golden"))) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, words);
        }
        assertThat(words).isEqualTo(Files.readString(file));
    }

    /** Set by set they do what the same changes do one by one. */
    @ParameterizedTest
    @CsvSource({"POSTGRESQL, 18", "GREENPLUM_6, 9.4", "GREENPLUM_6, 9.5", "GREENPLUM_7, 12"})
    void keyedRows(Dialect dialect, String within) throws SQLException {
        StatementText text = text(dialect);
        try (TestDatabase database = server(within);
                Sql sql = database.sql()) {
            sql.execute(TABLES);
            for (int seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                fill(sql, random);
                stage(sql, random);
                String changed = "SELECT string_agg(k::text, ' ' ORDER BY a, b) FROM (SELECT a, b, v FROM keyed) AS k";

                sql.execute("BEGIN");
                assertThat(update(sql, text.of(keyed(List.of()), Shape.COUNT, "staged")))
                        .isEqualTo(
                                sql.number(
                                        "SELECT count(*) FROM staged WHERE EXISTS (SELECT 1 FROM keyed WHERE (a, b) = (k0, k1))"));
                long set = update(sql, text.of(keyed(List.of()), SET, "staged"));
                String bySet = sql.value(changed);
                sql.execute("ROLLBACK; BEGIN");
                long one = 0;
                for (String line : sql.column("SELECT o FROM staged ORDER BY o")) {
                    one += sql.update(
                            "UPDATE keyed SET v = c2 FROM staged WHERE (a, b) = (k0, k1) AND o = ?::int", line);
                }
                assertThat(set).isEqualTo(one);
                assertThat(bySet).isEqualTo(sql.value(changed));
                sql.execute("ROLLBACK; BEGIN");
                long deleted = update(sql, text.of(keyed(List.of()), Shape.DELETE, "staged"));
                assertThat(deleted).isEqualTo(set);
                assertThat(sql.number("SELECT count(*) FROM keyed")).isEqualTo(ROWS - deleted);
                // Every third of the rows that come has the key of one that stays.
                String kept =
                        "SELECT string_agg(k::text, ' ' ORDER BY a, b) FROM (SELECT a, b, v FROM keyed WHERE a < 1000) AS k";
                sql.execute(
                        "UPDATE staged SET c0 = k.a, c1 = k.b"
                                + " FROM (SELECT a, b, row_number() OVER (ORDER BY a, b) - 1 AS n FROM keyed) AS k WHERE k.n = o AND o % 3 = 0");
                String before = sql.value(kept);
                assertThat(update(sql, text.of(keyed(List.of()), Shape.INSERT_ABSENT, "staged")))
                        .isEqualTo(ROWS / 2 * 2 / 3);
                assertThat(sql.value(kept))
                        .as("rows that are there stay as they are")
                        .isEqualTo(before);
                assertThat(sql.number("SELECT count(*) FROM keyed WHERE a >= 1000"))
                        .isEqualTo(ROWS / 2 * 2 / 3);
                sql.execute("ROLLBACK");
            }
        }
    }

    /** To delete and insert a changed row leaves what an update leaves, with what only the destination has; of equal rows the same number. */
    @ParameterizedTest
    @CsvSource({"GREENPLUM_6, 9.4", "GREENPLUM_6, 9.5", "GREENPLUM_7, 12"})
    void rewrittenRows(Dialect dialect, String within) throws SQLException {
        StatementText text = text(dialect);
        try (TestDatabase database = server(within);
                Sql sql = database.sql()) {
            sql.execute(TABLES);
            for (int seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                fill(sql, random);
                stage(sql, random);
                rewrites(sql, text, keyed(stored()), MOVE, "keyed", "staged");
                rewrites(sql, text, keyless(stored()), SET_EQUAL, "keyless", "equal");
            }
        }
    }

    private static void rewrites(Sql sql, StatementText text, Target target, Shape shape, String table, String changes)
            throws SQLException {
        String rows = "SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM " + table + " AS t";
        sql.execute("BEGIN");
        long updated = update(sql, text.of(target, shape, changes));
        String expected = sql.value(rows);
        sql.execute("ROLLBACK; BEGIN; CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT "
                + String.join(", ", stored()) + " FROM " + table + " WITH NO DATA");
        assertThat(update(sql, text.keep(target, shape, changes, "kept"))).isEqualTo(updated);
        assertThat(update(sql, text.remove(target, shape, changes))).isEqualTo(updated);
        assertThat(update(sql, text.bringBack(target, "kept"))).isEqualTo(updated);
        assertThat(sql.value(rows)).isEqualTo(expected);
        assertThat(updated).isPositive();
        sql.execute("ROLLBACK");
    }

    /** The keyless table holds each of its rows several times. */
    private static void fill(Sql sql, Random random) {
        sql.execute("TRUNCATE keyed, keyless");
        for (int i = 0; i < ROWS; i++) {
            sql.update(
                    "INSERT INTO keyed VALUES (?::int, ?, ?::numeric, ?::int)",
                    i / 3,
                    "b" + i % 3,
                    random.nextInt(9) + ".50",
                    random.nextInt(9));
            sql.update(
                    "INSERT INTO keyless VALUES (?::int, ?, ?::numeric, 0)",
                    random.nextInt(4),
                    random.nextBoolean() ? null : "b",
                    random.nextInt(2) + (random.nextBoolean() ? ".0" : ".00"));
        }
    }

    /** Half of the keys are there; keys that rows get are new. Of equal rows as many change as there are, or fewer. */
    private static void stage(Sql sql, Random random) {
        sql.execute("TRUNCATE staged, equal");
        List<Integer> places =
                new ArrayList<>(IntStream.range(0, 2 * ROWS).boxed().toList());
        Collections.shuffle(places, random);
        for (int i = 0; i < ROWS / 2; i++) {
            int place = places.get(i);
            sql.update(
                    "INSERT INTO staged VALUES (?::int, ?::int, ?, ?::int, ?, ?::numeric)",
                    i,
                    place / 3,
                    "b" + place % 3,
                    1000 + place,
                    random.nextBoolean() ? "b" : "",
                    random.nextInt(9));
        }
        int group = 0;
        for (List<String> equal : sql.rows("SELECT a, b, v, count(*) FROM keyless GROUP BY a, b, v, v::text")) {
            int most = Integer.parseInt(equal.get(3));
            for (int rank = 1; rank <= 1 + random.nextInt(most); rank++) {
                sql.update(
                        "INSERT INTO equal VALUES (?::int, ?::int, ?::int, ?, ?::numeric, 0, ?, ?::numeric)",
                        group,
                        rank,
                        equal.get(0),
                        equal.get(1),
                        equal.get(2),
                        "c" + random.nextInt(5),
                        random.nextInt(5));
            }
            group++;
        }
    }

    private static long update(Sql sql, String statement) throws SQLException {
        try (Statement session = sql.connection().createStatement()) {
            session.execute("SET search_path = public");
            if (!statement.startsWith("SELECT")) {
                return session.executeLargeUpdate(statement);
            }
            try (ResultSet row = session.executeQuery(statement)) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static TestDatabase server(String version) {
        OldServers.require(version);
        return SharedPostgres.destinationDatabase(version);
    }

    private static StatementText text(Dialect dialect) {
        return new StatementText(new ServerSystem(
                switch (dialect) {
                    case POSTGRESQL -> 180_000;
                    case GREENPLUM_6 -> 90_426;
                    case GREENPLUM_7 -> 120_012;
                },
                dialect));
    }

    private static List<String> stored() {
        return List.of("\"a\"", "\"b\"", "\"v\"", "\"gp_segment_id\"");
    }

    private static Target keyed(List<String> rewritten) {
        return target("keyed", new Key(Key.Kind.PRIMARY, List.of(0, 1), false), List.of("=", "="), rewritten);
    }

    private static Target keyless(List<String> rewritten) {
        return target("keyless", Key.NONE, List.of(), rewritten);
    }

    private static Target target(String name, Key key, List<String> operators, List<String> rewritten) {
        TableSchema schema = new TableSchema(
                new TableId("d", "public", name),
                1,
                List.of(column("a", "integer"), column("b", "text"), column("v", "numeric")),
                key);
        return new Target(
                new TableRoute(schema, schema, List.of(0, 1, 2)),
                ApplyRules.STRICT.of(schema.table()),
                "ONLY ",
                true,
                operators,
                List.of(),
                rewritten);
    }

    private static Column column(String name, String type) {
        return new Column(name, new ColumnType(type, type, 0, TextForm.UNIQUE), true, false);
    }
}
