package io.syncline.postgresql.apply;

import static io.syncline.postgresql.apply.ApplyFixture.ABSENT;
import static io.syncline.postgresql.apply.ApplyFixture.UNCHANGED;
import static io.syncline.postgresql.apply.ApplyFixture.all;
import static io.syncline.postgresql.apply.ApplyFixture.delete;
import static io.syncline.postgresql.apply.ApplyFixture.deletes;
import static io.syncline.postgresql.apply.ApplyFixture.insert;
import static io.syncline.postgresql.apply.ApplyFixture.inserts;
import static io.syncline.postgresql.apply.ApplyFixture.row;
import static io.syncline.postgresql.apply.ApplyFixture.update;
import static io.syncline.postgresql.apply.ApplyFixture.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** T5: until the stream has passed every reading's position, rows may be there or not, older or newer. */
class CatchUpApplyTest {

    private static final String TABLE = "CREATE TABLE t (id int PRIMARY KEY, v text, doc text)";

    @ParameterizedTest
    @CsvSource({"12, 1", "15, 1", "18, 1", "12, 3000", "18, 3000"})
    void t5CompleteImagesAreUpsertsAndDeletesMayFindNothing(String version, int copies) {
        try (ApplyFixture fixture = new ApplyFixture(version, TABLE)) {
            TableRoute route = fixture.route("t");
            fixture.sql.execute("ALTER TABLE t ADD note text");
            fixture.sql.execute("INSERT INTO t SELECT i, 'older', 'd', 'mine' FROM generate_series(0, " + copies
                    + " * 10 - 1) i WHERE i % 10 IN (0, 2, 4)");
            // 0 and 2 are there, 1 and 3 are not; 4 and 5 are deleted.
            Row[] inserted = rows(copies, 0, 1);
            NetChange[] updated = IntStream.range(0, copies)
                    .boxed()
                    .flatMap(i -> java.util.stream.Stream.of(image(10 * i + 2), image(10 * i + 3)))
                    .map(image -> new NetChange(image, image))
                    .toArray(NetChange[]::new);
            List<RefetchRequest> requests = fixture.apply(
                    Mode.CATCHING_UP,
                    deletes(route, rows(copies, 4, 5)),
                    updates(route, all(route), updated),
                    inserts(route, inserted));
            assertThat(requests).isEmpty();
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE v = 'new'"))
                    .isEqualTo(4L * copies);
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE id % 10 IN (0, 2) AND note = 'mine'"))
                    .as("a column of the destination alone survives")
                    .isEqualTo(2L * copies);
            assertThat(fixture.sql.number("SELECT count(*) FROM t")).isEqualTo(4L * copies);
        }
    }

