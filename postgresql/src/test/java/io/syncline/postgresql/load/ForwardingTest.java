package io.syncline.postgresql.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Snapshot;
import io.syncline.postgresql.snapshot.PostgresSnapshots;
import io.syncline.postgresql.visibility.UnseenCommits;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values arrive as they were, whatever they are and however the table is cut. */
class ForwardingTest {
    private static final long SMALL = 64 << 10;

    private static final String TYPES = """
            CREATE SCHEMA "S p";
            CREATE EXTENSION hstore SCHEMA public;
            CREATE EXTENSION citext SCHEMA public;
            CREATE DOMAIN "S p".short AS varchar(3) CHECK (value <> 'no');
            CREATE TYPE "S p"."Mood.y" AS ENUM ('so', 'la', 'it''s, "q"');
            CREATE TYPE "S p".pair AS (a int, b text);
            CREATE TABLE "S p"."A b.c""d" (
                id int, "K""ey" text, b bool, i2 int2, i8 int8, n numeric, nn numeric(20,4), f4 float4, f8 float8, m money,
                v varchar(20), c char(6), t text, nm name, q "char", by bytea, d date, tm time, tz timetz, ts timestamp, tsz timestamptz,
                iv interval, u uuid, js json, jb jsonb, x xml, bi bit(5), vb varbit, ip inet, ci cidr, mac macaddr, mac8 macaddr8,
                p point, l line, ls lseg, bx box, pa path, po polygon, ci2 circle, tv tsvector, tq tsquery, ia int[], ta text[], na numeric[][],
                ir int4range, nr numrange, tr tstzrange, dm "S p".short, e "S p"."Mood.y", ea "S p"."Mood.y"[], co "S p".pair, ca "S p".pair[],
                hs public.hstore, cit public.citext, o oid, rc regclass, ls2 pg_lsn, jp jsonpath, tsnap txid_snapshot,
                g int GENERATED ALWAYS AS (id * 2) STORED, ident int GENERATED ALWAYS AS IDENTITY,
                PRIMARY KEY (id, "K""ey"));
            """;

    private static final String ROWS = """
            INSERT INTO "S p"."A b.c""d" OVERRIDING SYSTEM VALUE
            SELECT i, E'k\\\\N''"$$ \\t\\n' || i % 7, i % 2 = 0, i % 32768, i * 4000000000, 'NaN', i / 3.0, 1.1e-30, 1e308 / i, i,
                repeat('é', i % 20), 'a' || i % 9, E'line\\r\\n\\ttab\\\\N \\b\\f\\v \\u0001' || repeat('€', i % 50), 'n' || i, 'q',
                decode(lpad(to_hex(i), 8, '0'), 'hex'), 'infinity', '24:00:00', '12:34:56.789+05:30', '0044-03-15 00:00:00 BC',
                '-infinity', '1 year -2 mons 3 days -04:05:06.7', md5(i::text)::uuid, '{"a" :  [1,2, "\\u00e9"]}', '{"b":1.10}', '<a>&amp;</a>',
                B'10101', B'1', '10.0.0.1/8', '10.0.0.0/8', '08:00:2b:01:02:03', '08:00:2b:01:02:03:04:05', '(1.5,-2)', '{1,2,3}',
                '[(1,2),(3,4)]', '((1,2),(3,4))', '((0,0),(1,1))', '((0,0),(1,1),(2,0))', '<(0,0),1>', 'a fat cat', 'fat & cat',
                ARRAY[1,NULL,3], ARRAY['a,b','{','"','\\\\','NULL',NULL,''], '{{1.0,2.00},{3,4}}', '[1,10)', 'empty', '[2020-01-01,)', 'a'||i%10,
                'it''s, "q"', '{so,"it''s, \\"q\\""}', ROW(i, E'x,")\\\\')::"S p".pair, ARRAY[ROW(1,NULL)::"S p".pair], 'a=>NULL, "b c"=>"d\\"e"', 'MiXed',
                4294967295, 'pg_class', 'FF/FFFFFFFF', '$.a[*] ? (@ > 1)', '10:20:10,14,15'
              FROM generate_series(1, 3000) AS i;
            INSERT INTO "S p"."A b.c""d" (id, "K""ey", t, v) VALUES (-1, '', '', '\\N'), (-2, '\\N', '\\.', '\\');
            """;

