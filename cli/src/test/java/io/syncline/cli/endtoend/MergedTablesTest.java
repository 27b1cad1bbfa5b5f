package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Source tables that become one, loaded and followed over kills: it is one UNION over the source's. */
class MergedTablesTest {

    private static final String SMALL =
            "tuning: {chunkSize: 1MB, loadWorkers: 2, batchRows: 50, batchSize: 1MB, queueSize: 4MB}";

    private static final List<String> SCHEMAS = List.of("north", "south", "archive");

    /** The archive's rows are neither filtered nor masked, so that they are copied the short way. */
    private static final String OBJECTS = """
            [{table: "*.sale", to: reporting.sale, merge: origin, filter: "amount >= 0", compute: {email: "md5(email)"}},
             {table: archive.sale, to: reporting.sale, merge: origin},
             {table: "*.event", to: reporting.event, merge: origin},
             {table: "*.client", to: reporting.client, merge: disjoint}]""";

    @Test
    void isOneUnionOverKills(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            create(sql);
            TaskUnderTest task = task(folder, source, destination, OBJECTS).with(SMALL);
            assertThat(task.finish("precheck").requireCode(0).text())
                    .contains("3 of them are merged into reporting.sale", "No two of the merged tables");
            try (RunningProcess run =
                    task.command("run").crashAt("CHUNK_COMMITTED", 3).start()) {
                run.awaitExit(TaskUnderTest.LIMIT);
            }
            change(sql, 1);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                change(sql, 2);
                moveBetweenTables(sql, 2);
                task.finish("compare").requireCode(0);
                change(sql, 3);
                run.kill();
            }
            sql.execute("TRUNCATE south.event, south.sale; INSERT INTO south.event VALUES (1, 'after')");
            change(sql, 4);
            moveBetweenTables(sql, 4);
            task.finish("run", "--until", "caught-up").requireCode(0);

