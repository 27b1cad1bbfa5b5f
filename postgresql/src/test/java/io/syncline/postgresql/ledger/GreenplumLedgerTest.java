package io.syncline.postgresql.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Lease;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger where row locks are table locks. Needs clusters, whose addresses the environment holds. */
class GreenplumLedgerTest {

    private static final String DATABASE = "syncline_ledger_test";
    private static final LedgerTables TABLES = new LedgerTables("syncline");
    private static final StreamId SLOT = new StreamId("slot");
    private static final Duration SILENCE = Duration.ofSeconds(15);

    /** T36: chunks of a load, the heartbeat, and another task's commits go on beside each other; only a takeover waits. */
    @ParameterizedTest
    @ValueSource(strings = {GreenplumCluster.SEVEN, GreenplumCluster.SIX})
    void t36LongTransactionsHoldUpATakeoverAndNothingElse(String variable) throws Exception {
        Optional<GreenplumCluster> cluster = GreenplumCluster.named(variable);
        Assumptions.assumeTrue(cluster.isPresent(), "SKIPPED, AND SO NOT PROVEN: no Greenplum cluster in " + variable);
        cluster.get().createDatabase(DATABASE);
        List<AutoCloseable> opened = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            Sessions sessions = sessions(cluster.get(), "syncline a");
            opened.add(sessions);
            PostgresLedger ledger = new PostgresLedger(sessions, TABLES);
            ledger.install();
            try (Sql sql = Sql.open(() -> cluster.get().connect(DATABASE))) {
                boolean older = variable.equals(GreenplumCluster.SIX);
                assertThat(sql.value(
                                older
                                        ? "SELECT cache_value FROM syncline.object_ordinal_seq"
                                        : "SELECT max(cache_size) FROM pg_sequences WHERE schemaname = 'syncline'"))
                        .isEqualTo("1");
            }
            String a = ledger.register("first", "x", "f").task().id();
            String b = ledger.register("second", "x", "f").task().id();
            Lease lease = ledger.acquire(a, "host", SILENCE);
            Lease other = ledger.acquire(b, "host", SILENCE);
            for (Lease each : List.of(lease, other)) {
                ledger.start(each, new SourceIdentity("1", "1"), Positions.of(SLOT, Lsn.parse("0/10")));
            }
            List<Connection> loading = new ArrayList<>();
            Future<?> work = threads.submit(() -> {
                for (int i = 0; i < 4; i++) {
                    Connection chunk = sessions.open("load");
                    chunk.setAutoCommit(false);
                    new Fence(TABLES, new LedgerLocks(sessions::dialect)).prove(chunk, lease);
                    loading.add(chunk);
                }
                ledger.renew(lease);
                ledger.state(lease, "INITIALIZING", "");
                ledger.advance(other, SLOT, Lsn.parse("0/10"), Lsn.parse("0/20"));
                ledger.advance(lease, SLOT, Lsn.parse("0/10"), Lsn.parse("0/20"));
                return null;
            });
            work.get(30, TimeUnit.SECONDS);

            Sessions another = sessions(cluster.get(), "syncline b");
            opened.add(another);
            Future<Lease> takeover =
                    threads.submit(() -> new PostgresLedger(another, TABLES).acquire(a, "another host", Duration.ZERO));
            try (Sql sql = Sql.open(() -> cluster.get().connect(DATABASE))) {
                sql.await(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
                        "1",
                        Duration.ofSeconds(20));
            }
            assertThat(takeover.isDone()).isFalse();
            for (Connection chunk : loading) {
                chunk.commit();
            }
            assertThat(takeover.get(30, TimeUnit.SECONDS).epoch()).isEqualTo(lease.epoch() + 1);
        } finally {
            for (AutoCloseable each : opened) {
                each.close();
            }
            cluster.get().dropDatabase(DATABASE);
        }
    }

    private static Sessions sessions(GreenplumCluster cluster, String application) throws SQLException {
        return new Sessions(
                Side.DESTINATION,
                ConnectionOptions.to(
                        cluster.host(),
                        cluster.port(),
                        DATABASE,
                        cluster.user(),
                        new Secret(cluster.password().isEmpty() ? "none" : cluster.password()),
                        Tls.of(TlsMode.DISABLE)),
                new SessionOptions(application, ""));
    }
}