    @ParameterizedTest
    @CsvSource({"12, 18, true", "15, 17, false", "18, 12, false", "18, 18, true"})
    void everyTypeArrivesUnchanged(String from, String to, boolean durable) {
        try (LinkFixture link = new LinkFixture(from, to)) {
            link.everywhere(TYPES).sourceSql.execute(ROWS);
            TableRoute route = link.route("S p", "A b.c\"d");
            try (Snapshot snapshot =
                    new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open()) {
                List<Chunk> chunks = link.copy(snapshot, route, SMALL, durable);

                assertThat(chunks).hasSizeGreaterThan(4);
                boolean keys = durable || from.equals("12");
                assertThat(chunks)
                        .allSatisfy(chunk -> assertThat(chunk.range())
                                .isInstanceOf(keys ? Chunk.KeyRange.class : Chunk.PhysicalRange.class));
                assertThat(link.chunksDone()).isEqualTo(chunks.size());
            }
            assertThat(LinkFixture.digest(link.destination, "S p"))
                    .isEqualTo(LinkFixture.digest(link.source, "S p"))
                    .hasSize(1);
            assertThat(link.destinationSql.number("SELECT count(*) FROM \"S p\".\"A b.c\"\"d\""))
                    .isEqualTo(3002);
        }
    }

    /** The most columns that a table can have. */
    @ParameterizedTest
    @CsvSource({"12, 18", "18, 12"})
    void sixteenHundredColumns(String from, String to) {
        try (LinkFixture link = new LinkFixture(from, to)) {
            String columns =
                    IntStream.range(0, 1600).mapToObj(i -> "c" + i + " int2").collect(Collectors.joining(", "));
            link.everywhere("CREATE TABLE wide (" + columns + ")");
            String values = IntStream.range(0, 1600)
                    .mapToObj(i -> i % 3 == 0 ? "NULL" : "i % 97 + " + i)
                    .collect(Collectors.joining(", "));
            link.sourceSql.execute("INSERT INTO wide SELECT " + values + " FROM generate_series(1, 200) AS i");
            copyWhole(link, "wide");
        }
    }

    /** A row far larger than a page is handed on without a second copy: two of them fit the tests' heap of 512 MiB. */
    @Test
    void t40AHundredMegabytesInOneValue() {
        try (LinkFixture link = new LinkFixture("15", "15")) {
            link.everywhere("CREATE TABLE big (id int PRIMARY KEY, doc text)");
            link.sourceSql.execute(
                    "INSERT INTO big SELECT i, repeat('0123456789', 10000000) FROM generate_series(1, 2) AS i;"
                            + " INSERT INTO big VALUES (3, 'small')");
            copyWhole(link, "big");
            assertThat(link.destinationSql.number("SELECT max(length(doc)) FROM big"))
                    .isEqualTo(100_000_000);
        }
    }

    /** T40: what the source cannot print as a line is said to be so, and the task is told which table it is. */
    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"12", "18"})
    void t40ARowThatTheSourceCannotPrint(String version) {
        try (LinkFixture link = new LinkFixture(version, "18")) {
            link.everywhere("CREATE TABLE big (a bytea, b text)");
            for (String row : List.of(
                    "convert_to(repeat('x', 600000000), 'UTF8'), NULL",
                    "convert_to(repeat('x', 300000000), 'UTF8'), repeat('y', 600000000)")) {
                link.sourceSql.execute("TRUNCATE big; INSERT INTO big SELECT " + row);
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> copyWhole(link, "big"))
                        .withMessageContaining("public.big")
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_TOO_LARGE));
                assertThat(link.chunksDone()).isZero();
            }
        }
    }

    @Test
    void tablesWithoutColumnsOrRows() {
        try (LinkFixture link = new LinkFixture("18", "18")) {
            link.everywhere("CREATE TABLE nothing (); CREATE TABLE empty (id int PRIMARY KEY);"
                    + " CREATE TABLE computed (g int GENERATED ALWAYS AS (7) STORED)");
            link.sourceSql.execute("INSERT INTO nothing DEFAULT VALUES; INSERT INTO nothing DEFAULT VALUES;"
                    + " INSERT INTO computed DEFAULT VALUES");
            copyWhole(link, "nothing");
            copyWhole(link, "empty");
            copyWhole(link, "computed");
            assertThat(link.destinationSql.number("SELECT count(*) FROM nothing"))
                    .isEqualTo(2);
            assertThat(link.destinationSql.number("SELECT g FROM computed")).isEqualTo(7);
        }
    }

    private static void copyWhole(LinkFixture link, String table) {
        try (Snapshot snapshot =
                new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open()) {
            link.copy(snapshot, link.route("public", table), 1L << 40, false);
        }
        assertThat(LinkFixture.digest(link.destination, "public").get(table))
                .isNotNull()
                .isEqualTo(LinkFixture.digest(link.source, "public").get(table));
    }
}
