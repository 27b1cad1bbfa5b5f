package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Schemas, tables and columns get other names by pattern, and some are left out: the schema stage makes them so, load and stream fill them. */
class RenamedColumnsTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String TABLES = """
            CREATE SCHEMA "Sales";
            CREATE TABLE "Sales"."Customer" (
                "Id" int PRIMARY KEY, "Name" text NOT NULL CHECK ("Name" <> ''), "Secret" text NOT NULL,
                "Shown" text GENERATED ALWAYS AS ('#' || "Name") STORED,
                "Hidden" text GENERATED ALWAYS AS ('#' || "Secret") STORED,
                CHECK (length("Secret") > 2));
            CREATE UNIQUE INDEX "by name" ON "Sales"."Customer" (lower("Name") text_pattern_ops) WHERE "Id" > 0;
            CREATE INDEX "by secret" ON "Sales"."Customer" ("Secret");
            COMMENT ON COLUMN "Sales"."Customer"."Name" IS 'who';
            CREATE TABLE "Sales"."Order" (
                "Id" bigint GENERATED ALWAYS AS IDENTITY, "Customer" int REFERENCES "Sales"."Customer" ("Id") ON DELETE SET NULL,
                "At" date NOT NULL, amount numeric(10, 2), PRIMARY KEY ("Id", "At")) PARTITION BY RANGE ("At");
            CREATE TABLE "Sales"."Order_1" PARTITION OF "Sales"."Order" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            CREATE TABLE "Sales"."Order_rest" PARTITION OF "Sales"."Order" DEFAULT;
            CREATE TABLE "Sales".tmp_1 (id int PRIMARY KEY);
            CREATE TABLE "Sales".tmp_needed (id int PRIMARY KEY);
            INSERT INTO "Sales"."Customer" ("Id", "Name", "Secret") SELECT g, 'name ' || g, 'secret ' || g FROM generate_series(1, 100) g;
            INSERT INTO "Sales"."Order" ("Customer", "At", amount)
                SELECT 1 + g % 100, DATE '2020-12-01' + g % 60, g FROM generate_series(1, 500) g;
            INSERT INTO "Sales".tmp_1 VALUES (1);
            INSERT INTO "Sales".tmp_needed VALUES (1);
            """;

    private static final String OBJECTS = """
            objects:
              - {table: "Sales.*", to: "old_*.v_*"}
              - "!Sales.tmp_*"
              - {table: Sales.Customer, to: "old_sales.client", columns: [Id, Name, Shown, Hidden], rename: {Name: "full Name"}}
              - {table: Sales.tmp_needed, to: "old_sales.kept"}
            capitalization: lower""";

    @Test
    void i4NamesAndColumnsAreAsTheTaskFileSays(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql at = source.sql();
                Sql there = destination.sql()) {
            at.execute(TABLES);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination)
                    .edited(text -> text.replaceAll("(?m)^objects:.*$", OBJECTS.replace("\\", "\\\\")));
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", SOON);
                at.execute("""
                        UPDATE "Sales"."Customer" SET "Name" = "Name" || '!' WHERE "Id" % 5 = 0;
                        UPDATE "Sales"."Customer" SET "Secret" = 'other' WHERE "Id" % 7 = 0;
                        DELETE FROM "Sales"."Customer" WHERE "Id" = 3;
                        UPDATE "Sales"."Order" SET "At" = "At" + 40 WHERE "Id" % 3 = 0;
                        ALTER TABLE "Sales"."Order" ADD "Note" text DEFAULT 'none';
                        ALTER TABLE "Sales"."Order" RENAME amount TO "Total";
                        INSERT INTO "Sales"."Order" ("Customer", "At", "Total", "Note") VALUES (1, '2030-01-01', 1, 'x');
                        CREATE TABLE "Sales"."New" ("Id" int PRIMARY KEY, "V" text);
                        INSERT INTO "Sales"."New" VALUES (1, 'v');
                        INSERT INTO "Sales".tmp_1 VALUES (2);
                        INSERT INTO "Sales".tmp_needed VALUES (2)""");
                there.await("SELECT count(*) FROM old_sales.kept", "2", SOON);
                there.await("SELECT count(*) FROM pg_class WHERE relname = 'v_new' AND relkind = 'r'", "1", SOON);
                there.await("SELECT count(*) FROM old_sales.v_new", "1", SOON);
            }
            task.finish("run", "--until", "caught-up").requireCode(0);
            assertThat(task.finish("compare").requireCode(0).text()).contains("No differences");
            same(
                    at,
                    "SELECT \"Id\", \"Name\", \"Shown\" FROM \"Sales\".\"Customer\" ORDER BY 1",
                    there,
                    "SELECT id, \"full Name\", shown FROM old_sales.client ORDER BY 1");
            same(
                    at,
                    "SELECT \"Id\", \"Customer\", \"At\", \"Total\", \"Note\" FROM \"Sales\".\"Order\" ORDER BY 1",
                    there,
                    "SELECT id, customer, at, total, note FROM old_sales.v_order ORDER BY 1");
            assertThat(there.column("SELECT attname FROM pg_attribute WHERE attrelid = 'old_sales.client'::regclass"
                            + " AND attnum > 0 ORDER BY attnum"))
                    .containsExactly("id", "full Name", "shown");
            assertThat(there.column(
                            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'old_sales' AND tablename = 'client'"))
                    .anyMatch(index -> index.contains("lower(\"full Name\") text_pattern_ops"))
                    .hasSize(2);
            assertThat(there.value("SELECT pg_get_partkeydef('old_sales.v_order'::regclass)"))
                    .isEqualTo("RANGE (at)");
            assertThat(there.value("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
                            + " AND conrelid = 'old_sales.v_order'::regclass"))
                    .isEqualTo("FOREIGN KEY (customer) REFERENCES old_sales.client(id) ON DELETE SET NULL");
            assertThat(there.value("SELECT col_description('old_sales.client'::regclass, 2)"))
                    .isEqualTo("who");
            assertThat(there.number("SELECT count(*) FROM pg_class WHERE relname LIKE '%tmp%' AND relkind = 'r'"))
                    .isZero();
            assertThat(task.finish("status").text())
                    .contains("by secret", "Hidden", "Customer_Secret_check", "about the column Secret");
            task.finish("clean").requireCode(0);
        }
    }

    private static void same(Sql at, String query, Sql there, String hereAs) throws Exception {
        List<String> rows = at.column("SELECT r::text FROM (" + query + ") AS r");
        assertThat(rows).isNotEmpty();
        assertThat(there.column("SELECT r::text FROM (" + hereAs + ") AS r")).isEqualTo(rows);
    }
}
