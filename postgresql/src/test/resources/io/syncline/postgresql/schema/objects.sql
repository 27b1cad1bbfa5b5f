CREATE SCHEMA "Shop-1";
CREATE SCHEMA lib;
CREATE SCHEMA far;

-- what tables cannot be without
CREATE FUNCTION lib."Norm'ed"(t text, "select" int DEFAULT 1) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT lower(t) || $2 || '{x}' $$;
COMMENT ON FUNCTION lib."Norm'ed"(text, int) IS 'it''s \ normal';
CREATE FUNCTION lib.is_fine(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN $1 <> 'bad'; END $$;
CREATE DOMAIN lib.fine AS text CHECK (lib.is_fine(VALUE));
CREATE TYPE lib."float-range" AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE lib.texts AS RANGE (subtype = text, collation = "C");
COMMENT ON TYPE lib.texts IS 'of texts';
CREATE TYPE lib.lonely AS ENUM ('a', 'b');
CREATE TYPE lib.pair AS (a lib.lonely, b lib."float-range"[]);
CREATE COLLATION lib.plain (LC_COLLATE = 'C', LC_CTYPE = 'C');
COMMENT ON COLLATION lib.plain IS 'as bytes';
CREATE TEXT SEARCH DICTIONARY lib.stems (TEMPLATE = pg_catalog.snowball, Language = 'english', StopWords = 'english');
CREATE TEXT SEARCH CONFIGURATION lib."Words!" (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION lib."Words!" ADD MAPPING FOR asciiword, word WITH lib.stems, pg_catalog.simple;
CREATE FUNCTION lib.cmp(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT CASE WHEN lower($1) < lower($2) THEN -1 WHEN lower($1) > lower($2) THEN 1 ELSE 0 END';
CREATE FUNCTION lib.lt(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lib.cmp($1, $2) < 0';
CREATE FUNCTION lib.eq(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lib.cmp($1, $2) = 0';
CREATE FUNCTION lib.gt(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT lib.cmp($1, $2) > 0';
CREATE OPERATOR lib.<~ (FUNCTION = lib.lt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(lib.>~));
CREATE OPERATOR lib.>~ (FUNCTION = lib.gt, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(lib.<~));
CREATE OPERATOR lib.=~ (FUNCTION = lib.eq, LEFTARG = text, RIGHTARG = text, COMMUTATOR = OPERATOR(lib.=~), RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR lib.=~ (text, text) IS 'equal but for case';
CREATE OPERATOR CLASS lib."folded ops" FOR TYPE text USING btree AS
    OPERATOR 1 lib.<~, OPERATOR 3 lib.=~, OPERATOR 5 lib.>~, FUNCTION 1 lib.cmp(text, text);

CREATE TABLE "Shop-1"."Order" (
    id int PRIMARY KEY,
    name text COLLATE lib.plain DEFAULT lib."Norm'ed"('New'),
    note lib.fine CHECK (lib.is_fine(note)),
    span lib."float-range",
    words lib.texts,
    "user" text GENERATED ALWAYS AS (lib."Norm'ed"(note::text, 2)) STORED,
    amount numeric NOT NULL DEFAULT 0
);
CREATE INDEX folded ON "Shop-1"."Order" (name lib."folded ops");
CREATE INDEX searched ON "Shop-1"."Order" USING gin (to_tsvector('lib."Words!"', note::text));
CREATE TABLE "Shop-1".audit (what text, at timestamptz DEFAULT now());
CREATE TABLE far.away (id int PRIMARY KEY, x int);

-- what they do without
CREATE SEQUENCE "Shop-1".spare START 5;
SELECT nextval('"Shop-1".spare');
COMMENT ON SEQUENCE "Shop-1".spare IS 'nobody''s';
CREATE VIEW "Shop-1"."View of ""orders""" ("Id", total) WITH (security_barrier = true) AS SELECT id, amount * 2 FROM "Shop-1"."Order" WHERE name <> '?' WITH LOCAL CHECK OPTION;
CREATE VIEW "Shop-1".a_view_on_it AS SELECT v."Id", lib."Norm'ed"('x') AS n FROM "Shop-1"."View of ""orders""" v;
ALTER VIEW "Shop-1".a_view_on_it ALTER COLUMN n SET DEFAULT 'none';
COMMENT ON VIEW "Shop-1".a_view_on_it IS 'a view';
COMMENT ON COLUMN "Shop-1".a_view_on_it.n IS E'a \\ column';
CREATE VIEW "Shop-1".grouped AS SELECT id, name, count(*) FROM "Shop-1"."Order" GROUP BY id;
CREATE VIEW "Shop-1"."63_bytes_Öööööööööööööööööööööööööööö_end" AS SELECT 1 AS "select";
CREATE VIEW "Shop-1".reads_away AS SELECT * FROM far.away;
CREATE VIEW "Shop-1".reads_that AS SELECT * FROM "Shop-1".reads_away;
CREATE MATERIALIZED VIEW "Shop-1".sums WITH (fillfactor = 70) AS SELECT count(*) AS n FROM "Shop-1"."Order";
CREATE UNIQUE INDEX sums_n ON "Shop-1".sums (n);
COMMENT ON MATERIALIZED VIEW "Shop-1".sums IS 'sums';
CREATE MATERIALIZED VIEW "Shop-1".empty_sums AS SELECT count(*) AS n FROM "Shop-1"."Order" WITH NO DATA;
CREATE RULE through AS ON INSERT TO "Shop-1".a_view_on_it DO INSTEAD INSERT INTO "Shop-1".audit (what) VALUES (NEW.n);
CREATE RULE "Rule" AS ON DELETE TO "Shop-1"."Order" WHERE OLD.id < 0 DO INSTEAD NOTHING;
COMMENT ON RULE "Rule" ON "Shop-1"."Order" IS 'no negatives';
CREATE FUNCTION "Shop-1".note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "Shop-1".audit (what) VALUES (TG_OP); RETURN NULL; END $$;
CREATE TRIGGER "Note It" AFTER INSERT OR UPDATE OF name, "user" OR DELETE ON "Shop-1"."Order" FOR EACH ROW WHEN (pg_trigger_depth() < 1) EXECUTE FUNCTION "Shop-1".note_it('a', 'b''c');
COMMENT ON TRIGGER "Note It" ON "Shop-1"."Order" IS 'notes';
CREATE TRIGGER sleeping AFTER DELETE ON "Shop-1"."Order" EXECUTE FUNCTION "Shop-1".note_it();
ALTER TABLE "Shop-1"."Order" DISABLE TRIGGER sleeping;
CREATE TRIGGER everywhere AFTER DELETE ON "Shop-1"."Order" EXECUTE FUNCTION "Shop-1".note_it();
ALTER TABLE "Shop-1"."Order" ENABLE ALWAYS TRIGGER everywhere;
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON "Shop-1".audit DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "Shop-1".note_it();
CREATE TRIGGER instead INSTEAD OF UPDATE ON "Shop-1".a_view_on_it FOR EACH ROW EXECUTE FUNCTION "Shop-1".note_it();
CREATE POLICY "Own rows" ON "Shop-1"."Order" AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (name = CURRENT_USER) WITH CHECK (lib.is_fine(name));
COMMENT ON POLICY "Own rows" ON "Shop-1"."Order" IS 'own';
ALTER TABLE "Shop-1"."Order" ENABLE ROW LEVEL SECURITY;
CREATE STATISTICS "Shop-1".stat (dependencies) ON name, amount FROM "Shop-1"."Order";
COMMENT ON STATISTICS "Shop-1".stat IS 'statistics';
CREATE FUNCTION "Shop-1".orders() RETURNS SETOF "Shop-1"."Order" LANGUAGE sql STABLE SECURITY DEFINER SET search_path = 'Shop-1', lib AS 'SELECT * FROM "Order"';
CREATE FUNCTION "Shop-1".of_away(far.away) RETURNS int LANGUAGE sql AS 'SELECT $1.x';
CREATE FUNCTION "Shop-1".plain(OUT a int, OUT b text) LANGUAGE plpgsql AS $$ BEGIN a := 1; b := 'C:\'; END $$;
CREATE FUNCTION "Shop-1".many(VARIADIC x int[]) RETURNS int LANGUAGE sql AS 'SELECT $1[1]';
CREATE PROCEDURE "Shop-1"."do"(INOUT x int) LANGUAGE plpgsql AS $$ BEGIN x := x + 1; COMMIT; END $$;
COMMENT ON PROCEDURE "Shop-1"."do"(int) IS 'does';
CREATE FUNCTION "Shop-1".add_up(numeric, numeric) RETURNS numeric LANGUAGE sql AS 'SELECT $1 + $2';
CREATE AGGREGATE "Shop-1".total(numeric) (SFUNC = "Shop-1".add_up, STYPE = numeric, INITCOND = '0', PARALLEL = SAFE, COMBINEFUNC = "Shop-1".add_up);
COMMENT ON AGGREGATE "Shop-1".total(numeric) IS 'total';
CREATE FUNCTION "Shop-1".count_up(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
CREATE AGGREGATE "Shop-1".counted(*) (SFUNC = "Shop-1".count_up, STYPE = int, INITCOND = '0');
CREATE VIEW "Shop-1".totals AS SELECT "Shop-1".total(amount) AS t, "Shop-1".counted(*) AS c FROM "Shop-1"."Order";
CREATE FUNCTION lib.pair_text(lib.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a::text';
CREATE CAST (lib.pair AS text) WITH FUNCTION lib.pair_text(lib.pair) AS ASSIGNMENT;
CREATE CAST (lib.lonely AS text) WITH INOUT;
COMMENT ON CAST (lib.pair AS text) IS 'a cast';
CREATE EXTENSION IF NOT EXISTS citext SCHEMA lib;
CREATE TABLE "Shop-1".tags (tag lib.citext PRIMARY KEY);
