package io.syncline.cli.types;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.local.LocalTask;
import io.syncline.cli.types.TypeScript.Step;
import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tables of all types between two servers. What arrives is held against two things that do not know each other: the text that both ends print, and, bit for bit, the
 * rows of a schema {@code expected} at the destination that had the same statements.
 */
final class TypePair implements AutoCloseable {

    /** From here on a float prints in its shortest form (T45). */
    private static final int SHORTEST_FLOATS = 12;

    private static final int NO_PGOUTPUT = 9;

    private static final String TYPES = """
            CREATE TYPE public.mood AS ENUM ('so so', 'la,"la', '', 'it''s');
            CREATE TYPE public."Odd Type" AS ENUM ('a', 'b');
            CREATE DOMAIN public.short AS varchar(3);
            CREATE DOMAIN public.shorter AS public.short CHECK (length(VALUE) < 3);
            CREATE DOMAIN public.ints AS int[];
            CREATE DOMAIN public.amount AS numeric;
            CREATE TYPE public.floatrange AS RANGE (subtype = float8);
            CREATE TYPE public.pair AS (a int, b text);
            CREATE TYPE public.nest AS (p public.pair, n numeric[], m public.mood);
            CREATE TABLE public.anchor (id int PRIMARY KEY);
            CREATE TABLE public."An ""anchor" (id int PRIMARY KEY);
            CREATE TABLE public.swap (id int PRIMARY KEY, u int UNIQUE);
            INSERT INTO public.swap VALUES (1, 1), (2, 2);
            """;

    /** What a task does not make is there: extensions in a schema that is not chosen. */
    private static final String THERE = """
            CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION ltree SCHEMA ext;
            CREATE EXTENSION cube SCHEMA ext; CREATE EXTENSION seg SCHEMA ext; CREATE EXTENSION isn SCHEMA ext; CREATE EXTENSION lo SCHEMA ext;
            """;

    /** Net changes of these hit the unique value of one another, so that all of their transaction goes change by change. */
    private static final String COLLISION = """
            UPDATE public.swap SET u = NULL WHERE id = 1; UPDATE public.swap SET u = 3 - u WHERE id = 2;
            UPDATE public.swap SET u = (SELECT 3 - u FROM public.swap WHERE id = 2) WHERE id = 1;
            """;

    private final int sourceMajor;
    private final TestDatabase source;
    private final TestDatabase destination;
    private final LocalTask task;
    private final List<TypeTable> types;
    private final List<String> different = new ArrayList<>();

    TypePair(Path folder, String sourceVersion, String destinationVersion) {
        this.sourceMajor = major(sourceVersion);
        this.source = SharedPostgres.sourceDatabase(sourceVersion);
        this.destination = SharedPostgres.destinationDatabase(destinationVersion);
        this.task = LocalTask.of(folder, "types", source, destination, "public", "");
        this.types = TypeTable.of(Math.min(sourceMajor, major(destinationVersion)));
    }

    /** Makes the types' tables and copies them with a row for each literal in them. */
    void load() throws SQLException {
        try (Sql left = source.sql();
                Sql right = destination.sql()) {
            left.execute(THERE + TYPES);
            right.execute(THERE);
            create(left, "public");
            left.execute(statements("public", Step.INSERT, 1));
            if (sourceMajor <= NO_PGOUTPUT) {
                scripts("public", 1).forEach(script -> left.execute(script.wholeOldRows()));
            }
            task.catchUp();
            right.execute("CREATE SCHEMA expected");
            create(right, "expected");
            right.execute(statements("expected", Step.INSERT, 1));
        }
        look("load");
    }

    /** Does a step in one transaction, carries it, and looks at what arrived. */
    void carry(Step step, int copies) throws SQLException {
        write(statements("public", step, copies), statements("expected", step, copies));
        look(step + " of " + copies);
    }

    /** The same, change by change. */
    void carryOneByOne(Step step, int copies) throws SQLException {
        write(statements("public", step, copies) + COLLISION, statements("expected", step, copies));
        look(step + " one by one");
    }

    private void write(String script, String expected) {
        try (Sql left = source.sql();
                Sql right = destination.sql()) {
            left.execute("BEGIN;" + script + "COMMIT");
            task.catchUp();
            right.execute("BEGIN;" + expected + "COMMIT");
        }
    }

    /** All steps went well, of all types. */
    void requireNoDifference() {
        assertThat(different).isEmpty();
    }

    private void look(String what) throws SQLException {
        try (Sql right = destination.sql()) {
            for (TypeScript script : scripts("public", 1)) {
                for (String table : script.tables()) {
                    String rows = differing(right, table);
                    if (!rows.startsWith("0 of ")) {
                        different.add("bits after " + what + ": "
                                + script.table().type() + " in " + table + ", " + rows + " rows");
                    }
                }
            }
        }
        if (sourceMajor >= SHORTEST_FLOATS) {
            try (var left = source.connect();
                    var right = destination.connect()) {
                SqlDigest.differences(left, right, "public")
                        .forEach(table -> different.add("text after " + what + ": " + table));
            }
        }
    }

    /** Rows of both schemas in the order of their text, and how many pairs of them are not the same bits. */
    private static String differing(Sql right, String table) {
        return right.value("""
                SELECT count(*) FILTER (WHERE a.r IS NULL OR b.r IS NULL OR NOT (a.t *= b.t)) || ' of ' || count(*)
                  FROM (SELECT t, row_number() OVER (ORDER BY CAST(t AS text) COLLATE "C") AS r FROM public.%1$s t) a
                  FULL JOIN (SELECT t, row_number() OVER (ORDER BY CAST(t AS text) COLLATE "C") AS r FROM expected.%1$s t) b ON a.r = b.r""".formatted(table));
    }

    private void create(Sql sql, String schema) {
        scripts(schema, 1).forEach(script -> sql.execute(script.create()));
    }

    private String statements(String schema, Step step, int copies) {
        StringBuilder all = new StringBuilder();
        scripts(schema, copies).forEach(script -> all.append(script.of(step)));
        return all.toString();
    }

    /** @param copies rows for each type, and at least one for each literal */
    private List<TypeScript> scripts(String schema, int copies) {
        return IntStream.range(0, types.size())
                .mapToObj(number -> {
                    int literals = types.get(number).literals().size();
                    return new TypeScript(schema, number, types.get(number), 1 + (copies - 1) / literals);
                })
                .toList();
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("\\..*", ""));
    }

    @Override
    public void close() {
        source.close();
        destination.close();
    }
}
