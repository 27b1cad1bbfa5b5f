CREATE SCHEMA "A b.c""d";
CREATE SCHEMA other;
COMMENT ON SCHEMA "A b.c""d" IS 'it''s a \ schema';

CREATE TYPE "A b.c""d"."Mood: '\x" AS ENUM ('it''s', 'back\slash', 'ü', '');
COMMENT ON TYPE "A b.c""d"."Mood: '\x" IS 'moods';
CREATE SEQUENCE "A b.c""d"."Domain seq" AS int INCREMENT BY -3 MINVALUE -1000 MAXVALUE 5 START WITH 2 CACHE 7 CYCLE;
CREATE DOMAIN "A b.c""d"."user" AS varchar(20) COLLATE "C" DEFAULT '{fn now()} ? $1' NOT NULL CONSTRAINT "chk ""1" CHECK (VALUE <> '?');
CREATE DOMAIN "A b.c""d".deeper AS "A b.c""d"."user" CHECK (length(VALUE) > 1);
CREATE DOMAIN other.counted AS int DEFAULT nextval('"A b.c""d"."Domain seq"');
CREATE TYPE "A b.c""d".inner_pair AS ("a b" int, d "A b.c""d".deeper);
CREATE TYPE "A b.c""d"."Pair" AS (mood "A b.c""d"."Mood: '\x", deep "A b.c""d".inner_pair[], t text COLLATE "POSIX");
COMMENT ON COLUMN "A b.c""d"."Pair".mood IS 'of the pair';
CREATE SEQUENCE other."Shared.Seq" START 100;
COMMENT ON SEQUENCE other."Shared.Seq" IS 'shared';

CREATE TABLE other.not_chosen (id int PRIMARY KEY);

CREATE TABLE "A b.c""d"."select" (
    "Id" int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "A b.c""d"."own name" START WITH 10 INCREMENT BY 5 MAXVALUE 1000000 CYCLE),
    dropped text,
    "from" serial,
    no bigint NOT NULL DEFAULT nextval('other."Shared.Seq"'),
    v varchar(3) COLLATE "C" DEFAULT '{d ''1''}',
    n numeric(9,2) NOT NULL DEFAULT 1.50,
    t timestamptz(3) DEFAULT now(),
    b bit(3) DEFAULT B'101',
    c char(4),
    q "char",
    i interval day to second(2),
    mood "A b.c""d"."Mood: '\x" DEFAULT 'it''s',
    moods "A b.c""d"."Mood: '\x"[] DEFAULT ARRAY['ü'::"A b.c""d"."Mood: '\x"],
    u "A b.c""d".deeper,
    us "A b.c""d"."user"[],
    counted other.counted,
    pair "A b.c""d"."Pair",
    doc jsonb DEFAULT '{"a": [1, 2]}',
    r int4range,
    "sum ""x" numeric GENERATED ALWAYS AS (n * 2) STORED,
    parent int,
    CONSTRAINT "Pk.""select" PRIMARY KEY ("Id", "from") INCLUDE (n) WITH (fillfactor = 71),
    CONSTRAINT uq UNIQUE (no) WITH (fillfactor = 72) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT only_id UNIQUE ("Id"),
    CONSTRAINT ex EXCLUDE USING gist (r WITH &&) WITH (fillfactor = 73) WHERE (n > 0),
    CONSTRAINT "n; pos" CHECK (n > 0 AND v <> 'a"b'),
    CONSTRAINT self FOREIGN KEY (parent) REFERENCES "A b.c""d"."select" ("Id") ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_enabled = false);
ALTER TABLE "A b.c""d"."select" DROP COLUMN dropped;
ALTER TABLE "A b.c""d"."select" ADD CONSTRAINT late CHECK (n < 100000) NOT VALID;
CREATE INDEX "by Expr" ON "A b.c""d"."select" (lower(v) text_pattern_ops DESC NULLS LAST, ("from" + 1)) INCLUDE (n) WITH (fillfactor = 74) WHERE n > 1;
CREATE UNIQUE INDEX by_part ON "A b.c""d"."select" (v COLLATE "POSIX") WHERE v IS NOT NULL;
CREATE INDEX by_doc ON "A b.c""d"."select" USING gin (doc jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX by_hash ON "A b.c""d"."select" USING hash (v);
CREATE INDEX by_brin ON "A b.c""d"."select" USING brin (n) WITH (pages_per_range = 8);
COMMENT ON TABLE "A b.c""d"."select" IS E'two\nlines and a \\ and a ''quote''';
COMMENT ON COLUMN "A b.c""d"."select"."sum ""x" IS 'computed';
COMMENT ON INDEX "A b.c""d"."by Expr" IS 'an index';
COMMENT ON INDEX "A b.c""d"."Pk.""select" IS 'an index of a key';
COMMENT ON CONSTRAINT "Pk.""select" ON "A b.c""d"."select" IS 'a key';
COMMENT ON CONSTRAINT "n; pos" ON "A b.c""d"."select" IS 'a check';
COMMENT ON CONSTRAINT late ON "A b.c""d"."select" IS 'a late check';
COMMENT ON CONSTRAINT self ON "A b.c""d"."select" IS 'a foreign key';

CREATE TABLE "A b.c""d".zz_row (a int NOT NULL, b int NOT NULL, to_select int, to_from int);
CREATE UNIQUE INDEX zz_key ON "A b.c""d".zz_row (a);
ALTER TABLE "A b.c""d".zz_row ADD CONSTRAINT cycle UNIQUE (b);
CREATE TABLE "A b.c""d".a_first (id bigserial PRIMARY KEY, whole "A b.c""d".zz_row, wholes "A b.c""d".zz_row[], b int, nowhere int);
ALTER TABLE "A b.c""d".a_first ADD CONSTRAINT to_zz FOREIGN KEY (b) REFERENCES "A b.c""d".zz_row (b) ON DELETE CASCADE;
ALTER TABLE "A b.c""d".a_first ADD CONSTRAINT away FOREIGN KEY (nowhere) REFERENCES other.not_chosen;
ALTER TABLE "A b.c""d".zz_row ADD CONSTRAINT "both" FOREIGN KEY (to_select, to_from) REFERENCES "A b.c""d"."select" ("Id", "from") MATCH FULL NOT VALID;
ALTER TABLE "A b.c""d".zz_row ADD CONSTRAINT back FOREIGN KEY (a) REFERENCES "A b.c""d".a_first (id);
COMMENT ON CONSTRAINT away ON "A b.c""d".a_first IS 'stays behind';

CREATE UNLOGGED TABLE other."63_bytes_Öööööööööööööööööööööööööööö_end" ("63_bytes_column_0123456789012345678901234567890123456789012345" int);
CREATE TABLE other.empty ();

CREATE FUNCTION other.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touched BEFORE INSERT ON other.empty FOR EACH ROW EXECUTE FUNCTION other.touch();
CREATE RULE ruled AS ON INSERT TO "A b.c""d".zz_row WHERE NEW.a < 0 DO INSTEAD NOTHING;
CREATE POLICY polite ON other.empty USING (true);
CREATE STATISTICS other.stats ON a, b FROM "A b.c""d".zz_row;

SELECT setval('other."Shared.Seq"', 4242);
ALTER SEQUENCE "A b.c""d"."Domain seq" RESTART WITH -17;
SELECT nextval('"A b.c""d"."own name"'), nextval('"A b.c""d"."own name"');
