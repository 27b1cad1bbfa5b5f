package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.all;
import static io.syncline.postgresql.apply.ApplyFixture.delete;
import static io.syncline.postgresql.apply.ApplyFixture.deletes;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.inserts;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static io.syncline.postgresql.apply.ApplyFixture.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TextForm;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueApplyTest {

    /** Type and two values in the form in which the server prints them, the second one usable as a key beside the first. */
    private static final String[][] KEYS = {
        {"smallint", "-32768", "7"},
        {"integer", "-1", "2147483647"},
        {"bigint", "-9223372036854775808", "0"},
        {"numeric", "1.50", "NaN"},
        {"numeric(6,2)", "1.50", "-0.01"},
        {"real", "1.17549435e-38", "-0"},
        {"double precision", "0.1", "Infinity"},
        {"text", "it's {\"a\",\\N,NULL}\n\t", ""},
        {"character varying(9)", "NULL", "a,b"},
        {"character(4)", "ab  ", "a   "},
        {"\"char\"", "a", "\\"},
        {"name", "some name", "\""},
        {"boolean", "t", "f"},
        {"bytea", "\\x00ff5c", "\\x"},
        {"bit(3)", "101", "010"},
        {"bit varying(5)", "1", "11111"},
        {"date", "0044-03-15 BC", "infinity"},
        {"time without time zone", "24:00:00", "00:00:00.000001"},
        {"time with time zone", "10:00:00+02", "10:00:00-03:30"},
        {"timestamp without time zone", "2026-11-21 03:00:00.000001", "-infinity"},
        {"timestamp(3) with time zone", "2026-11-21 03:00:00.001+00", "0001-01-01 00:00:00+00 BC"},
        {"interval", "1 year 2 mons -3 days +04:05:06.7", "00:00:00"},
        {"uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"},
        {"inet", "192.168.0.1/24", "::1"},
        {"cidr", "10.0.0.0/8", "2001:db8::/32"},
        {"macaddr", "08:00:2b:01:02:03", "00:00:00:00:00:00"},
        {"macaddr8", "08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:00"},
        {"money", "-$1,234.50", "$0.00"},
        {"oid", "4294967295", "0"},
        {"pg_lsn", "1A/2B3C4D5E", "0/0"},
        {"jsonb", "{\"a\": [1, null, \"x\"]}", "\"s\""},
        {"integer[]", "{{1,NULL},{3,4}}", "{}"},
        {"text[]", "{\"a,b\",\"\\\"\\\\\",NULL,\"NULL\"}", "[0:1]={x,y}"},
        {"int4range", "[1,5)", "empty"},
        {"tstzrange", "[\"2026-01-01 00:00:00+00\",)", "(,)"},
        {"tsvector", "'a':1 'b':2A", ""},
        {"mood", "so so", "la,\"la"},
        {"mood[]", "{\"so so\"}", "{}"},
        {"short", "abc", ""},
        {"short[]", "{abc,NULL}", "{}"},
        {"pair", "(1,\"x,y\")", "(,)"},
        {"ext.citext", "AbC", "d"}
    };

    /** Types that no index can take, as plain columns. */
    private static final String[][] OTHERS = {
        {"json", "{\"b\":1,  \"a\":[]}"},
        {"xml", "<a b=\"1\">x</a>"},
        {"box", "(4,1),(0,0)"},
        {"box[]", "{(4,1),(0,0);(2,2),(1,1)}"},
        {"point", "(1e+100,-0)"},
        {"path", "[(0,0),(1,1)]"},
        {"polygon", "((0,0),(1,1),(1,0))"},
        {"circle", "<(0,0),1>"},
        {"tsquery", "'a' & !'b'"},
        {"txid_snapshot", "10:20:10,14"},
        {"ext.hstore", "\"a\"=>\"1\", \"b\"=>NULL"},
        {"aclitem", "postgres=r/postgres"}
    };

    private static final String TYPES =
            "CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext;"
                    + " CREATE TYPE mood AS ENUM ('so so', 'la,\"la'); CREATE DOMAIN short AS varchar(3); CREATE TYPE pair AS (a int, b text); ";

    /** Every type as a key and as a value: by arrays, by staging tables, in source order. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void keysAndValuesOfEveryType(String version) {
        StringBuilder script = new StringBuilder(TYPES);
        for (int i = 0; i < KEYS.length; i++) {
            String type = KEYS[i][0];
            script.append("CREATE TABLE t")
                    .append(i)
                    .append(" (k ")
                    .append(type)
                    .append(" PRIMARY KEY, v ")
                    .append(type)
                    .append(");");
        }
        try (ApplyFixture fixture = new ApplyFixture(version, script.toString())) {
            for (int i = 0; i < KEYS.length; i++) {
                everyWay(fixture, fixture.route("t" + i), "t" + i, KEYS[i]);
            }
        }
    }

    private static void everyWay(ApplyFixture fixture, TableRoute route, String table, String[] type) {
        String as = "as " + type[0];
        String one = type[1];
        String two = type[2];
        NetChange swapValue = new NetChange(row(one, null), row(one, two));
        fixture.apply(Mode.STRICT, inserts(route, row(one, one), row(two, null)));
        assertThat(fixture.sql.number("SELECT count(*) FROM " + table + " WHERE v IS NOT NULL AND k::text = v::text"))
                .as(as)
                .isOne();
        fixture.apply(Mode.STRICT, updates(route, all(route), swapValue));
        assertText(fixture, table, one, two, as);
        fixture.apply(Mode.STRICT, deletes(route, row(two, null)));
        fixture.apply(Mode.STRICT, updates(route, all(route), new NetChange(row(one, null), row(two, one))));
        assertText(fixture, table, two, one, as + ", moved");
        fixture.apply(Mode.CATCHING_UP, inserts(route, row(two, two), row(one, null)));
        assertText(fixture, table, two, two, as + ", upserted");
        fixture.apply(
                Mode.STRICT,
                delete(route, two, null),
                update(route, row(one, ApplyFixture.ABSENT), row(two, one)),
                update(route, null, row(two, null)),
                update(route, null, row(two, two)),
                insert(route, one, null));
        assertText(fixture, table, two, two, as + ", in order");
        fixture.apply(Mode.STRICT, deletes(route, row(one, null), row(two, null)));
        assertThat(fixture.sql.number("SELECT count(*) FROM " + table)).as(as).isZero();
        // The same through a staging table: as many copies of the value as it takes, under a key beside it.
        fixture.sql.execute("ALTER TABLE " + table + " DROP CONSTRAINT " + table + "_pkey, ADD n int PRIMARY KEY");
        TableRoute numbered = fixture.route(table);
        Row[] rows = IntStream.range(0, 2_100)
                .mapToObj(n -> row(one, n % 2 == 0 ? two : null, "" + n))
                .toArray(Row[]::new);
        fixture.apply(Mode.CATCHING_UP, inserts(numbered, rows));
        assertThat(fixture.sql.rows("SELECT DISTINCT k::text, v::text FROM " + table + " WHERE n % 2 = 0"))
                .as(as + ", staged")
                .containsExactly(List.of(text(fixture, one, table, "k"), text(fixture, two, table, "v")));
    }

    private static String text(ApplyFixture fixture, String value, String table, String column) {
        // Casting to text goes beside char(n)'s blanks; the server says what it makes of the value.
        return fixture.sql.value(
                "SELECT CAST(CAST(CAST(? AS text) AS " + fixture.sql.value("""
                        SELECT format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = CAST(? AS regclass) AND attname = ?""", table, column) + ") AS text)", value);
    }

    private static void assertText(ApplyFixture fixture, String table, String key, String value, String as) {
        assertThat(fixture.sql.rows(
                        "SELECT v::text FROM " + table + " WHERE k::text = ?", text(fixture, key, table, "k")))
                .as(as)
                .containsExactly(List.of(text(fixture, value, table, "v")));
    }

    @ParameterizedTest
    @CsvSource({"12, 1", "18, 1", "12, 2100", "18, 2100"})
    void valuesOfTypesThatCannotBeKeys(String version, int rows) {
        List<String> columns = new ArrayList<>();
        List<String> values = new ArrayList<>();
        values.add("");
        for (int i = 0; i < OTHERS.length; i++) {
            columns.add("c" + i + " " + OTHERS[i][0]);
            values.add(OTHERS[i][1]);
        }
        try (ApplyFixture fixture = new ApplyFixture(
                version, TYPES + "CREATE TABLE t (id int PRIMARY KEY, " + String.join(", ", columns) + ")")) {
            TableRoute route = fixture.route("t");
            Row[] images = IntStream.range(0, rows)
                    .mapToObj(i -> {
                        values.set(0, "" + i);
                        return row(values.toArray(String[]::new));
                    })
                    .toArray(Row[]::new);
            fixture.apply(Mode.CATCHING_UP, inserts(route, images));
            fixture.apply(
                    Mode.STRICT,
                    updates(
                            route,
                            all(route),
                            java.util.Arrays.stream(images)
                                    .map(i -> new NetChange(i, i))
                                    .toArray(NetChange[]::new)));
            for (int i = 0; i < OTHERS.length; i++) {
                assertThat(fixture.sql.column("SELECT DISTINCT CAST(c" + i + " AS text) FROM t"))
                        .as(OTHERS[i][0])
                        .containsExactly(OTHERS[i][1]);
            }
        }
    }

    /** An explicit cast would cut: varchar(3), char(3), bit(3), varbit(3), numeric(3,1), their arrays' elements, and domains over them. */
    @ParameterizedTest
    @CsvSource({
        "character varying(3), abcd, abc",
        "character(3), abcd, abc",
        "bit(3), 1010, 101",
        "bit varying(3), 1010, 101",
        "'numeric(3,1)', 123.4, 12.3",
        "character varying(3)[], '{abc,abcd}', {abc}",
        "character(3)[], '{abc,abcd}', {abc}",
        "short, abcd, abc",
        "short[], '{abc,abcd}', {abc}",
        "smallint, 32768, 32767",
        "date, 2026-02-30, 2026-02-28",
        "tsvector, '''nonsense', a",
        "short NOT NULL, , abc",
        "even, 99999, 2"
    })
    void t16AValueThatDoesNotFitIsRefusedAndNeverCut(String type, String bad, String good) {
        String script = TYPES + "CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0);"
                + " CREATE TABLE t (id int PRIMARY KEY, \"the v\" " + type + ")";
        try (ApplyFixture fixture = new ApplyFixture("15", script)) {
            TableRoute route = fixture.route("t");
            for (int copies : new int[] {1, 2_100}) {
                List<RoutedChange> sequence = new ArrayList<>();
                Row[] images = new Row[copies + 1];
                for (int i = 0; i < copies; i++) {
                    images[i] = row("" + i, good);
                    sequence.add(insert(route, "" + i, good));
                }
                images[copies] = row("77777", bad);
                sequence.add(insert(route, "77777", bad));
                for (Mode mode : Mode.values()) {
                    assertThatThrownBy(() -> fixture.apply(
                                    new Round(mode, List.of(inserts(route, images)), List.of(), sequence)))
                            .isInstanceOfSatisfying(SyncException.class, e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.VALUE_REJECTED);
                                assertThat(e.getMessage())
                                        .contains("public.t", "column the v", "(id)")
                                        .doesNotContain("77777");
                                if (bad != null) {
                                    assertThat(e.getMessage()).doesNotContain(bad);
                                }
                                assertThat(e).hasNoCause();
                            });
                }
                assertThat(fixture.sql.number("SELECT count(*) FROM t")).isZero();
            }
            fixture.apply(Mode.STRICT, inserts(route, row("1", good)));
        }
    }

    /** citext lives in another schema than the empty search_path has: a plain = would be that of text. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void opaqueKeysAreComparedByTheirOwnOperator(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version,
                TYPES + "CREATE TABLE t (k ext.citext PRIMARY KEY, v text); INSERT INTO t VALUES ('Key', 'a')")) {
            TableRoute route = fixture.route("t");
            assertThat(route.destination().columns().getFirst().type().textForm())
                    .isEqualTo(TextForm.OPAQUE);
            fixture.apply(
                    Mode.STRICT,
                    update(route, row("KEY", ApplyFixture.ABSENT), row("kEY", "b")),
                    update(route, null, row("kEY", "c")),
                    insert(route, "other", "d"),
                    delete(route, "OTHER", null));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[kEY, c]]");
            fixture.apply(Mode.CATCHING_UP, insert(route, "KEY", "d"), delete(route, "NONE", null));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[KEY, d]]");
        }
    }

    /** A cast from text that somebody made is not the type's input function. */
    @Test
    void t16ACastOfTheUsersIsNotUsed() {
        try (ApplyFixture fixture = new ApplyFixture("15", TYPES + """
                CREATE FUNCTION upside(text) RETURNS mood LANGUAGE sql AS $$ SELECT 'la,"la'::public.mood $$;
                CREATE CAST (text AS mood) WITH FUNCTION upside(text);
                CREATE TABLE t (id int PRIMARY KEY, m mood)""")) {
            TableRoute route = fixture.route("t");
            fixture.apply(Mode.STRICT, inserts(route, row("1", "so so")));
            fixture.apply(Mode.CATCHING_UP, inserts(route, row("2", "so so")));
            assertThat(fixture.sql.column("SELECT m FROM t")).containsExactly("so so", "so so");
        }
    }

    /** Equal numeric keys may print differently; the last text wins. */
    @Test
    void aNumericKeyTakesItsLastScale() {
        try (ApplyFixture fixture = new ApplyFixture(
                "15", "CREATE TABLE t (k numeric PRIMARY KEY, v text); INSERT INTO t VALUES (1.0, 'a')")) {
            TableRoute route = fixture.route("t");
            fixture.apply(Mode.STRICT, updates(route, all(route), new NetChange(row("1.0", null), row("1.00", "b"))));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[1.00, b]]");
            fixture.apply(Mode.CATCHING_UP, updates(route, all(route), new NetChange(row("1", "c"), row("1", "c"))));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[1, c]]");
        }
    }

    /** 100 MB in one value, by COPY and in source order. */
    @Test
    void aHugeValueIsWritten() {
        try (ApplyFixture fixture = new ApplyFixture("15", "CREATE TABLE t (id int PRIMARY KEY, v text)")) {
            TableRoute route = fixture.route("t");
            Row huge = row("1", "x".repeat(60 << 20));
            fixture.apply(Mode.STRICT, inserts(route, huge));
            fixture.apply(Mode.STRICT, update(route, null, huge));
            assertThat(fixture.sql.number("SELECT length(v) FROM t")).isEqualTo(60 << 20);
        }
    }
}
