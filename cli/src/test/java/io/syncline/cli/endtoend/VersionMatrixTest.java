package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.OldServers;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every source release to every destination release: each built-in type and kind of object, loaded and then changed in the log. */
class VersionMatrixTest {

    private static final List<String> SOURCES =
            List.of("9.4", "9.5", "9.6", "10", "11", "12", "13", "14", "15", "16", "17", "18");

    private static final List<String> DESTINATIONS = List.of("9.6", "12", "15", "18");

    /** Destinations that lack something else than their neighbours, from the ends of the row. */
    private static final List<String> BETWEEN = List.of("9.6 10", "18 10", "9.6 11", "18 11");

    /** The pairs that every build runs: from before 10, and from the newest to the oldest. */
    private static final Set<String> DIAGONAL = Set.of("9.6 11", "18 9.6");

    /**
     * A type of a column, with two values.
     *
     * @param since the first release that has it, at both ends
     */
    private record Type(int since, String name, String one, String other) {
        static Type of(String name, String one, String other) {
            return new Type(9, name, one, other);
        }
    }

    private static final List<Type> TYPES = List.of(
            Type.of("smallint", "-32768", "32767"),
            Type.of("integer", "-2147483648", "2147483647"),
            Type.of("bigint", "-9223372036854775808", "9223372036854775807"),
            Type.of("numeric", "123456789012345678901234567890.0987654321", "NaN"),
            Type.of("numeric(10,3)", "-1234567.890", "0.001"),
            Type.of("real", "0.5", "-Infinity"),
            Type.of("double precision", "-2.25", "NaN"),
            Type.of("money", "-92233720368547758.08", "1.50"),
            Type.of("text", "it''s \\\\ \t\n \"é€\"", ""),
            Type.of("varchar(20)", "  spaced  ", "NULL"),
            Type.of("char(5)", "ab", "abcde"),
            Type.of("\"char\"", "x", "y"),
            Type.of("name", "a name", "other"),
            Type.of("bytea", "\\\\x00ff5c27", "\\\\x"),
            Type.of("boolean", "t", "f"),
            Type.of("bit(5)", "10101", "00000"),
            Type.of("bit varying(9)", "101", ""),
            Type.of("date", "4713-01-01 BC", "infinity"),
            Type.of("time", "23:59:59.999999", "24:00:00"),
            Type.of("time(3)", "01:02:03.456", "00:00:00"),
            Type.of("timetz", "12:00:00+15:59", "00:00:00-12"),
            Type.of("timestamp", "-infinity", "0044-03-15 12:00:00.000001 BC"),
            Type.of("timestamptz", "2020-02-29 23:59:59.123456+05:30", "infinity"),
            Type.of("timestamptz(0)", "2020-02-29 23:59:59+00", "1999-12-31 00:00:00+00"),
            Type.of("interval", "-1 year 2 mons -3 days 04:05:06.789", "178000000 years"),
            Type.of("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "00000000-0000-0000-0000-000000000000"),
            Type.of("json", "{\"a\":  1, \"a\": [null, 1e400]}", "\"\\\\u00e9\""),
            Type.of("jsonb", "{\"b\": 1.0, \"a\": [1.00, 1e-7]}", "null"),
            Type.of("xml", "<a b=\"1\">x</a><c/>", "text"),
            Type.of("inet", "192.168.0.1/24", "::1"),
            Type.of("cidr", "10.0.0.0/8", "2001:db8::/32"),
            Type.of("macaddr", "08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"),
            Type.of("point", "(0.5,-1)", "(0,0)"),
            Type.of("line", "{1,2,3}", "{0,1,0}"),
            Type.of("lseg", "[(0,0),(1,1)]", "[(0.5,0),(1,1)]"),
            Type.of("box", "(1,1),(0,0)", "(2,2),(0.5,0.5)"),
            Type.of("path", "((0,0),(1,1),(2,0))", "[(0,0),(1,1)]"),
            Type.of("polygon", "((0,0),(1,1),(2,0))", "((0,0),(0,1),(1,0.5))"),
            Type.of("circle", "<(0,0),1>", "<(0.5,0.5),2>"),
            Type.of("tsvector", "''fat'':2A ''rat'':3", ""),
            Type.of("tsquery", "''fat'' & !''rat''", "''a'':*"),
            Type.of("int4range", "[1,10)", "empty"),
            Type.of("int8range", "(,5)", "[1,)"),
            Type.of("numrange", "[1.0,1.10)", "(,)"),
            Type.of("tsrange", "[\"2020-01-01 00:00:00\",infinity)", "empty"),
            Type.of("tstzrange", "[\"2020-01-01 00:00:00+00\",)", "empty"),
            Type.of("daterange", "[2020-01-01,2020-02-01)", "empty"),
            Type.of("oid", "4294967295", "0"),
            Type.of("regtype", "integer", "text"),
            Type.of("pg_lsn", "16/B374D848", "0/0"),
            Type.of("txid_snapshot", "10:20:10,14,15", "1:1:"),
            Type.of("integer[]", "{1,NULL,3}", "{}"),
            Type.of("text[]", "{\"a b\",\"\",NULL,\"NULL\",\"c\\\\\\\\\\\"d\"}", "{{a,b},{c,d}}"),
            Type.of("numeric(6,2)[]", "[0:1]={1.50,-2.25}", "{}"),
            Type.of("timestamptz[]", "{\"2020-01-01 00:00:00+00\",infinity}", "{NULL}"),
            Type.of("mood", "sad", "it''s \"fine\""),
            Type.of("mood[]", "{sad,NULL}", "{}"),
            Type.of("short", "abc", "é"),
            Type.of("shorter", "ab", "b"),
            Type.of("pair", "(1,\"a,\"\"b\")", "(,)"),
            Type.of("pair[]", "{\"(1,a)\",NULL}", "{}"),
            new Type(10, "macaddr8", "08:00:2b:01:02:03:04:05", "ff:ff:ff:ff:ff:ff:ff:ff"),
            new Type(12, "jsonpath", "$.\"a\"[*]", "$"),
            new Type(14, "int4multirange", "{[1,3),[5,8)}", "{}"),
            new Type(14, "datemultirange", "{[2020-01-01,2020-02-01)}", "{}"));

    private static final String OBJECTS = """
            CREATE TYPE mood AS ENUM ('sad', 'it''s "fine"');
            CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'x');
            CREATE DOMAIN shorter AS short CHECK (length(VALUE) < 3);
            CREATE TYPE pair AS (a int, b text);
            CREATE SEQUENCE numbers INCREMENT 3 CACHE 7;
            CREATE TABLE parent (id serial PRIMARY KEY, n int DEFAULT nextval('numbers') CHECK (n > 0), v text COLLATE "C", UNIQUE (n, v));
            CREATE INDEX ON parent (lower(v)) WHERE n > 5;
            CREATE INDEX ON parent USING gist (box(point(n, n), point(id, id)));
            CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
            CREATE TABLE bag (j json, p point, x xml, n numeric);
            ALTER TABLE bag REPLICA IDENTITY FULL;
            CREATE TABLE "Odd ""n.ame" ("K ey" text, "k ey" int, v text, PRIMARY KEY ("K ey", "k ey"));
            CREATE TABLE late (id int PRIMARY KEY DEFERRABLE, v text); ALTER TABLE late REPLICA IDENTITY FULL;
            CREATE TABLE spans (s int4range, v text, EXCLUDE USING gist (s WITH &&), PRIMARY KEY (s));
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER touched BEFORE UPDATE ON parent FOR EACH ROW EXECUTE PROCEDURE touch('it''s "so"');
            COMMENT ON TABLE parent IS 'it''s'; COMMENT ON COLUMN parent.v IS 'a value';
            INSERT INTO parent (v) SELECT repeat(chr(96 + g), g) FROM generate_series(1, 20) g;
            INSERT INTO child SELECT g, g FROM generate_series(1, 20) g;
            INSERT INTO bag SELECT '{"a":  1}', '(1,2)', '<a/>', 1.0 FROM generate_series(1, 3);
            INSERT INTO bag VALUES (NULL, NULL, NULL, 1.00);
            INSERT INTO "Odd ""n.ame" SELECT 'k' || g, g, repeat('long ', 2000) FROM generate_series(1, 20) g;
            INSERT INTO late SELECT g, 'v' FROM generate_series(1, 20) g;
            INSERT INTO spans SELECT int4range(g * 10, g * 10 + 5), 'v' FROM generate_series(1, 10) g;
            """;

    private static final String OF_10 = """
            CREATE TABLE ids (id int GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2) PRIMARY KEY, v text);
            INSERT INTO ids (v) VALUES ('a'), ('b');
            """;

    private static final String OF_11 = """
            CREATE TABLE parts (id int, at date, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
            CREATE TABLE parts_new PARTITION OF parts DEFAULT;
            INSERT INTO parts SELECT g, date '2019-12-20' + g, 'v' FROM generate_series(1, 20) g;
            """;

    /** What an older destination makes otherwise, or not at all, and rows do without. */
    private static final String COVERED = """
            CREATE TABLE covered (id int, v text, PRIMARY KEY (id) INCLUDE (v));
            CREATE INDEX covering ON covered (v) INCLUDE (id);
            CREATE PROCEDURE nothing() LANGUAGE sql AS '';
            INSERT INTO covered VALUES (1, 'a');
            """;

    private static final String OF_12 = """
            CREATE TABLE computed (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) STORED, c text);
            INSERT INTO computed SELECT g, g FROM generate_series(1, 20) g;
            """;

    /** For a source of 12 or later. */
    private static final String POINTS_TO_PARTS = """
            CREATE TABLE of_parts (id int PRIMARY KEY, part int, at date, CONSTRAINT to_parts FOREIGN KEY (part, at) REFERENCES parts);
            """;

    private static final String CHANGES = """
            UPDATE parent SET v = v || 'x' WHERE id % 2 = 0; UPDATE parent SET id = id + 1000 WHERE id NOT IN (SELECT parent FROM child);
            BEGIN; INSERT INTO parent (id, v) VALUES (500, 'b'); INSERT INTO child VALUES (500, 500); UPDATE child SET parent = 500 WHERE id = 3; DELETE FROM parent WHERE id = 4; COMMIT;
            BEGIN; UPDATE bag SET n = 2 WHERE ctid = (SELECT ctid FROM bag WHERE j IS NOT NULL ORDER BY ctid LIMIT 1); DELETE FROM bag WHERE ctid = (SELECT ctid FROM bag WHERE n = 1.0 AND j IS NOT NULL ORDER BY ctid DESC LIMIT 1); UPDATE bag SET n = 1.000 WHERE j IS NULL; COMMIT;
            UPDATE "Odd ""n.ame" SET "k ey" = -"k ey" WHERE "k ey" % 2 = 0; UPDATE "Odd ""n.ame" SET v = 'short' WHERE "k ey" % 3 = 0; DELETE FROM "Odd ""n.ame" WHERE "k ey" % 5 = 0;
            UPDATE late SET id = id + 1; DELETE FROM late WHERE id = 7;
            UPDATE spans SET s = int4range(lower(s) + 1, upper(s) + 1) WHERE lower(s) > 50; DELETE FROM spans WHERE lower(s) = 10;
            """;

    private static final String CHANGES_OF_12 =
            "UPDATE computed SET a = a + 1 WHERE id % 2 = 0; UPDATE computed SET id = -id WHERE id % 3 = 0; DELETE FROM computed WHERE id % 7 = 0;";

    private static final String CHANGES_OF_11 = """
            UPDATE parts SET at = at - 10 WHERE id > 15; UPDATE parts SET v = 'w' WHERE id < 5; DELETE FROM parts WHERE id = 6;
            """;

    /** All that no build runs, or of them those that {@code -Dsyncline.pairs="9.4 15,17 12"} names. */
    static Stream<Arguments> pairs() {
        String chosen = System.getProperty("syncline.pairs", "");
        Stream<String> all = SOURCES.stream()
                .flatMap(source -> DESTINATIONS.stream().map(destination -> source + " " + destination));
        return Stream.concat(all, BETWEEN.stream())
                .filter(pair -> !DIAGONAL.contains(pair))
                .filter(pair ->
                        chosen.isEmpty() || List.of(chosen.split(",", -1)).contains(pair))
                .map(pair -> Arguments.of((Object[]) pair.split(" ", -1)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource({"9.6, 11", "18, 9.6"})
    void somePairs(String from, String to, @TempDir Path folder) throws Exception {
        copiesAndFollows(from, to, folder);
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("pairs")
    void allOtherPairs(String from, String to, @TempDir Path folder) throws Exception {
        copiesAndFollows(from, to, folder);
    }

    private static void copiesAndFollows(String from, String to, Path folder) throws Exception {
        OldServers.require(from);
        int common = Math.min(major(from), major(to));
        List<Type> types = TYPES.stream().filter(type -> type.since() <= common).toList();
        try (TestDatabase source = SharedPostgres.sourceDatabase(from);
                TestDatabase destination = SharedPostgres.destinationDatabase(to);
                Sql sql = source.sql()) {
            boolean pointsToParts = common >= 11 && major(from) >= 12;
            sql.execute(OBJECTS
                    + (major(from) >= 10 ? OF_10 : "")
                    + (major(from) >= 11 ? COVERED : "")
                    + (common >= 11 ? OF_11 : "")
                    + (common >= 12 ? OF_12 : "")
                    + (pointsToParts ? POINTS_TO_PARTS : "")
                    + tables(types));
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            TaskUnderTest.Outcome precheck = task.finish("precheck").requireCode(0);
            assertThat(precheck.text().contains("warning destination-version")).isEqualTo(major(from) > major(to));
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                sql.execute(changes(types));
                sql.execute(CHANGES);
                if (major(from) >= 10) {
                    sql.execute(
                            "INSERT INTO ids (v) VALUES ('c'); UPDATE ids SET v = 'z' WHERE id = 5; DELETE FROM ids WHERE id = 7");
                }
                if (common >= 11) {
                    sql.execute(CHANGES_OF_11);
                }
                if (common >= 12) {
                    sql.execute(CHANGES_OF_12);
                }
                run.kill();
            }
            task.requireSameAfterCatchingUp();
            String listed = task.finish("status").text();
            assertThat(listed.contains("to_parts")).isEqualTo(pointsToParts && major(to) < 12);
            assertThat(listed.contains("public.ids.id")).isEqualTo(major(from) >= 10 && major(to) < 10);
            assertThat(listed.contains("INCLUDE (v)")).isEqualTo(major(from) >= 11 && major(to) < 11);
            assertThat(listed.contains("procedure public.nothing()")).isEqualTo(major(from) >= 11 && major(to) < 11);
            try (Sql there = destination.sql()) {
                assertThat(there.number("SELECT count(*) FROM pg_trigger WHERE tgname = 'touched'"))
                        .isOne();
            }
            task.finish("clean").requireCode(0);
        }
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("\\..*", ""));
    }

    private static String tables(List<Type> types) {
        List<String> columns = new ArrayList<>();
        List<String> one = new ArrayList<>();
        List<String> other = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            columns.add("c" + i + " " + types.get(i).name());
            one.add("'" + types.get(i).one().replace("\\\\", "\\") + "'");
            other.add("'" + types.get(i).other().replace("\\\\", "\\") + "'");
        }
        return "CREATE TABLE types (id int PRIMARY KEY, " + String.join(", ", columns) + ");"
                + " INSERT INTO types VALUES (1, " + String.join(", ", one) + "), (2, " + String.join(", ", other)
                + "); INSERT INTO types (id) VALUES (3), (4);";
    }

    /** Values become others, come, go, and move to another key. */
    private static String changes(List<Type> types) {
        String swap = java.util.stream.IntStream.range(0, types.size())
                .mapToObj(i -> "c" + i + " = o.c" + i)
                .collect(Collectors.joining(", "));
        String columns = java.util.stream.IntStream.range(0, types.size())
                .mapToObj(i -> "c" + i)
                .collect(Collectors.joining(", "));
        return "UPDATE types t SET " + swap + " FROM types o WHERE t.id = 3 AND o.id = 1;"
                + " INSERT INTO types SELECT 10 + id, " + columns + " FROM types;"
                + " UPDATE types SET id = 100 WHERE id = 2;"
                + " UPDATE types t SET " + swap + " FROM types o WHERE t.id = 1 AND o.id = 100;"
                + " UPDATE types t SET " + swap + " FROM types o WHERE t.id = 100 AND o.id = 4;"
                + " DELETE FROM types WHERE id = 11;";
    }
}
