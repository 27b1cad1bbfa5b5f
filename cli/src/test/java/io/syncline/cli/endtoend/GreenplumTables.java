package io.syncline.cli.endtoend;

import java.util.Random;

/** A source with every kind of table that Greenplum tells apart, and changes of their rows. */
final class GreenplumTables {

    static final String TABLES = """
            CREATE TABLE heap (id int PRIMARY KEY, v text, n numeric(12,2));
            CREATE TABLE pair (a int, b text, v int, PRIMARY KEY (a, b));
            CREATE TABLE ao (id int, region int, v text, PRIMARY KEY (id, region));
            CREATE TABLE col (id int PRIMARY KEY, v numeric, d date);
            CREATE TABLE rep (id int PRIMARY KEY, v text);
            CREATE TABLE rnd (id int PRIMARY KEY, v text);
            CREATE TABLE wide (id int PRIMARY KEY, region int NOT NULL, v text);
            CREATE TABLE part (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE TABLE part_d PARTITION OF part DEFAULT;
            CREATE TABLE flat (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
            CREATE TABLE flat_1 PARTITION OF flat DEFAULT;
            CREATE TABLE keyless (x int, y text, z json);
            CREATE TABLE typed (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, g int GENERATED ALWAYS AS (id * 2) STORED,
                                e jsonb, a int[], t timestamptz, b bytea, u uuid, i interval);
            CREATE UNIQUE INDEX pair_v ON pair (v);
            CREATE VIEW sums AS SELECT region, count(*) FROM ao GROUP BY region;
            INSERT INTO heap SELECT g, 'v' || g, g FROM generate_series(1, 3000) g;
            INSERT INTO pair SELECT g, 'b' || g, g FROM generate_series(1, 500) g;
            INSERT INTO ao SELECT g, g % 5, repeat('a', g % 40) FROM generate_series(1, 3000) g;
            INSERT INTO col SELECT g, g / 3.0, date '2026-01-01' + g % 30 FROM generate_series(1, 3000) g;
            INSERT INTO rep SELECT g, 'r' || g FROM generate_series(1, 300) g;
            INSERT INTO rnd SELECT g, 'r' || g FROM generate_series(1, 300) g;
            INSERT INTO wide SELECT g, g % 3, 'w' FROM generate_series(1, 300) g;
            INSERT INTO part SELECT g, date '2025-12-20' + g % 60, 'p' FROM generate_series(1, 1000) g;
            INSERT INTO flat SELECT g, date '2025-12-20' + g % 60, 'p' FROM generate_series(1, 1000) g;
            INSERT INTO keyless SELECT g % 7, 'k', '{"a": 1}' FROM generate_series(1, 70) g;
            INSERT INTO typed (e, a, t, b, u, i) SELECT '{"k": [1, null]}', ARRAY[g, NULL], 'infinity', '\\x00ff',
                   md5(g::text)::uuid, '1 mon -3 days' FROM generate_series(1, 50) g""";

    private static final String OBJECTS = """
            objects:
              - {table: public.ao, storage: heap, distributedBy: [region]}
              - {table: public.rep, tableType: replicated}
              - {table: public.rnd, tableType: random}
              - {table: public.flat, partitions: flatten}
              - {table: public.wide, primaryKey: [region, id], distributedBy: [region]}
              - "public.*"
            """;

    private GreenplumTables() {}

    /** A task file that says where the tables lie. */
    static String chosen(String text) {
        return text.replace("objects: [\"public.*\"]\n", OBJECTS);
    }

    /** As {@link #chosen}, with append-optimised tables. */
    static String appended(String text) {
        return text.replace(
                "objects: [\"public.*\"]\n",
                OBJECTS.replace("heap", "ao_row")
                        + "  - {table: public.col, storage: ao_column}\n  - {table: public.keyless, storage: ao_row}\n"
                        + "  - {table: public.typed, storage: ao_column}\n");
    }

    /** Of every kind, among them keys, and columns by which rows are distributed. */
    static String change(Random random) {
        int r = random.nextInt(1, 40);
        return switch (random.nextInt(18)) {
            case 0 -> "UPDATE heap SET n = n + 0.10 WHERE id % 40 = " + r;
            case 1 ->
                "UPDATE heap SET id = m.n FROM (SELECT id, (SELECT max(id) FROM heap) + row_number() OVER () AS n"
                        + " FROM heap WHERE id % 97 = " + r + ") m WHERE m.id = heap.id";
            case 2 -> "DELETE FROM heap WHERE id % 211 = " + r;
            case 3 ->
                "INSERT INTO heap SELECT g, NULL, 0 FROM generate_series((SELECT max(id) + 1 FROM heap), (SELECT max(id) + 80 FROM heap)) g";
            case 4 -> "UPDATE pair SET b = b || 'x' WHERE a % 40 = " + r;
            case 5 -> "UPDATE pair SET v = -v WHERE a % 40 = " + r;
            case 6 -> "UPDATE ao SET region = (region + 1) % 9 WHERE id % 40 = " + r;
            case 7 -> "UPDATE ao SET v = 'n' || region WHERE id % 40 = " + r;
            case 8 -> "DELETE FROM ao WHERE id % 199 = " + r;
            case 9 -> "UPDATE col SET v = v + 1 WHERE id % 40 = " + r;
            case 10 -> "DELETE FROM col WHERE id % 301 = " + r;
            case 11 -> "UPDATE rep SET v = v || 'z' WHERE id % 40 = " + r;
            case 12 ->
                "UPDATE rnd SET v = NULL WHERE id % 40 = " + r
                        + "; UPDATE rnd SET id = (SELECT max(id) + 1 FROM rnd) WHERE id = " + r;
            case 13 ->
                "UPDATE wide SET region = region + 1 WHERE id % 40 = " + r + "; UPDATE wide SET id = -id WHERE id = "
                        + r;
            case 14 -> "UPDATE part SET day = day + 20, v = 'moved' WHERE id % 40 = " + r;
            case 15 ->
                "UPDATE flat SET day = day + 20 WHERE id % 40 = " + r + "; DELETE FROM flat WHERE id % 311 = " + r;
            case 16 ->
                "UPDATE keyless SET y = 'u" + r % 5 + "' WHERE ctid = (SELECT max(ctid) FROM keyless WHERE x = " + r % 7
                        + "); DELETE FROM keyless WHERE ctid = (SELECT min(ctid) FROM keyless WHERE x = "
                        + (r + 1) % 7 + "); INSERT INTO keyless VALUES (" + r % 7 + ", 'k', '{\"a\": 1}'), (" + r % 7
                        + ", 'k', '{\"a\": 1}')";
            default ->
                "UPDATE typed SET e = jsonb_build_object('r', " + r + "), a = a || " + r
                        + ", t = '2026-01-01 00:00:00.123456+00' WHERE id % 7 = " + r % 7;
        };
    }
}
