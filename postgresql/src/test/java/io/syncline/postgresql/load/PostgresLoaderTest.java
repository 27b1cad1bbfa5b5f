package io.syncline.postgresql.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Loader.ChunkWrite;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a chunk's transaction keeps, and what it says when it keeps nothing. */
class PostgresLoaderTest {
    private static final String TABLE =
            "CREATE TABLE t (id int PRIMARY KEY, a varchar(5), \"b: c\" int CHECK (\"b: c\" < 100))";

    /** I2: rows and mark are one transaction, which is undone without commit. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void i2AChunkAndItsMarkCommitTogether(String version) {
        try (LinkFixture link = link(version);
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            try (ChunkWrite write = loader.begin(route, chunk(route, 0))) {
                write.write(page("1\ta\t\\N\n2\tb\t2\n"));
            }
            assertKept(link, 0, 0);
            write(loader, route, 0, "1\ta\t\\N\n2\tb\t2\n", 2);
            assertKept(link, 2, 1);
            write(loader, route, 1, "3\tc\t3\n", 1);
            assertKept(link, 3, 2);
        }
    }

    @Test
    void aChunkIsMarkedOnce() {
        try (LinkFixture link = link("18");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            write(loader, route, 0, "1\ta\t\\N\n", 1);
            assertFails(ErrorCode.INVARIANT_BROKEN, () -> write(loader, route, 0, "2\tb\t2\n", 1));
            assertFails(ErrorCode.INVARIANT_BROKEN, () -> write(loader, route, 7, "2\tb\t2\n", 1));
            assertKept(link, 1, 1);
        }
    }

    /** T48, at this end. */
    @Test
    void t48AnotherNumberOfRowsIsNotKept() {
        try (LinkFixture link = link("18");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            assertFails(ErrorCode.INVARIANT_BROKEN, () -> write(loader, route, 0, "1\ta\t\\N\n2\tb\t2\n", 3));
            assertKept(link, 0, 0);
        }
    }

    /** I1: a run may have died between "loaded" and "keyed"; what is emptied then is loaded again. */
    @Test
    void i1WhatIsEmptiedIsNotLoadedAnyMore() {
        try (LinkFixture link = link("18");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            write(loader, route, 0, "1\ta\t\\N\n", 1);
            loader.loaded(route);
            loader.restart(route);
            assertThat(link.destinationSql.value("SELECT status FROM syncline.table_load"))
                    .isEqualTo("PLANNED");
        }
    }

    /** I7, T20: the older epoch writes nothing, neither rows nor the emptying of a table. */
    @Test
    void t20AFencedLoaderWritesNothing() {
        try (LinkFixture link = link("18");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            write(loader, route, 0, "1\ta\t\\N\n", 1);
            Lease newer = link.ledger.acquire(link.lease.task(), "other", Duration.ZERO);
            assertThat(newer.epoch()).isGreaterThan(link.lease.epoch());
            assertFails(ErrorCode.FENCED, () -> loader.begin(route, chunk(route, 1)));
            assertFails(ErrorCode.FENCED, () -> loader.restart(route));
            assertKept(link, 1, 1);
        }
    }

    /** I4: the place is told, the value never, not even in a cause. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "12 | 2 | secret1 | 3     | VALUE_REJECTED      | line 2, column id:      ",
                "18 | 2 | secret1 | 3     | VALUE_REJECTED      | line 2, column a:       ",
                "18 | 2 | ok      | secret1 | VALUE_REJECTED    | line 2, column b: c:    ",
                "18 | 2 | ok      | 777   | VALUE_REJECTED      | line 2, constraint t_b: c_check:",
                "12 | 1 | ok      | 3     | CONFLICT_KEY_EXISTS | line 2, constraint t_pkey:",
                "18 | \\N | ok    | 3     | VALUE_REJECTED      | line 2, column id:      ",
                "15 | 2 | ok      |       | VALUE_REJECTED      | line 2, column b: c:    ",
            })
    void i4ARejectedRowIsToldByItsPlace(String version, String id, String a, String b, String code, String place) {
        try (LinkFixture link = link(version);
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            String key = place.contains("column id") && !id.equals("\\N") ? "secret1" : id;
            String line = key + "\t" + a + "\t" + (b == null ? "" : b) + "\n";
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> write(loader, route, 0, "1\ta\t\\N\n" + line, 2))
                    .withMessageContaining("table public.t, chunk 0, " + place.strip())
                    .satisfies(e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.valueOf(code));
                        StringWriter trace = new StringWriter();
                        e.printStackTrace(new PrintWriter(trace));
                        assertThat(trace.toString()).doesNotContain("secret1", "777");
                    });
            assertKept(link, 0, 0);
            write(loader, route, 0, "1\ta\t\\N\n", 1);
            assertKept(link, 1, 1);
        }
    }

    /** COPY takes no line of 1 GiB; nothing of it is sent. */
    @Test
    void aLineThatNoServerTakesIsNotSent() {
        try (LinkFixture link = link("18");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            assertFails(ErrorCode.ROW_TOO_LARGE, () -> {
                try (ChunkWrite write = loader.begin(route, chunk(route, 0))) {
                    write.write(new CopyPage(new byte[0], 1 << 30, 1));
                }
            });
            assertKept(link, 0, 0);
        }
    }

