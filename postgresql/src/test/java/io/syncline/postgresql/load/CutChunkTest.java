package io.syncline.postgresql.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.SnapshotReader;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.snapshot.PostgresSnapshots;
import io.syncline.postgresql.visibility.UnseenCommits;
import io.syncline.testkit.proxy.Cut;
import io.syncline.testkit.proxy.Direction;
import io.syncline.testkit.proxy.FaultProxy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** T48: a chunk that does not arrive whole is never committed. */
class CutChunkTest {
    private static final int ROWS = 20_000;
    private static final String ROW = "SELECT i, repeat(md5(i::text), 4) FROM generate_series(1, " + ROWS + ") AS i";

    @ParameterizedTest
    @EnumSource(Cut.class)
    void t48TheSourceIsCutInMidChunk(Cut how) {
        try (LinkFixture link = link();
                FaultProxy proxy = FaultProxy.to(link.source.server());
                Sessions sessions = LinkFixture.sessions(Side.SOURCE, link.source, proxy.port())) {
            TableRoute route = link.route("public", "t");
            try (Snapshot snapshot = new PostgresSnapshots(sessions, new UnseenCommits(sessions)).open()) {
                Chunk chunk = planWhole(link, route, snapshot);
                for (int bytes : new int[] {900_000, 1_300_000, 2_500_000}) {
                    try (Snapshot again = new PostgresSnapshots(sessions, new UnseenCommits(sessions)).open();
                            SnapshotReader reader = again.reader();
                            PostgresLoader loader = link.loader()) {
                        proxy.cutAfter(Direction.TO_CLIENT, bytes, how);
                        assertThatExceptionOfType(SyncException.class)
                                .isThrownBy(() -> LinkFixture.copy(again, reader, loader, route, chunk))
                                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE));
                    }
                    assertNothingKept(link);
                }
            }
            copyWhole(link, sessions, route);
        }
    }

    @ParameterizedTest
    @EnumSource(Cut.class)
    void t48TheDestinationIsCutInMidChunk(Cut how) {
        try (LinkFixture link = link();
                FaultProxy proxy = FaultProxy.to(link.destination.server());
                Sessions sessions = LinkFixture.sessions(Side.DESTINATION, link.destination, proxy.port());
                Snapshot snapshot =
                        new PostgresSnapshots(link.sourceSessions, new UnseenCommits(link.sourceSessions)).open();
                SnapshotReader reader = snapshot.reader();
                PostgresLoader loader = new PostgresLoader(
                        sessions, link.lease, LinkFixture.LEDGER, FormerRows.GONE, CrashMarks.NONE)) {
            TableRoute route = link.route("public", "t");
            Chunk chunk = planWhole(link, route, snapshot);
            for (int bytes : new int[] {100_000, 1_100_000, 2_500_000}) {
                proxy.cutAfter(Direction.TO_SERVER, bytes, how);
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> LinkFixture.copy(snapshot, reader, loader, route, chunk))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DESTINATION_UNREACHABLE));
                assertNothingKept(link);
            }
            // the same reader and loader go on with new sessions
            LinkFixture.copy(snapshot, reader, loader, route, chunk);
            assertWhole(link);
        }
    }

    /** Something between the ends loses one row and nothing else: the count in CommandComplete is all that tells. */
    @Test
    void t48ARowThatIsLostOnTheWayIsMissed() throws Exception {
        try (LinkFixture link = link();
                RowLosingProxy proxy = new RowLosingProxy(link.source.server().port(), 777);
                Sessions sessions = LinkFixture.sessions(Side.SOURCE, link.source, proxy.port());
                Snapshot snapshot = new PostgresSnapshots(sessions, new UnseenCommits(sessions)).open();
                SnapshotReader reader = snapshot.reader();
                PostgresLoader loader = link.loader()) {
            TableRoute route = link.route("public", "t");
            Chunk chunk = planWhole(link, route, snapshot);
            assertThatExceptionOfType(SyncException.class)
                    .isThrownBy(() -> LinkFixture.copy(snapshot, reader, loader, route, chunk))
                    .withMessageContaining("sent 20000 rows, 19999 arrived")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE));
            assertNothingKept(link);
        }
    }

    private static LinkFixture link() {
        LinkFixture link = new LinkFixture("17", "17");
        link.everywhere("CREATE TABLE t (id int PRIMARY KEY, a text)");
        link.sourceSql.execute("INSERT INTO t " + ROW);
        return link;
    }

    private static Chunk planWhole(LinkFixture link, TableRoute route, Snapshot snapshot) {
        Chunk chunk = new Chunk(route.source().table(), 0, new Chunk.Whole());
        link.plan(route, snapshot, List.of(chunk));
        return chunk;
    }

    private static void copyWhole(LinkFixture link, Sessions sessions, TableRoute route) {
        try (Snapshot snapshot = new PostgresSnapshots(sessions, new UnseenCommits(sessions)).open();
                SnapshotReader reader = snapshot.reader();
                PostgresLoader loader = link.loader()) {
            LinkFixture.copy(snapshot, reader, loader, route, planWhole(link, route, snapshot));
        }
        assertWhole(link);
    }

    private static void assertWhole(LinkFixture link) {
        assertThat(link.chunksDone()).isOne();
        assertThat(LinkFixture.digest(link.destination, "public")).isEqualTo(LinkFixture.digest(link.source, "public"));
    }

    private static void assertNothingKept(LinkFixture link) {
        assertThat(link.destinationSql.number("SELECT count(*) FROM t")).isZero();
        assertThat(link.chunksDone()).isZero();
    }
}
