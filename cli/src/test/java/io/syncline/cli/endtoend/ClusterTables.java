package io.syncline.cli.endtoend;

import java.util.Random;

/** A Greenplum source with every kind of table that a task can follow, changes of their rows, and what holds of them in each state that the source has at a mark. */
final class ClusterTables {

    /** How many tables of accounts there are: an UPDATE locks its whole table. */
    static final int ACCOUNT_TABLES = 4;

    static final int ACCOUNTS = 40;

    static final String TABLES = """
            CREATE TABLE account_0 (id int PRIMARY KEY, balance bigint NOT NULL) DISTRIBUTED BY (id);
            CREATE TABLE account_1 (id int PRIMARY KEY, balance bigint NOT NULL) DISTRIBUTED BY (id);
            CREATE TABLE account_2 (id int PRIMARY KEY, balance bigint NOT NULL) DISTRIBUTED BY (id);
            CREATE TABLE account_3 (id int PRIMARY KEY, balance bigint NOT NULL) DISTRIBUTED BY (id);
            CREATE TABLE entry (place int, id bigserial, amount bigint NOT NULL, PRIMARY KEY (place, id)) DISTRIBUTED BY (place);
            CREATE TABLE chain (place int, session int, n int, PRIMARY KEY (place, session, n)) DISTRIBUTED BY (place);
            CREATE TABLE heap (id int PRIMARY KEY, v text, n numeric(12,2));
            CREATE TABLE pair (a int, b int, v text, PRIMARY KEY (a, b)) DISTRIBUTED BY (b);
            CREATE TABLE everywhere (id int PRIMARY KEY, v text) DISTRIBUTED REPLICATED;
            CREATE TABLE keyless (x int, y text) DISTRIBUTED BY (x);
            CREATE TABLE scattered (x int, y text) DISTRIBUTED RANDOMLY;
            CREATE TABLE emptied (id int PRIMARY KEY, v text);
            CREATE TABLE part (id int, day date, v text, PRIMARY KEY (id, day)) DISTRIBUTED BY (id) PARTITION BY RANGE (day);
            CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE TABLE part_d PARTITION OF part DEFAULT;
            CREATE TABLE typed (id serial PRIMARY KEY, e jsonb, a int[], t timestamptz, b bytea, u uuid, i interval, f float8);
            INSERT INTO account_0 SELECT g, 1000 FROM generate_series(1, 40) g;
            INSERT INTO account_1 SELECT g, 1000 FROM generate_series(1, 40) g;
            INSERT INTO account_2 SELECT g, 1000 FROM generate_series(1, 40) g;
            INSERT INTO account_3 SELECT g, 1000 FROM generate_series(1, 40) g;
            INSERT INTO heap SELECT g, 'v' || g, g FROM generate_series(1, 3000) g;
            INSERT INTO pair SELECT g, g % 50, 'p' FROM generate_series(1, 600) g;
            INSERT INTO everywhere SELECT g, 'e' || g FROM generate_series(1, 100) g;
            INSERT INTO keyless SELECT g % 7, 'k' FROM generate_series(1, 70) g;
            INSERT INTO scattered SELECT g % 7, 's' FROM generate_series(1, 70) g;
            INSERT INTO emptied SELECT g, 'e' FROM generate_series(1, 100) g;
            INSERT INTO part SELECT g, date '2025-12-20' + g % 60, 'p' FROM generate_series(1, 1000) g;
            INSERT INTO typed (e, a, t, b, u, i, f) SELECT '{"k": [1, null]}', ARRAY[g, NULL], 'infinity', '\\x00ff', md5(g::text)::uuid, '1 mon -3 days', 0.1::float8 + g FROM generate_series(1, 50) g""";

    /** True in each state that a per-segment prefix with whole distributed transactions can be: money is neither made nor lost, and no segment's own order is broken. */
    static final String HOLDS = """
            (SELECT count(*) = 4 AND bool_and(s = 40000) FROM (SELECT sum(balance) AS s FROM public.account_0 UNION ALL SELECT sum(balance) FROM public.account_1
                UNION ALL SELECT sum(balance) FROM public.account_2 UNION ALL SELECT sum(balance) FROM public.account_3) a)
            AND (SELECT coalesce(sum(amount), 0) = 0 FROM public.entry)
            AND NOT EXISTS (SELECT 1 FROM public.chain GROUP BY place, session HAVING count(*) <> max(n))""";

    private ClusterTables() {}

    /** Of every kind, among them keys, and columns by which rows are distributed. */
    static String change(Random random) {
        int r = random.nextInt(1, 40);
        return switch (random.nextInt(15)) {
            case 0 -> "UPDATE heap SET n = n + 0.10 WHERE id % 40 = " + r;
            case 1 ->
                "UPDATE heap SET id = m.n FROM (SELECT id, (SELECT max(id) FROM heap) + row_number() OVER () AS n"
                        + " FROM heap WHERE id % 97 = " + r + ") m WHERE m.id = heap.id";
            case 2 -> "DELETE FROM heap WHERE id % 211 = " + r;
            case 3 ->
                "INSERT INTO heap SELECT g, NULL, 0 FROM generate_series((SELECT max(id) + 1 FROM heap), (SELECT max(id) + 80 FROM heap)) g";
            case 4 -> "UPDATE pair SET b = b + 1 WHERE a % 40 = " + r;
            case 5 -> "UPDATE pair SET v = v || 'x', a = -a WHERE a = " + r;
            case 6 ->
                "UPDATE everywhere SET v = v || 'z' WHERE id % 40 = " + r
                        + "; INSERT INTO everywhere SELECT max(id) + 1, 'n' FROM everywhere";
            case 7 -> "UPDATE everywhere SET id = (SELECT max(id) + 1 FROM everywhere) WHERE id = " + r;
            case 8 ->
                "UPDATE keyless SET x = x + 1 WHERE x = " + r % 9 + "; INSERT INTO keyless VALUES (" + r % 9
                        + ", 'k'), (" + r % 9 + ", 'k')";
            case 9 ->
                "DELETE FROM keyless WHERE x = " + r % 9 + " AND y = 'k" + r % 3 + "'; UPDATE keyless SET y = 'k"
                        + r % 3 + "' WHERE x = " + (r + 3) % 9;
            case 10 ->
                "INSERT INTO scattered VALUES (" + r % 9 + ", 's'), (" + r % 9 + ", 's'); UPDATE scattered SET y = 'u"
                        + r % 3 + "' WHERE x = " + r % 9;
            case 11 -> "DELETE FROM scattered WHERE x = " + r % 9;
            case 12 ->
                "INSERT INTO emptied SELECT g, 'n' FROM generate_series((SELECT coalesce(max(id), 0) + 1 FROM emptied), (SELECT coalesce(max(id), 0) + 50 FROM emptied)) g"
                        + (r % 20 == 0 ? "; TRUNCATE emptied; INSERT INTO emptied VALUES (1, 'first')" : "");
            case 13 -> "UPDATE part SET day = day + 20, v = 'moved' WHERE id % 40 = " + r;
            default ->
                "UPDATE typed SET e = jsonb_build_object('r', " + r + "), a = a || " + r
                        + ", t = '2026-01-01 00:00:00.123456+00' WHERE id % 7 = " + r % 7;
        };
    }
}
