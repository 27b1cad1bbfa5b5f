package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.EditedStatements;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.ServerSystem;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a destination of 9.6 makes of the objects of a newest source. */
class OlderReleaseTest {

    private static final String OBJECTS = """
            CREATE TABLE "t ""x" (id int GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2 MAXVALUE 99) PRIMARY KEY,
                                 v text, w text, u uuid DEFAULT gen_random_uuid()) WITH (fillfactor = 70, vacuum_truncate = false, toast.vacuum_truncate = false);
            ALTER TABLE "t ""x" ADD CONSTRAINT u UNIQUE (v) INCLUDE (w) WITH (fillfactor = 80, deduplicate_items = off) DEFERRABLE;
            CREATE UNIQUE INDEX " INCLUDE (" ON "t ""x" (v) INCLUDE (id, w) WITH (deduplicate_items = off) WHERE v <> ' INCLUDE (a) '')';
            INSERT INTO "t ""x" (v) VALUES ('a'), ('b');
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.w := 'touched'; RETURN NEW; END $$;
            CREATE TRIGGER " EXECUTE FUNCTION " BEFORE INSERT ON "t ""x" FOR EACH ROW WHEN (NEW.v <> ' EXECUTE FUNCTION x()')
                EXECUTE FUNCTION touch(' EXECUTE FUNCTION ');
            """;

    /** I4. */
    @Test
    void i4WhatBecomesOtherwiseIsListed() {
        try (Ends ends = new Ends("18", "9.6");
                Sql from = ends.source.sql();
                Sql to = ends.destination.sql()) {
            from.execute(OBJECTS);
            SchemaPlan plan = ends.plan(_ -> true);
            ends.makeAll(plan);
            assertThat(to.value("SELECT pg_get_serial_sequence('\"t \"\"x\"', 'id')"))
                    .isEqualTo("public.\"t \"\"x_id_seq\"");
            assertThat(to.value("INSERT INTO \"t \"\"x\" (v) VALUES ('c') RETURNING id"))
                    .isEqualTo("9");
            assertThat(
                            to.rows(
                                    "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = '\"t \"\"x\"'::regclass"))
                    .extracting(List::toString)
                    .containsExactlyInAnyOrder(
                            "[CREATE UNIQUE INDEX \"t \"\"x_pkey\" ON public.\"t \"\"x\" USING btree (id)]",
                            "[CREATE UNIQUE INDEX u ON public.\"t \"\"x\" USING btree (v) WITH (fillfactor='80')]",
                            "[CREATE UNIQUE INDEX \" INCLUDE (\" ON public.\"t \"\"x\" USING btree (v) WHERE (v <> ' INCLUDE (a) '')'::text)]");
            assertThat(to.value("SELECT condeferrable FROM pg_constraint WHERE conname = 'u'"))
                    .isEqualTo("t");
            assertThat(to.value("SELECT reloptions FROM pg_class WHERE oid = '\"t \"\"x\"'::regclass"))
                    .isEqualTo("{fillfactor=70}");
            assertThat(plan.leftOut())
                    .extracting(LeftOut::what)
                    .contains(
                            "column public.t \"x.id",
                            "unique public.t \"x.u",
                            "index public.t \"x. INCLUDE (",
                            "column public.t \"x.u",
                            "storage parameter \"deduplicate_items\"='off' of unique public.t \"x.u",
                            "storage parameter deduplicate_items=off of index public.t \"x. INCLUDE (",
                            "storage parameter vacuum_truncate=false of public.t \"x",
                            "storage parameter toast.vacuum_truncate=false of public.t \"x");
        }
    }

    /** A trigger is made by the source's words, which have changed in 11. */
    @Test
    void triggersExecuteProcedures() {
        try (Ends ends = new Ends("18", "9.6");
                Sql from = ends.source.sql()) {
            from.execute(OBJECTS);
            SchemaObject.Action trigger = trigger(ends.plan(_ -> true));
            assertThat(PostgresSchemaWriter.statement(
                            trigger, new ServerSystem(90_600, Dialect.POSTGRESQL), EditedStatements.NONE))
                    .isEqualTo(
                            "CREATE TRIGGER \" EXECUTE FUNCTION \" BEFORE INSERT ON \"public\".\"t \"\"x\" FOR EACH ROW"
                                    + " WHEN ((new.v <> ' EXECUTE FUNCTION x()'::text)) EXECUTE PROCEDURE public.touch(' EXECUTE FUNCTION ')");
        }
    }

    private static SchemaObject.Action trigger(SchemaPlan plan) {
        return plan.objects().stream()
                .filter(SchemaObject.Action.class::isInstance)
                .map(SchemaObject.Action.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