            requireSame(source, sql, there);
            assertThat(there.column("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p'"
                            + " AND conrelid IN ('reporting.sale'::regclass, 'reporting.client'::regclass) ORDER BY 1"))
                    .containsExactly("PRIMARY KEY (id)", "PRIMARY KEY (id, __dts_data_source)");
            assertThat(task.finish("status").requireCode(0).text())
                    .contains("3 tables into reporting.sale", "need not hold for the rows of all tables");
            task.finish("compare").requireCode(0);
            // Rows of others are none of the task's.
            there.execute("INSERT INTO reporting.event VALUES (1, 'foreign', 'another task')");
            task.finish("compare").requireCode(0);
            there.execute(
                    "UPDATE reporting.sale SET __dts_data_source = 'nobody' WHERE (id, __dts_data_source) ="
                            + " (SELECT id, __dts_data_source FROM reporting.sale WHERE __dts_data_source LIKE '%archive%' LIMIT 1)");
            assertThat(task.finish("compare").requireCode(5).text()).contains("archive.sale");
            assertThat(task(
                                    folder,
                                    source,
                                    destination,
                                    OBJECTS.replace("client, merge: disjoint", "client, merge: origin"))
                            .with(SMALL)
                            .finish("run", "--until", "caught-up")
                            .requireCode(2)
                            .text())
                    .contains("TASK_CHANGED", "merge was edited for");
            task(folder, source, destination, OBJECTS).finish("clean").requireCode(0);
        }
    }

    /** Rows are compared and read again table by table. */
    @Test
    @Tag("slow")
    void isOneUnionAfterHeal(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            create(sql);
            TaskUnderTest task = task(folder, source, destination, OBJECTS).with(SMALL);
            task.finish("run", "--until", "caught-up").requireCode(0);
            sql.execute(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()");
            change(sql, 1);
            sql.execute("TRUNCATE south.event, south.sale");
            task.finish("heal").requireCode(0);
            change(sql, 2);
            task.finish("run", "--until", "caught-up").requireCode(0);

            requireSame(source, sql, there);
            task.finish("compare").requireCode(0);
            task.finish("clean").requireCode(0);
        }
    }

    /** Large notes lie outside of the row, so that the log calls them unchanged. */
    private static void create(Sql sql) {
        for (String schema : SCHEMAS) {
            sql.execute("""
                    CREATE SCHEMA %1$s;
                    CREATE TABLE %1$s.sale (id int PRIMARY KEY, client int NOT NULL, email text,
                                            amount numeric(12, 2) NOT NULL CHECK (amount > -10000), note text);
                    ALTER TABLE %1$s.sale ALTER note SET STORAGE EXTERNAL;
                    CREATE INDEX ON %1$s.sale (client);
                    CREATE TABLE %1$s.event (client int, kind text);
                    CREATE TABLE %1$s.client (id int PRIMARY KEY, name text UNIQUE);
                    INSERT INTO %1$s.sale SELECT i, i %% 90, 'm' || i || '@%1$s.org', (i * 37) %% 5000 - 800,
                                                 CASE WHEN i %% 2 = 0 THEN repeat(md5('%1$s' || i), 100) END
                      FROM generate_series(1, 1000) AS i;
                    INSERT INTO %1$s.event SELECT i %% 40, 'kind ' || i %% 5 FROM generate_series(1, 400) AS i;
                    INSERT INTO %1$s.client SELECT 3 * i + %2$d, 'c' || i FROM generate_series(1, 500) AS i""".formatted(schema, SCHEMAS.indexOf(schema)));
        }
    }

    /** Each statement is a transaction, but for those in a block. */
    private static void change(Sql sql, int round) {
        int from = 200 * (round - 1);
        for (String schema : SCHEMAS) {
            sql.execute("""
                    BEGIN;
                    UPDATE %1$s.sale SET amount = -amount WHERE id BETWEEN %2$d AND %2$d + 20;
                    UPDATE %1$s.sale SET email = 'new' || id WHERE id BETWEEN %2$d + 15 AND %2$d + 40;
                    UPDATE %1$s.sale SET id = id + 10000 * %3$d WHERE id BETWEEN %2$d + 41 AND %2$d + 60;
                    DELETE FROM %1$s.sale WHERE id BETWEEN %2$d + 61 AND %2$d + 70;
                    INSERT INTO %1$s.sale SELECT i, i, NULL, i, 'again' FROM generate_series(%2$d + 61, %2$d + 65) AS i;
                    COMMIT""".formatted(schema, from, round));
            sql.execute("UPDATE %s.event SET kind = kind || '!' WHERE client = %d".formatted(schema, round));
            sql.execute("DELETE FROM %s.event WHERE client = %d".formatted(schema, round + 20));
            sql.execute("UPDATE %s.client SET name = name || '!' WHERE id BETWEEN %d AND %d"
                    .formatted(schema, 300 * round, 300 * round + 60));
            sql.execute("DELETE FROM %s.client WHERE id BETWEEN %d AND %d"
                    .formatted(schema, 300 * round + 61, 300 * round + 70));
        }
    }

    /** With their keys, which no two tables have at once: applied table by table the INSERT would find the other row. */
    private static void moveBetweenTables(Sql sql, int round) {
        sql.execute("""
                WITH gone AS (DELETE FROM south.client WHERE id BETWEEN %1$d AND %2$d RETURNING id)
                INSERT INTO north.client SELECT id, 'moved ' || id FROM gone""".formatted(300 * round + 100, 300 * round + 120));
        sql.execute("""
                WITH gone AS (DELETE FROM north.client WHERE id BETWEEN %1$d AND %2$d RETURNING id)
                INSERT INTO south.client SELECT id, 'moved ' || id FROM gone""".formatted(300 * round + 130, 300 * round + 150));
    }

    private static void requireSame(TestDatabase source, Sql sql, Sql there) {
        String origin = "'" + there.value("SELECT id FROM syncline.task") + ":" + source.name() + ".";
        assertThat(there.rows(
                        "SELECT __dts_data_source, id, client, email, amount, note FROM reporting.sale ORDER BY 1, 2"))
                .isEqualTo(sql.rows("""
                        SELECT %1$snorth.sale', id, client, md5(email), amount, note FROM north.sale WHERE amount >= 0
                        UNION ALL SELECT %1$ssouth.sale', id, client, md5(email), amount, note FROM south.sale WHERE amount >= 0
                        UNION ALL SELECT %1$sarchive.sale', id, client, email, amount, note FROM archive.sale ORDER BY 1, 2""".formatted(origin)));
        assertThat(there.rows("SELECT __dts_data_source, client, kind FROM reporting.event ORDER BY 1, 2, 3"))
                .isEqualTo(sql.rows("""
                        SELECT %1$snorth.event', client, kind FROM north.event
                        UNION ALL SELECT %1$ssouth.event', client, kind FROM south.event
                        UNION ALL SELECT %1$sarchive.event', client, kind FROM archive.event ORDER BY 1, 2, 3""".formatted(origin)));
        assertThat(there.rows("SELECT id, name, __dts_data_source FROM reporting.client ORDER BY 1"))
                .isEqualTo(sql.rows("""
                        SELECT id, name, %1$snorth.client' FROM north.client
                        UNION ALL SELECT id, name, %1$ssouth.client' FROM south.client
                        UNION ALL SELECT id, name, %1$sarchive.client' FROM archive.client ORDER BY 1""".formatted(origin)));
    }

    @Test
    void refusesTablesThatAreNotAlikeOrShareKeys(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("15");
                Sql sql = source.sql();
                Sql there = destination.sql()) {
            sql.execute("""
                    CREATE SCHEMA a; CREATE SCHEMA b;
                    CREATE TABLE a.t (id int PRIMARY KEY, v text); CREATE TABLE b.t (id int PRIMARY KEY, v varchar(9), w int);
                    CREATE TABLE a.k (id int PRIMARY KEY, v text); CREATE TABLE b.k (id int PRIMARY KEY, v text);
                    INSERT INTO a.k SELECT i, 'secret' FROM generate_series(1, 9) AS i;
                    INSERT INTO b.k SELECT i, 'secret' FROM generate_series(7, 20) AS i""");
            assertThat(refused(folder, source, destination, "[{table: a.k, to: b.k}, b.k]", "objects"))
                    .contains("a.k and b.k would both go to b.k");
            assertThat(refused(
                            folder,
                            source,
                            destination,
                            "[{table: a.k, merge: origin, to: b.k}, {table: b.k, merge: disjoint}]",
                            "objects"))
                    .contains("do not say the same of merge");
            assertThat(refused(folder, source, destination, "[{table: '*.t', to: c.t, merge: origin}]", "objects"))
                    .contains(
                            "a.t and b.t are merged into c.t and are not alike",
                            "column v is text and character varying(9)",
                            "column w is missing and integer");
            assertThat(refused(
                            folder,
                            source,
                            destination,
                            "[{table: '*.k', to: c.k, merge: disjoint}]",
                            "source-merged-keys"))
                    .contains("3 keys of 2 tables that become c.k")
                    .doesNotContain("secret");

            there.execute("CREATE SCHEMA c; CREATE TABLE c.k (id int, v text, PRIMARY KEY (id))");
            TaskUnderTest existing = task(folder, source, destination, "[{table: '*.k', to: c.k, merge: origin}]")
                    .stages("[full, incremental]");
            TaskUnderTest.Outcome missing = existing.finish("precheck").requireCode(3);
            assertThat(missing.failedItems()).contains("objects");
            there.execute(missing.remedy("objects"));
            TaskUnderTest.Outcome unkeyed = existing.finish("precheck").requireCode(3);
            assertThat(unkeyed.failedItems()).containsExactly("destination-keys");
            there.execute("ALTER TABLE c.k DROP CONSTRAINT k_pkey").execute(unkeyed.remedy("destination-keys"));
            existing.finish("precheck").requireCode(0);
        }
    }

    private static String refused(
            Path folder, TestDatabase source, TestDatabase destination, String objects, String item) {
        TaskUnderTest.Outcome outcome =
                task(folder, source, destination, objects).finish("precheck").requireCode(3);
        assertThat(outcome.failedItems()).as(outcome.text()).containsExactly(item);
        return outcome.text();
    }

    private static TaskUnderTest task(Path folder, TestDatabase source, TestDatabase destination, String objects) {
        return new TaskUnderTest(folder, source, destination)
                .edited(text -> text.replace("[\"public.*\"]", objects.replace("\n", " ")));
    }
}
