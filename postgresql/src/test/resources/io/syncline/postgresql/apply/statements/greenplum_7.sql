DELETE FROM ONLY "public"."keyed" AS t USING staged AS n WHERE t."a" = n.k0 AND t."b" = n.k1;

UPDATE ONLY "public"."keyed" AS t SET "v" = n.c2 FROM staged AS n WHERE t."a" = n.k0 AND t."b" = n.k1;

UPDATE ONLY "public"."keyed" AS t SET "a" = n.c0, "b" = n.c1, "v" = n.c2 FROM staged AS n WHERE t."a" = n.k0 AND t."b" = n.k1;

UPDATE ONLY "public"."keyed" AS t SET "v" = n.c2 FROM staged AS n WHERE t."a" = n.c0 AND t."b" = n.c1;

INSERT INTO "public"."keyed" ("a", "b", "v") OVERRIDING SYSTEM VALUE SELECT n.c0, n.c1, n.c2 FROM staged AS n;

INSERT INTO "public"."keyed" ("a", "b", "v") OVERRIDING SYSTEM VALUE SELECT n.c0, n.c1, n.c2 FROM staged AS n WHERE NOT EXISTS (SELECT 1 FROM ONLY "public"."keyed" AS t WHERE t."a" = n.c0 AND t."b" = n.c1);

SELECT n.o FROM staged AS n WHERE NOT EXISTS (SELECT 1 FROM ONLY "public"."keyed" AS t WHERE t."a" = n.k0 AND t."b" = n.k1) ORDER BY n.o;

SELECT count(*) FROM ONLY "public"."keyed" AS t, staged AS n WHERE t."a" = n.k0 AND t."b" = n.k1;

SELECT n.o FROM staged AS n WHERE (SELECT count(*) FROM ONLY "public"."keyed" AS t WHERE t."a" = n.c0 AND t."b" = n.c1) > 1 ORDER BY n.o;

WITH n AS (SELECT * FROM equal AS q), m AS (SELECT t.ctid AS row_id, t.tableoid AS row_table, t.gp_segment_id AS row_segment, n.g, row_number() OVER (PARTITION BY n.g) AS r FROM n JOIN ONLY "public"."keyless" AS t ON CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS text) = CAST(ROW(n.b0, n.b1, n.b2) AS text) AND CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS record) *= CAST(ROW(n.b0, n.b1, n.b2) AS record) WHERE n.r = 1), d AS (SELECT m.row_id, m.row_table, m.row_segment, n.* FROM m JOIN n ON n.g = m.g AND n.r = m.r) DELETE FROM ONLY "public"."keyless" AS t USING d WHERE t.ctid = d.row_id AND t.tableoid = d.row_table AND t.gp_segment_id = d.row_segment;

WITH n AS (SELECT * FROM equal AS q), m AS (SELECT t.ctid AS row_id, t.tableoid AS row_table, t.gp_segment_id AS row_segment, n.g, row_number() OVER (PARTITION BY n.g) AS r FROM n JOIN ONLY "public"."keyless" AS t ON CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS text) = CAST(ROW(n.b0, n.b1, n.b2) AS text) AND CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS record) *= CAST(ROW(n.b0, n.b1, n.b2) AS record) WHERE n.r = 1), d AS (SELECT m.row_id, m.row_table, m.row_segment, n.* FROM m JOIN n ON n.g = m.g AND n.r = m.r) UPDATE ONLY "public"."keyless" AS t SET "b" = d.c1, "v" = d.c2 FROM d WHERE t.ctid = d.row_id AND t.tableoid = d.row_table AND t.gp_segment_id = d.row_segment;

INSERT INTO kept ("a", "b", "v", "gp_segment_id") SELECT n.c0, n.c1, n.c2, t."gp_segment_id" FROM ONLY "public"."keyed" AS t, staged AS n WHERE t."a" = n.k0 AND t."b" = n.k1;

DELETE FROM ONLY "public"."keyed" AS t USING staged AS n WHERE t."a" = n.k0 AND t."b" = n.k1;

INSERT INTO "public"."keyed" ("a", "b", "v", "gp_segment_id") OVERRIDING SYSTEM VALUE SELECT "a", "b", "v", "gp_segment_id" FROM kept;

WITH n AS (SELECT * FROM equal AS q), m AS (SELECT t.ctid AS row_id, t.tableoid AS row_table, t.gp_segment_id AS row_segment, n.g, row_number() OVER (PARTITION BY n.g ORDER BY t.gp_segment_id, t.tableoid, t.ctid) AS r FROM n JOIN ONLY "public"."keyless" AS t ON CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS text) = CAST(ROW(n.b0, n.b1, n.b2) AS text) AND CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS record) *= CAST(ROW(n.b0, n.b1, n.b2) AS record) WHERE n.r = 1), d AS (SELECT m.row_id, m.row_table, m.row_segment, n.* FROM m JOIN n ON n.g = m.g AND n.r = m.r) INSERT INTO kept ("a", "b", "v", "gp_segment_id") SELECT t."a", d.c1, d.c2, t."gp_segment_id" FROM ONLY "public"."keyless" AS t, d WHERE t.ctid = d.row_id AND t.tableoid = d.row_table AND t.gp_segment_id = d.row_segment;

WITH n AS (SELECT * FROM equal AS q), m AS (SELECT t.ctid AS row_id, t.tableoid AS row_table, t.gp_segment_id AS row_segment, n.g, row_number() OVER (PARTITION BY n.g ORDER BY t.gp_segment_id, t.tableoid, t.ctid) AS r FROM n JOIN ONLY "public"."keyless" AS t ON CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS text) = CAST(ROW(n.b0, n.b1, n.b2) AS text) AND CAST(ROW(CAST(t."a" AS integer), CAST(t."b" AS text), CAST(t."v" AS numeric)) AS record) *= CAST(ROW(n.b0, n.b1, n.b2) AS record) WHERE n.r = 1), d AS (SELECT m.row_id, m.row_table, m.row_segment, n.* FROM m JOIN n ON n.g = m.g AND n.r = m.r) DELETE FROM ONLY "public"."keyless" AS t USING d WHERE t.ctid = d.row_id AND t.tableoid = d.row_table AND t.gp_segment_id = d.row_segment;

INSERT INTO "public"."keyless" ("a", "b", "v", "gp_segment_id") OVERRIDING SYSTEM VALUE SELECT "a", "b", "v", "gp_segment_id" FROM kept;