    @ParameterizedTest
    @CsvSource({"12, 1", "18, 1", "15, 3000"})
    void t5PartialImagesWithoutARowAreAskedFor(String version, int copies) {
        try (ApplyFixture fixture = new ApplyFixture(version, TABLE)) {
            TableRoute route = fixture.route("t");
            fixture.sql.execute(
                    "INSERT INTO t SELECT 2 * i, 'older', 'toast' FROM generate_series(0, " + copies + " - 1) i");
            NetChange[] changes = IntStream.range(0, 2 * copies)
                    .mapToObj(i -> row("" + i, "new", UNCHANGED))
                    .map(image -> new NetChange(image, image))
                    .toArray(NetChange[]::new);
            List<RefetchRequest> requests = fixture.apply(Mode.CATCHING_UP, updates(route, List.of(0, 1), changes));
            assertThat(requests)
                    .extracting(request -> request.key().text(0))
                    .containsExactlyElementsOf(IntStream.range(0, copies)
                            .mapToObj(i -> "" + (2 * i + 1))
                            .toList());
            assertThat(requests.getFirst().key()).isEqualTo(row("1", ABSENT, ABSENT));
            assertThat(fixture.sql.number("SELECT count(*) FROM t WHERE v = 'new' AND doc = 'toast'"))
                    .isEqualTo(copies);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t5AMovedRowLeavesItsOldKeyAndComesWholeOrIsAskedFor(String version) {
        try (ApplyFixture fixture = new ApplyFixture(
                version, TABLE + "; INSERT INTO t VALUES (1, 'a', 'x'), (2, 'b', 'y'), (9, 'newer', 'z')")) {
            TableRoute route = fixture.route("t");
            List<RefetchRequest> requests = fixture.apply(
                    Mode.CATCHING_UP,
                    update(route, row("1", ABSENT, ABSENT), row("9", "moved", "whole")),
                    update(route, row("2", ABSENT, ABSENT), row("8", "moved", UNCHANGED)),
                    update(route, row("3", "c", "full old row"), row("7", "moved", UNCHANGED)),
                    insert(route, "5", "inserted", null),
                    delete(route, "6", ABSENT, ABSENT));
            assertThat(requests)
                    .singleElement()
                    .satisfies(request -> assertThat(request.key()).isEqualTo(row("8", ABSENT, ABSENT)));
            assertThat(fixture.sql.rows("SELECT * FROM t ORDER BY 1").toString())
                    .isEqualTo("[[5, inserted, null], [7, moved, full old row], [9, moved, whole]]");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void requestsAreKeptInTheLedgerUntilTheirRowsAreRead(String version) {
        try (ApplyFixture fixture =
                new ApplyFixture(version, TABLE + "; INSERT INTO t VALUES (2, 'gone at the source', '')")) {
            TableRoute route = fixture.route("t");
            List<RefetchRequest> requests = List.of(
                    new RefetchRequest(route, row("1", ABSENT, ABSENT)),
                    new RefetchRequest(route, row("2", ABSENT, ABSENT)),
                    new RefetchRequest(route, row("3", ABSENT, ABSENT)));
            fixture.transaction(transaction -> transaction.request(requests));
            fixture.transaction(transaction -> transaction.request(requests.subList(0, 1)));
            assertThat(fixture.ledger.read(fixture.task, Lsn::parse).refetches())
                    .extracting(RefetchEntry::key)
                    .containsExactlyInAnyOrder(List.of("1"), List.of("2"), List.of("3"));

            List<Row> asked = requests.stream().map(RefetchRequest::key).toList();
            fixture.transaction(transaction -> transaction.refetched(
                    route,
                    asked.subList(0, 2),
                    List.of(row("1", "read", "again")),
                    Positions.of(PostgresStream.ID, Lsn.parse("0/ABC"))));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[1, read, again]]");
            var memory = fixture.ledger.read(fixture.task, Lsn::parse);
            assertThat(memory.refetches())
                    .containsExactly(
                            new RefetchEntry(PostgresStream.ID, route.source().table(), List.of("3")));
            assertThat(memory.streams().getFirst().catchUpTo()).isEqualTo(Lsn.parse("0/ABC"));

            fixture.transaction(transaction -> transaction.truncate(List.of(route), false, false));
            assertThat(fixture.ledger.read(fixture.task, Lsn::parse).refetches())
                    .isEmpty();
            assertThat(fixture.sql.number("SELECT count(*) FROM t")).isZero();
        }
    }

    @Test
    void t5ARowThatWasReadAgainUnderAnotherSpellingOfItsKeyStays() {
        try (ApplyFixture fixture = new ApplyFixture(
                "18",
                "CREATE EXTENSION citext; CREATE TABLE t (k citext PRIMARY KEY, v text);"
                        + " INSERT INTO t VALUES ('ABC', 'applied')")) {
            TableRoute route = fixture.route("t");
            fixture.transaction(transaction -> transaction.refetched(
                    route,
                    List.of(row("Abc", ABSENT)),
                    List.of(row("ABC", "read again")),
                    Positions.of(PostgresStream.ID, Lsn.parse("0/ABC"))));
            assertThat(fixture.sql.rows("SELECT * FROM t").toString()).isEqualTo("[[ABC, read again]]");
        }
    }

    private static Row image(int id) {
        return row("" + id, "new", "doc");
    }

    private static Row[] rows(int copies, int... places) {
        return IntStream.range(0, copies)
                .flatMap(i -> IntStream.of(places).map(place -> 10 * i + place))
                .mapToObj(CatchUpApplyTest::image)
                .toArray(Row[]::new);
    }
}
