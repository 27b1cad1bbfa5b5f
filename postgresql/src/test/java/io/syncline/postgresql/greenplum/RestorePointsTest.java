package io.syncline.postgresql.greenplum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.embedded.Signal;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.ServerHost;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.ClusterServer;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Marks of a cluster, whose address the environment holds. */
class RestorePointsTest {

    private static final String DATABASE = "syncline_marks_test";
    private static final String ROLE = "syncline_marks_test";

    private GreenplumCluster cluster;
    private Sql sql;
    private Sessions coordinator;
    private List<PrimarySegment> segments;

    @BeforeEach
    void open() throws SQLException {
        Optional<GreenplumCluster> named = GreenplumCluster.named(GreenplumCluster.SEVEN);
        Assumptions.assumeTrue(
                named.isPresent(), "SKIPPED, AND SO NOT PROVEN: no Greenplum cluster in " + GreenplumCluster.SEVEN);
        cluster = named.orElseThrow();
        cluster.createDatabase(DATABASE);
        sql = Sql.open(() -> cluster.connect(DATABASE));
        coordinator = sessions(cluster.user());
        segments = new PrimarySegments(coordinator).list();
    }

    @AfterEach
    void close() {
        if (sql == null) {
            return;
        }
        sql.close();
        coordinator.close();
        cluster.dropDatabase(DATABASE);
    }

    /** T35: behind each transaction that was answered before, on each segment, and behind the mark before. */
    @Test
    void t35AMarkIsBehindTheOneBeforeOnEachSegment() {
        sql.execute("CREATE TABLE t (id int PRIMARY KEY)");
        try (RestorePoints marks = marks(coordinator, Map.of())) {
            SegmentPosition last = marks.make().place();
            assertThat(last.segments()).containsExactlyElementsOf(cluster.segments());
            for (int i = 0; i < 20; i++) {
                sql.execute("INSERT INTO t SELECT g FROM generate_series(" + i * 10 + ", " + (i * 10 + 9) + ") g");
                SegmentPosition mark = marks.make().place();
                assertThat(mark.reached(last)).isTrue();
                for (int content : mark.segments()) {
                    assertThat(mark.of(content)).isNotEqualTo(last.of(content));
                }
                last = mark;
            }
        }
    }

