package io.syncline.postgresql.greenplum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.PostgresConnector;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.ServerHost;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.postgresql.stream.PostgresChangeLog;
import io.syncline.postgresql.stream.SegmentChangeLog;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In one log, or in those of segments. What is said of 7.0.0 needs a cluster, whose address the environment holds. */
class LogLocationTest {

    private static final TaskIdentity TASK = new TaskIdentity("located", "a1b2c3d4");
    private static final SessionOptions SESSION = new SessionOptions("syncline test", "");

    /** What a coordinator that decodes its log does, a server of its release does too. */
    @Test
    void aLogThatCanBeDecodedIsRead() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("12");
                Sessions sessions = sessions(database)) {
            assertThat(new CoordinatorLog(sessions, sessions).isReadable()).isTrue();
            assertThat(database.sql()
                            .number("SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'syncline_trial%'"))
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "COORDINATOR"})
    void aPostgresSourceIsReadAsEver(LogPlace told) {
        try (TestDatabase database = SharedPostgres.sourceDatabase("12");
                Source source = source("127.0.0.1", database.server().port(), database, told)) {
            assertThat(source.position("0/10")).isEqualTo(Lsn.parse("0/10"));
            assertThat(source.changeLog(TASK)).isInstanceOf(PostgresChangeLog.class);
        }
    }

    @Test
    void aPostgresSourceHasNoSegments() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("12");
                Source source = source("127.0.0.1", database.server().port(), database, LogPlace.SEGMENTS)) {
            assertThatThrownBy(() -> source.changeLog(TASK)).hasMessageContaining("$.source.log is segments");
        }
    }

    /** Never a silent restart: whether the position or the place is known first. */
    @Test
    void aPositionOfTheOtherKindIsRefused() {
        try (TestDatabase database = SharedPostgres.sourceDatabase("12");
                Sessions sessions = sessions(database)) {
            LogLocation before = new LogLocation(new Segments(sessions), LogPlace.AUTO);
            assertThat(before.position("0=0/10,1=0/20").text()).startsWith("0=");
            assertThatThrownBy(before::isSegments)
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining(
                            "is one in the logs of segments, and changes are now read from the log of one");
            LogLocation after = new LogLocation(new Segments(sessions), LogPlace.AUTO);
            assertThat(after.isSegments()).isFalse();
            assertThatThrownBy(() -> after.position("0=0/10")).isInstanceOf(SyncException.class);
        }
    }

    @Test
    void segmentsAreReadWhereTheCoordinatorsLogIsNotDecoded() {
        GreenplumCluster cluster = cluster();
        try (Sessions sessions = sessions(cluster);
                Sessions utility = sessions.ofSegment(new ServerHost(cluster.host(), cluster.port()))) {
            assertThat(new LogLocation(new Segments(sessions), LogPlace.AUTO).isSegments())
                    .as("no walsender: 57P03")
                    .isTrue();
            assertThat(new CoordinatorLog(utility, sessions).isReadable())
                    .as("a slot that is read no further than a distributed commit: XX000")
                    .isFalse();
        }
        try (Source source = source(cluster, LogPlace.AUTO)) {
            assertThat(source.changeLog(TASK)).isInstanceOf(SegmentChangeLog.class);
        }
    }

    /** What the ledger says is not tried again; what the task file says besides is held against it. */
    @Test
    void aTaskStaysWhereItHasRead() {
        GreenplumCluster cluster = cluster();
        try (Source source = source(cluster, LogPlace.AUTO)) {
            source.position("0/10");
            assertThat(source.changeLog(TASK)).isInstanceOf(PostgresChangeLog.class);
            assertThatThrownBy(() -> source.position("0=0/10,1=0/10")).isInstanceOf(SyncException.class);
        }
        try (Source source = source(cluster, LogPlace.COORDINATOR)) {
            source.position("0=0/10,1=0/10");
            assertThatThrownBy(() -> source.changeLog(TASK))
                    .isInstanceOfSatisfying(
                            SyncException.class,
                            failure -> assertThat(failure.remedy()).startsWith("Say log: segments"));
        }
        try (Source source = source(cluster, LogPlace.SEGMENTS)) {
            source.position("0/10");
            assertThatThrownBy(() -> source.changeLog(TASK))
                    .hasMessageContaining("0/00000010 is one in the log of one server");
        }
    }

    private static GreenplumCluster cluster() {
        Optional<GreenplumCluster> named = GreenplumCluster.named(GreenplumCluster.SEVEN);
        Assumptions.assumeTrue(
                named.isPresent(), "SKIPPED, AND SO NOT PROVEN: no Greenplum cluster in " + GreenplumCluster.SEVEN);
        return named.orElseThrow();
    }

    private static Sessions sessions(TestDatabase database) {
        return sessions("127.0.0.1", database.server().port(), database.name(), database.user(), database.password());
    }

    private static Sessions sessions(GreenplumCluster cluster) {
        return sessions(cluster.host(), cluster.port(), "postgres", cluster.user(), password(cluster));
    }

    private static Sessions sessions(String host, int port, String database, String user, String password) {
        return new Sessions(
                Side.SOURCE,
                ConnectionOptions.to(host, port, database, user, new Secret(password), Tls.of(TlsMode.DISABLE)),
                SESSION);
    }

    private static Source source(String host, int port, TestDatabase database, LogPlace told) {
        return source(host, port, database.name(), database.user(), database.password(), told);
    }

    private static Source source(GreenplumCluster cluster, LogPlace told) {
        return source(cluster.host(), cluster.port(), "postgres", cluster.user(), password(cluster), told);
    }

    private static Source source(String host, int port, String database, String user, String password, LogPlace told) {
        Endpoint end = new Endpoint(
                "postgresql",
                Map.of(
                        "host",
                        host,
                        "port",
                        port,
                        "database",
                        database,
                        "user",
                        user,
                        "password",
                        new Secret(password),
                        "log",
                        told.word()));
        return new PostgresConnector().source(end, SESSION).orElseThrow();
    }

    private static String password(GreenplumCluster cluster) {
        return cluster.password().isEmpty() ? "none" : cluster.password();
    }
}
