package io.syncline.postgresql.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Loader.ChunkWrite;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.NamedCheck;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.api.task.BadValues;
import io.syncline.postgresql.session.Lsn;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.postgres.Sql;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A table is loaded anew aside: its readers see what it held, then all of the new rows, and nothing between (docs/design/joining.md). */
class ShadowLoadTest {

    private static final String SHADOWS =
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'syncline'::regnamespace AND relname LIKE 'shadow\\_%'";

    @ParameterizedTest
    @ValueSource(strings = {"9.6", "18"})
    void rowsTakeThePlaceOfTheFormerOnesAtOnce(String version) {
        try (LinkFixture link = link(version, "CREATE TABLE t (id int PRIMARY KEY, v text, n numeric, u int UNIQUE)");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute(
                    "INSERT INTO t VALUES (1, 'same', 1.0, 10), (2, 'other', 1, 20), (3, 'gone', 1, 30), (4, 'swaps', 1, 40), (5, 'swaps', 1.0, 50);"
                            + "CREATE VIEW seen AS SELECT * FROM t; CREATE TABLE child (t int REFERENCES t); INSERT INTO child VALUES (2)");
            String kept = link.destinationSql.value("SELECT ctid FROM t WHERE id = 1");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "1\tsame\t1.0\t10\n2\tnew\t1\t20\n4\tswaps\t1\t50\n");
            assertThat(link.destinationSql.column("SELECT v FROM seen ORDER BY id"))
                    .containsExactly("same", "other", "gone", "swaps", "swaps");
            write(loader, route, 1, "5\tswaps\t1.00\t40\n6\t\\N\t0\t60\n");
            loader.loaded(route);
            assertThat(link.destinationSql.rows("SELECT * FROM seen ORDER BY id"))
                    .containsExactly(
                            List.of("1", "same", "1.0", "10"),
                            List.of("2", "new", "1", "20"),
                            List.of("4", "swaps", "1", "50"),
                            List.of("5", "swaps", "1.00", "40"),
                            Arrays.asList("6", null, "0", "60"));
            assertThat(link.destinationSql.value("SELECT ctid FROM t WHERE id = 1"))
                    .as("a row that was right stays where it is")
                    .isEqualTo(kept);
            assertThat(status(link)).isEqualTo(LoadStatus.LOADED);
            assertThat(link.destinationSql.value(SHADOWS)).isEqualTo("0");
            loader.loaded(route);
            assertThat(link.destinationSql.value("SELECT count(*) FROM t")).isEqualTo("5");
        }
    }

    /** Nothing tells rows without a key apart, and rows of a table that lost its key's index need not be one for each key. */
    @Test
    void withoutAKeyAllRowsAreWrittenAnew() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE k (v json)");
                PostgresLoader loader = aside(link, Map.of())) {
            TableRoute keyed = link.route("public", "t");
            TableRoute keyless = link.route("public", "k");
            link.destinationSql.execute("ALTER TABLE t DROP CONSTRAINT t_pkey; INSERT INTO t VALUES (1, 'a'), (1, 'a');"
                    + "INSERT INTO k VALUES ('1'), ('1'), ('2')");
            begin(link, loader, keyed);
            begin(link, loader, keyless);
            write(loader, keyed, 0, "1\ta\n2\tb\n");
            write(loader, keyless, 0, "1\n3\n");
            loader.loaded(keyed);
            loader.loaded(keyless);
            assertThat(link.destinationSql.column("SELECT id FROM t ORDER BY id"))
                    .containsExactly("1", "2");
            assertThat(link.destinationSql.column("SELECT v FROM k ORDER BY v::text"))
                    .containsExactly("1", "3");
        }
    }

    /** A column that is written no more keeps nothing of what it held. */
    @Test
    void aColumnThatIsNotWrittenGetsItsDefault() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text)");
                PostgresLoader loader = aside(link, Map.of())) {
            TableRoute route = link.route("public", "t");
            link.destinationSql.execute(
                    "ALTER TABLE t ADD COLUMN former text DEFAULT 'd'; INSERT INTO t VALUES (1, 'a', 'old')");
            begin(link, loader, route);
            write(loader, route, 0, "1\ta\n");
            loader.loaded(route);
            assertThat(link.destinationSql.rows("SELECT * FROM t")).containsExactly(List.of("1", "a", "d"));
        }
    }

    /** Columns that must not be null come with the rows that have values for them. */
    @ParameterizedTest
    @ValueSource(strings = {"9.6", "15"})
    void columnsThatTheTableLacksComeWithTheRows(String version) {
        try (LinkFixture link = link(version, "CREATE TABLE t (id int PRIMARY KEY, v text)")) {
            TableRoute before = link.route("public", "t");
            link.sourceSql.execute("ALTER TABLE t ADD COLUMN n int NOT NULL DEFAULT 7 CHECK (n > 0)");
            TableSchema altered = link.sourceTable("public", "t");
            link.destinationSql.execute("INSERT INTO t VALUES (1, 'a')");
            TableId name = new TableId(link.destination.name(), "public", "t");
            Table definition = new Table(
                    name,
                    List.of(
                            column("id", "integer", true, null),
                            column("v", "text", false, null),
                            column("n", "integer", true, "7")),
                    List.of(new NamedCheck("t_n_check", "CHECK ((n > 0))")),
                    false,
                    List.of(),
                    Partitioning.NONE,
                    Layout.UNSAID);
            try (PostgresLoader loader = aside(link, Map.of(name, definition))) {
                TableRoute route = new TableRoute(
                        altered,
                        new TableSchema(
                                name, 0, altered.columns(), before.destination().key()),
                        List.of(0, 1, 2));
                begin(link, loader, route);
                assertThatExceptionOfType(SyncException.class)
                        .as("what the new column refuses is told where it is written")
                        .isThrownBy(() -> write(loader, route, 0, "1\ta\t0\n"))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_REJECTED));
                write(loader, route, 0, "1\ta\t3\n");
                assertThat(link.destinationSql.rows("SELECT * FROM t")).containsExactly(List.of("1", "a"));
                loader.loaded(route);
                assertThat(link.destinationSql.rows("SELECT * FROM t")).containsExactly(List.of("1", "a", "3"));
                link.destinationSql.execute("INSERT INTO t VALUES (2, 'b')");
                assertThat(link.destinationSql.value("SELECT n FROM t WHERE id = 2"))
                        .isEqualTo("7");
            }
        }
    }

    /** T32: rows of other source tables stay what they are. */
    @Test
    void t32RowsOfOtherOriginStay() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text)");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute("ALTER TABLE t ADD COLUMN __dts_data_source text;"
                    + "INSERT INTO t VALUES (1, 'a', 'one'), (2, 'b', 'one'), (3, 'c', 'two')");
            TableRoute plain = link.route("public", "t");
            TableRoute route = new TableRoute(
                    plain.source(), plain.destination(), plain.sourceColumns(), null, new Origin("one", false));
            begin(link, loader, route);
            write(loader, route, 0, "1\ta\n4\td\n");
            loader.loaded(route);
            assertThat(link.destinationSql.rows("SELECT * FROM t ORDER BY id"))
                    .containsExactly(List.of("1", "a", "one"), List.of("3", "c", "two"), List.of("4", "d", "one"));
        }
    }

    /** Keys whose type has its = in another schema, and a CHECK that is about the whole row, which no other table can have. */
    @Test
    void oddKeysAndChecksAreNoHindrance() {
        try (LinkFixture link = link(
                        "15",
                        "CREATE SCHEMA ext; CREATE EXTENSION ltree SCHEMA ext;"
                                + "CREATE TABLE t (id ext.ltree PRIMARY KEY, v text); ALTER TABLE t ADD CHECK (t IS NOT NULL)");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute("INSERT INTO t VALUES ('a.b', 'same'), ('a.c', 'gone')");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "a.b\tsame\na.d\tnew\n");
            loader.loaded(route);
            assertThat(link.destinationSql.column("SELECT v FROM t ORDER BY v")).containsExactly("new", "same");
        }
    }

    /** Who reads the shadow, as pg_dump does, hinders neither the rows nor the task; it goes when nobody does any more. */
    @Test
    void readersOfTheShadowHinderNothing() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text)");
                PostgresLoader loader = aside(link, Map.of());
                Sql reader = link.destination.sql()) {
            link.destinationSql.execute("INSERT INTO t VALUES (1, 'a')");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "2\tb\n");
            reader.execute("BEGIN; LOCK TABLE syncline."
                    + link.destinationSql.value("SELECT relname FROM pg_class WHERE relname LIKE 'shadow%'")
                    + " IN ACCESS SHARE MODE; LOCK TABLE t IN ACCESS SHARE MODE");
            loader.loaded(route);
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("2");
            link.destinationSql.execute("INSERT INTO t VALUES (3, 'follows')");
            loader.loaded(route);
            assertThat(link.destinationSql.column("SELECT id FROM t ORDER BY id"))
                    .as("what came behind the load stays")
                    .containsExactly("2", "3");
            assertThat(loader.discard()).hasSize(1);
            reader.execute("COMMIT");
            assertThat(loader.discard()).isEmpty();
            assertThat(link.destinationSql.value(SHADOWS)).isEqualTo("0");
        }
    }

    /** A lock that is held for longer than one try lasts costs time, not the load. */
    @Test
    void aLockedTableIsWaitedFor() throws Exception {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text)");
                PostgresLoader loader = aside(link, Map.of());
                Sql writer = link.destination.sql();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            link.destinationSql.execute("INSERT INTO t VALUES (1, 'a')");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "2\tb\n");
            writer.execute("BEGIN; LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE");
            Future<?> loaded = other.submit(() -> loader.loaded(route));
            String waits = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";
            Set<String> tries = new HashSet<>();
            Await.until("a second try", Duration.ofSeconds(60), () -> {
                tries.addAll(link.destinationSql.column(waits));
                return tries.size() > 1;
            });
            writer.execute("COMMIT");
            loaded.get();
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("2");
        }
    }

    /** Where refused values are singled out, partitions may refuse what a shadow takes: such a table is loaded in place. */
    @Test
    void aPartitionedTableWhoseRefusedValuesAreSingledOutIsEmptiedFirst() {
        try (LinkFixture link = link(
                        "15",
                        "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)");
                PostgresLoader loader = new PostgresLoader(
                        link.destinationSessions,
                        link.lease,
                        LinkFixture.LEDGER,
                        new FormerRows.Replaced(Map.of(), true, false),
                        CrashMarks.NONE)) {
            link.destinationSql.execute("INSERT INTO t VALUES (1, 'a')");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            assertThat(link.destinationSql.value("SELECT count(*) FROM t")).isEqualTo("0");
            write(loader, route, 0, "2\tb\n");
            loader.loaded(route);
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("2");
        }
    }

    /** A table that is refreshed is never seen in part: also one without rows, and one whose partitions may refuse a row. The moment of its rows comes with them, and with no others. */
    @Test
    void aRefreshedTableIsNeverSeenInPart() {
        try (LinkFixture link = link(
                        "15",
                        "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)");
                PostgresLoader loader = new PostgresLoader(
                        link.destinationSessions,
                        link.lease,
                        LinkFixture.LEDGER,
                        new FormerRows.Replaced(Map.of(), true, true),
                        CrashMarks.NONE)) {
            TableRoute route = link.route("public", "t");
            Instant moment = Instant.parse("2030-01-01T00:00:00Z");
            begin(link, loader, route);
            write(loader, route, 0, "1\ta\n");
            assertThat(link.destinationSql.column("SELECT id FROM t")).isEmpty();
            loader.loaded(route, moment);
            loader.loaded(route, moment.plusSeconds(1));
            begin(link, loader, route);
            write(loader, route, 0, "2\tb\n");
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("1");
            loader.loaded(route, moment.plusSeconds(60));
            begin(link, loader, route);
            write(loader, route, 0, "3\tc\n10\tno partition takes it\n");
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> loader.loaded(route, moment.plusSeconds(120)))
                    .satisfies(e -> assertThat(e.isLasting()).isTrue());
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("2");
            assertThat(link.ledger.refreshed(link.lease.task()))
                    .containsExactly(Map.entry(route.source().table(), moment.plusSeconds(60)));
        }
    }

    /** Kinds of columns that INSERT treats otherwise than COPY does. */
    @Test
    void columnsOfTheServersOwnAreCarriedAlike() {
        try (LinkFixture link = link(
                        "18",
                        "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v int, twice int GENERATED ALWAYS AS (v * 2) STORED NOT NULL)"
                                + " PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);"
                                + "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20)");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute("INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (5, 1), (6, 2)");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "5\t1\n15\t3\n");
            loader.loaded(route);
            assertThat(link.destinationSql.rows("SELECT * FROM t ORDER BY id"))
                    .containsExactly(List.of("5", "1", "2"), List.of("15", "3", "6"));
        }
    }

    /** What the destination refuses is noted under the table's own name. */
    @Test
    void refusedValuesAreNotedUnderTheTablesName() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v varchar(3))");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute("INSERT INTO t VALUES (1, 'a')");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            try (ChunkWrite write = loader.begin(route, chunk(route, 0), BadValues.SET_NULL)) {
                write.write(page("1\ta\n2\tlong\n"));
                write.commit(2, 9, Positions.NONE);
            }
            loader.loaded(route);
            assertThat(link.destinationSql.rows("SELECT * FROM t ORDER BY id"))
                    .containsExactly(List.of("1", "a"), Arrays.asList("2", null));
            assertThat(link.ledger.badValues(link.lease.task()).counts())
                    .singleElement()
                    .satisfies(count -> assertThat(count.table().toString()).isEqualTo("public.t"));
        }
    }

    /** A load that died leaves nothing that another could take for its own. */
    @Test
    void aLoadThatDoesNotEndLeavesTheTableAsItWas() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text)");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute("INSERT INTO t VALUES (1, 'a')");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "7\tdied\n");
            begin(link, loader, route);
            write(loader, route, 0, "2\tb\n");
            loader.loaded(route);
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("2");

            begin(link, loader, route);
            assertThat(link.destinationSql.value(SHADOWS)).isEqualTo("1");
            loader.discard();
            assertThat(link.destinationSql.value(SHADOWS)).isEqualTo("0");
            loader.restart(route);
            assertThat(link.ledger.forget(link.lease, false)).isEmpty();
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("2");
            assertThat(link.destinationSql.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline'"))
                    .isEqualTo("0");
        }
    }

    /** T48: what takes rows away on their way undoes the whole. */
    @Test
    void t48ATriggerThatTakesRowsAwayIsFound() {
        try (LinkFixture link = link("15", "CREATE TABLE t (id int PRIMARY KEY, v text)");
                PostgresLoader loader = aside(link, Map.of())) {
            link.destinationSql.execute("""
                    INSERT INTO t VALUES (1, 'a');
                    CREATE FUNCTION eats() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                    CREATE TRIGGER eats BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 3) EXECUTE FUNCTION eats();
                    ALTER TABLE t ENABLE ALWAYS TRIGGER eats""");
            TableRoute route = link.route("public", "t");
            begin(link, loader, route);
            write(loader, route, 0, "2\tb\n3\tc\n");
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> loader.loaded(route))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("1");
        }
    }

    private static LinkFixture link(String destination, String tables) {
        return new LinkFixture("15", destination).everywhere(tables);
    }

    private static PostgresLoader aside(LinkFixture link, Map<TableId, Table> definitions) {
        return new PostgresLoader(
                link.destinationSessions,
                link.lease,
                LinkFixture.LEDGER,
                new FormerRows.Replaced(definitions, false, false),
                CrashMarks.NONE);
    }

    private static ColumnDefinition column(String name, String type, boolean notNull, @Nullable String value) {
        return new ColumnDefinition(name, type, null, notNull, value, null, null);
    }

    /** As the engine does: the chunks are planned when the table begins anew. */
    private static void begin(LinkFixture link, PostgresLoader loader, TableRoute route) {
        loader.restart(route);
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

    private static LoadStatus status(LinkFixture link) {
        return link.ledger
                .read(link.lease.task(), Lsn::parse)
                .tables()
                .getFirst()
                .status();
    }

    private static Chunk chunk(TableRoute route, int ordinal) {
        return new Chunk(route.source().table(), ordinal, new Chunk.Whole());
    }

    private static CopyPage page(String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return new CopyPage(
                bytes, bytes.length, (int) lines.chars().filter(c -> c == '\n').count());
    }

    private static void write(PostgresLoader loader, TableRoute route, int ordinal, String lines) {
        CopyPage page = page(lines);
        try (ChunkWrite write = loader.begin(route, chunk(route, ordinal))) {
            write.write(page);
            write.commit(page.rows(), page.length(), Positions.NONE);
        }
    }
}