    /** T37: whoever has a part's rows now is not whoever's log is read. */
    @Test
    void t37AMarkOfOtherServersIsRefused() {
        PrimarySegment first = segments.getFirst();
        List<PrimarySegment> others = List.of(
                new PrimarySegment(first.content(), first.server() + 100, first.host(), first.port()), segments.get(1));
        try (RestorePoints marks = new RestorePoints(coordinator, others, Map.of())) {
            assertThatThrownBy(marks::make).isInstanceOfSatisfying(SyncException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_IDENTITY);
                assertThat(e.getMessage()).contains("segment 0", "promoted");
            });
        }
        try (RestorePoints marks = new RestorePoints(coordinator, segments.subList(0, 1), Map.of())) {
            assertThatThrownBy(marks::make)
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_IDENTITY));
        }
    }

    /** T37: the log of the wrong server would be read, and that of the right one by nobody. */
    @Test
    void t37AnAddressThatLeadsToAnotherSegmentIsRefused() {
        PrimarySegment other = segments.get(1);
        try (Segments cluster = new Segments(
                coordinator, new SegmentAddresses(Map.of(0, new ServerHost(other.host(), other.port()))))) {
            assertThatThrownBy(() -> ClusterIdentity.read(cluster)).isInstanceOfSatisfying(SyncException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_IDENTITY);
                assertThat(e.getMessage()).contains("is content 1", "segment 0");
            });
        }
        try (Segments cluster = new Segments(coordinator)) {
            assertThat(ClusterIdentity.read(cluster).lineage()).contains("0=", "1=");
        }
    }

    @Test
    void aTableThatLiesByOtherColumnsIsSeenBehindTheNextMark() throws SQLException {
        sql.execute(
                "CREATE TABLE t (a int, b int, PRIMARY KEY (a, b)) DISTRIBUTED BY (a); CREATE TABLE u (a int) DISTRIBUTED RANDOMLY");
        long t = oid("t");
        Map<Long, String> noted = Distributions.of(sql.connection(), List.of(t, oid("u")));
        try (RestorePoints marks = marks(coordinator, noted)) {
            assertThat(marks.make().redistributed()).isEmpty();
            sql.execute("ALTER TABLE t SET DISTRIBUTED BY (b)");
            assertThat(marks.make().redistributed()).containsExactly(t);
            sql.execute("ALTER TABLE t SET DISTRIBUTED BY (a); ALTER TABLE u SET DISTRIBUTED REPLICATED");
            assertThat(marks.make().redistributed()).containsExactly(oid("u"));
            sql.execute("DROP TABLE u");
            assertThat(marks.make().redistributed()).isEmpty();
        }
    }

    @Test
    void aRoleNeedsTwoFunctionsAndNothingElse() throws SQLException {
        sql.execute("DROP ROLE IF EXISTS " + ROLE + "; CREATE ROLE " + ROLE + " LOGIN REPLICATION");
        try (Sessions own = sessions(ROLE);
                RestorePoints marks = marks(own, Map.of())) {
            assertThatThrownBy(marks::make)
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_RIGHTS));
            sql.execute("GRANT EXECUTE ON FUNCTION pg_catalog.gp_create_restore_point(text) TO " + ROLE
                    + "; GRANT EXECUTE ON FUNCTION pg_catalog.pg_create_restore_point(text) TO " + ROLE);
            assertThat(marks.make().place().segments()).containsExactlyElementsOf(cluster.segments());
        } finally {
            sql.execute("DROP OWNED BY " + ROLE + "; DROP ROLE " + ROLE);
        }
    }

    /** Nothing but the end of the process that hangs lets the cluster go on, so that it is told, and not called again meanwhile. */
    @Test
    void aMarkThatHangsIsToldAndNotMadeAgain() {
        Assumptions.assumeTrue(
                ClusterServer.mayStop(),
                "SKIPPED, AND SO NOT PROVEN: nobody says that the cluster's processes may be stopped. Set "
                        + ClusterServer.MAY_STOP + "=yes when they may");
        Duration patience = Duration.ofSeconds(2);
        try (RestorePoints marks = new RestorePoints(coordinator, segments, Map.of(), patience);
                RestorePoints again = new RestorePoints(coordinator, segments, Map.of(), patience)) {
            marks.make();
            long process = processOnSegment(1);
            Signal.STOP.send(process);
            try {
                assertHanging(marks, "within 2 s");
                assertHanging(again, "has not ended");
            } finally {
                Signal.CONT.send(process);
            }
            sql.await(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE '%marks' AND state = 'active'",
                    "0", Duration.ofSeconds(20));
            assertThat(again.make().place().segments()).containsExactlyElementsOf(cluster.segments());
        }
    }

    private static void assertHanging(RestorePoints marks, String what) {
        assertThatThrownBy(marks::make).isInstanceOfSatisfying(SyncException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNREACHABLE);
            assertThat(e.getMessage()).contains(what, "hangs on a segment");
        });
    }

    private long processOnSegment(int content) {
        String session = sql.value(
                "SELECT sess_id FROM pg_stat_activity WHERE application_name LIKE '%marks' AND datname = current_database()");
        try (Sql segment = Sql.open(() -> cluster.connectToSegment(DATABASE, content))) {
            return Long.parseLong(segment.value("SELECT min(pid) FROM pg_stat_activity WHERE sess_id = " + session));
        }
    }

    private long oid(String table) {
        return Long.parseLong(sql.value("SELECT '" + table + "'::regclass::oid"));
    }

    private RestorePoints marks(Sessions sessions, Map<Long, String> distributions) {
        return new RestorePoints(sessions, segments, distributions);
    }

    private Sessions sessions(String user) throws SQLException {
        return new Sessions(
                Side.SOURCE,
                ConnectionOptions.to(
                        cluster.host(),
                        cluster.port(),
                        DATABASE,
                        user,
                        new Secret(cluster.password().isEmpty() ? "none" : cluster.password()),
                        Tls.of(TlsMode.DISABLE)),
                new SessionOptions("syncline marks-test", ""));
    }
}
