package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schema stage's statements are written into files, changed by hand, and run as they are then. */
class SchemaFilesTest {

    private static final String SCHEMA = """
            CREATE TABLE place (id int PRIMARY KEY, name text, code int);
            CREATE INDEX place_name ON place (name);
            CREATE INDEX place_code ON place (code);
            CREATE TABLE visit (id int PRIMARY KEY, place int REFERENCES place, day date NOT NULL);
            CREATE FUNCTION noticed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name = 'ours'; RETURN NEW; END $$;
            CREATE TRIGGER noticing BEFORE INSERT OR UPDATE ON place FOR EACH ROW EXECUTE FUNCTION noticed();
            ALTER TABLE place DISABLE TRIGGER noticing;
            INSERT INTO place SELECT i, 'place ' || i, i % 7 FROM generate_series(1, 300) AS i;
            INSERT INTO visit SELECT i, 1 + i % 300, date '2026-01-01' + i FROM generate_series(1, 500) AS i;
            ALTER TABLE place ENABLE TRIGGER noticing""";

    /** With partitions and a column of its own, which the source knows nothing of. */
    private static final String VISIT = """
            CREATE TABLE public.visit (id bigint, place int, day date NOT NULL, noted timestamptz DEFAULT now())
              PARTITION BY HASH (id); -- by hand
            CREATE TABLE public.visit_0 PARTITION OF public.visit FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE public.visit_1 PARTITION OF public.visit FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            """;

    private TestDatabase source;
    private TestDatabase destination;
    private Sql at;
    private Sql there;
    private Path files;
    private TaskUnderTest task;

    @BeforeEach
    void begin(@TempDir Path folder) {
        source = SharedPostgres.sourceDatabase("17");
        destination = SharedPostgres.destinationDatabase("17");
        at = source.sql();
        there = destination.sql();
        at.execute(SCHEMA);
        files = folder.resolve("sql");
        task = new TaskUnderTest(folder, source, destination);
        assertThat(task.finish("explain", "--sql", files.toString())
                        .requireCode(0)
                        .text())
                .contains("Written: " + files.resolve("1-before-load.sql"), "3-indexes.sql", "5-dependents.sql");
        task.with("schemaFiles: sql");
    }

    @AfterEach
    void end() {
        at.close();
        there.close();
        source.close();
        destination.close();
    }

    @Test
    void runsWhatTheFilesSay() throws IOException {
        replace("1-before-load.sql", "table \"public\".\"visit\"", VISIT);
        replace("3-indexes.sql", "index \"public\".\"place\".\"place_code\"", "-- not needed here\n");
        replace(
                "3-indexes.sql",
                "index \"public\".\"place\".\"place_name\"",
                "CREATE INDEX place_name ON public.place (lower(name) text_pattern_ops)\n");
        replace(
                "5-dependents.sql",
                "trigger \"public\".\"place\".\"noticing\"",
                "CREATE TRIGGER noticing BEFORE INSERT ON public.place FOR EACH ROW EXECUTE FUNCTION public.noticed();"
                        + " ALTER TABLE public.place ENABLE ALWAYS TRIGGER noticing -- no more");

        assertThat(task.finish("precheck").requireCode(0).text()).contains("Schema files", "leave out 1");
        task.finish("run", "--until", "caught-up").requireCode(0);
        assertThat(there.value("SELECT string_agg(indexdef, '; ' ORDER BY indexname) FROM pg_indexes"
                        + " WHERE tablename = 'place' AND indexname <> 'place_pkey'"))
                .contains("lower(name) text_pattern_ops")
                .doesNotContain("place_code");
        assertThat(there.value("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'noticing'"))
                .contains("BEFORE INSERT ON");
        assertThat(task.finish("status").requireCode(0).text())
                .contains("index public.place.place_code: the schema files leave it out");

        at.execute(
                "UPDATE visit SET id = id + 1000, day = day + 1 WHERE id % 3 = 0; DELETE FROM visit WHERE id = 1;"
                        + " ALTER TABLE place DISABLE TRIGGER noticing; INSERT INTO place VALUES (400, 'late', 1); INSERT INTO visit VALUES (9000, 400, '2026-11-27')");
        task.finish("run", "--until", "caught-up").requireCode(0);
        task.finish("compare").requireCode(0);
        assertThat(there.value("SELECT count(*) || ' ' || count(noted) || ' ' || count(DISTINCT tableoid) FROM visit"))
                .isEqualTo("500 500 2");
        assertThat(there.value("SELECT name FROM place WHERE id = 400"))
                .as("whatever the file says of when the destination's trigger fires")
                .isEqualTo("late");
        task.finish("clean", "--drop-tables", destination.name()).requireCode(0);
        assertThat(there.value("SELECT count(*) FROM pg_class WHERE relname LIKE 'visit%'"))
                .isEqualTo("0");
    }

    @Test
    void isRefusedWhereRowsWouldHaveNoPlace() throws IOException {
        replace("1-before-load.sql", "table \"public\".\"place\"", "");
        assertThat(task.finish("precheck").requireCode(3).text())
                .contains("leave out what rows cannot do without: table \"public\".\"place\"");

        replace("1-before-load.sql", "table \"public\".\"place\"", "CREATE TABLE public.places (id int)");
        assertThat(task.finish("run", "--until", "caught-up").requireCode(4).text())
                .contains("the schema files for the table public.place ran, and there is no such object");
        assertThat(there.value("SELECT to_regclass('public.places') IS NULL")).isEqualTo("t");
    }

    @Test
    void filesThatMayHoldChangesStay() {
        assertThat(task.finish("explain", "--sql", files.toString())
                        .requireCode(2)
                        .text())
                .contains("1-before-load.sql is there already");
    }

    private void replace(String file, String object, String sql) throws IOException {
        String text = Files.readString(files.resolve(file));
        String begin = "-- object: " + object + "\n";
        int from = text.indexOf(begin);
        assertThat(from).as(object + " in " + text).isNotNegative();
        int to = text.indexOf("-- object: ", from + begin.length());
        String rest = to < 0 ? "" : text.substring(to);
        Files.writeString(files.resolve(file), text.substring(0, from) + begin + sql + "\n" + rest);
    }
}