    @Test
    void aTableThatIsGoneIsTheDestinationsFault() {
        try (LinkFixture link = link("18");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            link.destinationSql.execute("DROP TABLE t");
            assertFails(ErrorCode.DESTINATION_SCHEMA, () -> loader.begin(route, chunk(route, 0)));
        }
    }

    /** T2: the superuser's loader fires no trigger; T4: a restart empties the table and forgets the plan. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t4ARestartEmptiesTheTableAndForgetsThePlan(String version) {
        try (LinkFixture link = link(version);
                PostgresLoader loader = link.loader()) {
            link.destinationSql.execute("""
                    CREATE TABLE audit (id int);
                    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.audit VALUES (1); RETURN NEW; END $$;
                    CREATE TRIGGER note AFTER INSERT OR DELETE OR TRUNCATE ON t EXECUTE FUNCTION note();
                    """);
            TableRoute route = planned(link);
            link.destinationSql.execute(
                    "CREATE TABLE child () INHERITS (t); INSERT INTO child VALUES (99, 'child', 1)");
            write(loader, route, 0, "1\ta\t\\N\n", 1);
            loader.restart(route);

            assertThat(link.destinationSql.number("SELECT count(*) FROM ONLY t"))
                    .isZero();
            assertThat(link.destinationSql.number("SELECT count(*) FROM child")).isOne();
            assertThat(link.destinationSql.number("SELECT count(*) FROM audit")).isZero();
            assertThat(link.destinationSql.number("SELECT count(*) FROM syncline.chunk"))
                    .isZero();
            plan(link, route);
            write(loader, route, 0, "1\ta\t\\N\n", 1);
            assertKept(link, 1, 1);
        }
    }

    /** TRUNCATE is refused where another table refers to this one, and to roles without the right. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void aRestartWithoutTruncateDeletes(String version) {
        try (LinkFixture link = link(version)) {
            String role = "writer_" + link.destination.name();
            link.destinationSql.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'writer';"
                    + " GRANT SELECT, INSERT, DELETE ON t TO " + role + "; GRANT USAGE ON SCHEMA syncline TO " + role
                    + "; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA syncline TO " + role);
            try (Sessions sessions = LinkFixture.sessions(
                            Side.DESTINATION,
                            link.destination,
                            link.destination.server().port(),
                            role,
                            "writer");
                    PostgresLoader poor = new PostgresLoader(
                            sessions, link.lease, LinkFixture.LEDGER, FormerRows.GONE, CrashMarks.NONE);
                    PostgresLoader rich = link.loader()) {
                TableRoute route = planned(link);
                write(poor, route, 0, "1\ta\t\\N\n", 1);
                poor.restart(route);
                assertThat(link.destinationSql.number("SELECT count(*) FROM t")).isZero();

                link.destinationSql.execute("CREATE TABLE refers (id int REFERENCES t)");
                planned(link);
                write(rich, route, 0, "1\ta\t\\N\n", 1);
                rich.restart(route);
                assertThat(link.destinationSql.number("SELECT count(*) FROM t")).isZero();
            } finally {
                link.destinationSql.execute("DROP OWNED BY " + role + "; DROP ROLE " + role);
            }
        }
    }

    private static LinkFixture link(String version) {
        return new LinkFixture("18", version).everywhere(TABLE);
    }

    /** A plan of two chunks. */
    private static TableRoute planned(LinkFixture link) {
        TableRoute route = link.route("public", "t");
        plan(link, route);
        return route;
    }

    private static void plan(LinkFixture link, TableRoute route) {
        link.ledger.plan(
                link.lease,
                new TableEntry(
                        route.source().table(),
                        route.destination().table(),
                        route.source().version(),
                        "",
                        LoadStatus.PLANNED,
                        null,
                        null,
                        List.of(new ChunkEntry(chunk(route, 0), null), new ChunkEntry(chunk(route, 1), null))));
    }

    private static Chunk chunk(TableRoute route, int ordinal) {
        return new Chunk(route.source().table(), ordinal, new Chunk.Whole());
    }

    private static void write(PostgresLoader loader, TableRoute route, int ordinal, String lines, long rows) {
        try (ChunkWrite write = loader.begin(route, chunk(route, ordinal))) {
            CopyPage page = page(lines);
            write.write(page);
            write.commit(rows, page.length(), Positions.NONE);
        }
    }

    private static CopyPage page(String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return new CopyPage(bytes, bytes.length, (int) lines.lines().count());
    }

    private static void assertKept(LinkFixture link, long rows, long chunks) {
        assertThat(link.destinationSql.number("SELECT count(*) FROM ONLY t")).isEqualTo(rows);
        assertThat(link.chunksDone()).isEqualTo(chunks);
    }

    private static void assertFails(ErrorCode code, Runnable work) {
        assertThatExceptionOfType(SyncException.class)
                .isThrownBy(work::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
