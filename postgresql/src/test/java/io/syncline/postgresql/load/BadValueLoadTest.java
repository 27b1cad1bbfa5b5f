package io.syncline.postgresql.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.apply.BadValue;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Loader.ChunkWrite;
import io.syncline.api.task.BadValues;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Chunks that hold what the destination refuses (docs/design/bad-values.md). */
class BadValueLoadTest {

    private static final String LINES =
            "1\tone\t1\n2\ttoo long\t\\N\n3\ttab\\t\t3\n99999999999\tkey\t4\n5\tfive\t500\n";

    @Test
    void rowsAreQuarantinedWithTheirChunk() {
        try (LinkFixture link = link("PRIMARY KEY");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            try (ChunkWrite write = loader.begin(route, chunk(route), BadValues.QUARANTINE)) {
                write.write(page(LINES));
            }
            assertThat(rows(link)).isEqualTo("[]");
            assertThat(quarantine(link)).isEqualTo("[]");
            load(loader, route, BadValues.QUARANTINE, LINES);

            assertThat(rows(link)).isEqualTo("[[1, one, 1], [3, tab\t, 3]]");
            assertThat(quarantine(link))
                    .isEqualTo(
                            "[[{2}, LOAD, 22001, a, 0/00000070, {\"a\": \"too long\", \"n\": null, \"id\": \"2\"}],"
                                    + " [{5}, LOAD, 23514, n, 0/00000070, {\"a\": \"five\", \"n\": \"500\", \"id\": \"5\"}],"
                                    + " [{99999999999}, LOAD, 22003, id, 0/00000070, {\"a\": \"key\", \"n\": \"4\", \"id\": \"99999999999\"}]]");
            assertThat(link.chunksDone()).isEqualTo(1);
            BadValue.Report report = link.ledger.badValues(link.lease.task());
            assertThat(report.total()).isEqualTo(3);
            assertThat(report.last()).extracting(BadValue::kind).containsOnly(BadValue.Kind.LOAD);
            loader.restart(route);
            assertThat(rows(link)).isEqualTo("[]");
            assertThat(quarantine(link)).isEqualTo("[]");
        }
    }

    /** While a table is loaded it may have no index yet. */
    @Test
    void valuesAreSetToNull() {
        try (LinkFixture link = link("");
                PostgresLoader loader = link.loader()) {
            link.destinationSql.execute("ALTER TABLE t ADD PRIMARY KEY (id)");
            TableRoute route = planned(link);
            link.destinationSql.execute("ALTER TABLE t DROP CONSTRAINT t_pkey");
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> load(loader, route, BadValues.SET_NULL, LINES))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_REJECTED))
                    .withMessageContaining("column id");
            load(loader, route, BadValues.SET_NULL, LINES.replace("99999999999", "4"));

            assertThat(rows(link))
                    .isEqualTo("[[1, one, 1], [2, null, null], [3, tab\t, 3], [4, key, 4], [5, five, null]]");
            assertThat(quarantine(link)).isEqualTo("[]");
            assertThat(link.ledger.badValues(link.lease.task()).total()).isEqualTo(2);
        }
    }

    /** One worker writes them all; pages that come by COPY among them. */
    @Test
    void oneTableAfterTheOther() {
        try (LinkFixture link = link("PRIMARY KEY");
                PostgresLoader loader = link.loader()) {
            link.sourceSql.execute("CREATE TABLE u (k bigint PRIMARY KEY, b text)");
            link.destinationSql.execute("CREATE TABLE u (k bigint PRIMARY KEY, b varchar(3))");
            load(loader, planned(link), BadValues.SET_NULL, LINES.replace("99999999999", "4"));
            StringBuilder many = new StringBuilder();
            for (int k = 1; k <= 3000; k++) {
                many.append(k).append('\t').append(k == 2500 ? "long" : "b").append('\n');
            }
            load(loader, planned(link, "u"), BadValues.SET_NULL, many.toString());

            assertThat(rows(link)).startsWith("[[1, one, 1], [2, null, null]");
            assertThat(link.destinationSql
                            .rows("SELECT count(*), count(b) FROM u")
                            .toString())
                    .isEqualTo("[[3000, 2999]]");
            assertThat(link.ledger.badValues(link.lease.task()).total()).isEqualTo(3);
        }
    }

    /** What input functions and indexes refuse comes with states that speak of other things elsewhere. */
    @Test
    void whatIsSingledOut() {
        String unreadable = "one & & two";
        String large = IntStream.range(0, 250).mapToObj(Integer::toHexString).collect(Collectors.joining(" & "));
        try (LinkFixture link = new LinkFixture("18", "15");
                PostgresLoader loader = link.loader()) {
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY, q text)");
            link.destinationSql.execute("CREATE TABLE t (id int PRIMARY KEY, q tsquery); CREATE INDEX ON t (q)");
            TableRoute route = planned(link);
            for (String text : List.of(unreadable, large)) {
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> load(loader, route, BadValues.STOP, "1\t" + text + "\n"))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_REJECTED));
            }
            load(loader, route, BadValues.QUARANTINE, "1\tone\n2\t" + unreadable + "\n3\t" + large + "\n");

            assertThat(link.destinationSql.column("SELECT id FROM t")).containsExactly("1");
            assertThat(link.destinationSql
                            .rows("SELECT key, state, image ->> 'q' FROM syncline.quarantine ORDER BY key")
                            .toString())
                    .isEqualTo("[[{2}, 42601, " + unreadable + "], [{3}, 54000, " + large + "]]");
        }
    }

    /** Else it would be at both places. */
    @Test
    void aRefusedRowWhoseKeyOthersHaveWrittenStops() {
        try (LinkFixture link = link("PRIMARY KEY");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            link.destinationSql.execute("INSERT INTO t VALUES (5, 'other', 5)");
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> load(loader, route, BadValues.QUARANTINE, LINES))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_KEY_EXISTS));
            assertThat(rows(link)).isEqualTo("[[5, other, 5]]");
            assertThat(quarantine(link)).isEqualTo("[]");
        }
    }

    @Test
    void bytesThatAreNoText() {
        try (LinkFixture link = link("PRIMARY KEY");
                PostgresLoader loader = link.loader()) {
            TableRoute route = planned(link);
            ByteArrayOutputStream lines = new ByteArrayOutputStream();
            lines.writeBytes("1\ta".getBytes(StandardCharsets.UTF_8));
            lines.write(0xFF);
            lines.writeBytes("\t1\n2\tb\t2\n".getBytes(StandardCharsets.UTF_8));
            CopyPage page = new CopyPage(lines.toByteArray(), lines.size(), 2);
            try (ChunkWrite write = loader.begin(route, chunk(route), BadValues.QUARANTINE)) {
                write.write(page);
                write.commit(2, page.length(), Positions.NONE);
            }

            assertThat(rows(link)).isEqualTo("[[2, b, 2]]");
            assertThat(link.destinationSql
                            .rows("SELECT key, state, bytes FROM syncline.quarantine")
                            .toString())
                    .isEqualTo("[[{1}, 22021, {\"a\": \"61ff\"}]]");
        }
    }

    private static LinkFixture link(String key) {
        LinkFixture link = new LinkFixture("18", "15");
        link.sourceSql.execute("CREATE TABLE t (id bigint PRIMARY KEY, a text, n int)");
        link.destinationSql.execute("CREATE TABLE t (id int " + key + ", a varchar(5), n int CHECK (n < 100))");
        return link;
    }

    private static TableRoute planned(LinkFixture link) {
        return planned(link, "t");
    }

    private static TableRoute planned(LinkFixture link, String table) {
        TableRoute route = link.route("public", table);
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
                        List.of(new ChunkEntry(chunk(route), null))));
        return route;
    }

    private static Chunk chunk(TableRoute route) {
        return new Chunk(route.source().table(), 0, new Chunk.Whole());
    }

    private static void load(PostgresLoader loader, TableRoute route, BadValues policy, String lines) {
        try (ChunkWrite write = loader.begin(route, chunk(route), policy)) {
            CopyPage page = page(lines);
            write.write(page);
            write.commit(page.rows(), page.length(), Positions.of(PostgresStream.ID, Lsn.parse("0/70")));
        }
    }

    private static CopyPage page(String lines) {
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        return new CopyPage(bytes, bytes.length, (int) lines.lines().count());
    }

    private static String rows(LinkFixture link) {
        return link.destinationSql.rows("SELECT * FROM t ORDER BY 1").toString();
    }

    private static String quarantine(LinkFixture link) {
        return link.destinationSql
                .rows("SELECT key, kind, state, column_name, position, image FROM syncline.quarantine ORDER BY key")
                .toString();
    }
}
