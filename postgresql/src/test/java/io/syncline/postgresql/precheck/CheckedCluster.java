package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Secret;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** A database of a cluster that the environment names, and a role without any right there, as which it is checked. */
final class CheckedCluster implements AutoCloseable {

    private static final String DATABASE = "pc_syncline_source";

    final Sql sql;
    final String role = "pc_syncline_reader";
    private final GreenplumCluster cluster;

    private CheckedCluster(GreenplumCluster cluster) {
        this.cluster = cluster;
        cluster.createDatabase(DATABASE);
        this.sql = Sql.open(() -> cluster.connect(DATABASE));
        sql.execute("DROP ROLE IF EXISTS " + role + "; CREATE ROLE " + role + " LOGIN PASSWORD 'x'");
    }

    /** Skips the test, and says so, when there is no cluster. */
    static CheckedCluster open(String variable) {
        Optional<GreenplumCluster> named = GreenplumCluster.named(variable);
        Assumptions.assumeTrue(named.isPresent(), "SKIPPED, AND SO NOT PROVEN: no Greenplum cluster in " + variable);
        return new CheckedCluster(named.orElseThrow());
    }

    /** Everything that a task needs, as an administrator gives it. */
    void grantAll() {
        sql.execute("ALTER ROLE " + role + " REPLICATION; GRANT CREATE ON DATABASE " + DATABASE + " TO " + role
                + "; GRANT EXECUTE ON FUNCTION pg_catalog.gp_create_restore_point(text), pg_catalog.pg_create_restore_point(text) TO "
                + role);
    }

    Sessions sessions() {
        return sessions(role, "x");
    }

    Sessions administrator() {
        return sessions(cluster.user(), cluster.password().isEmpty() ? "none" : cluster.password());
    }

    private Sessions sessions(String user, String password) {
        return new Sessions(
                Side.SOURCE,
                ConnectionOptions.to(
                        cluster.host(), cluster.port(), DATABASE, user, new Secret(password), Tls.of(TlsMode.DISABLE)),
                new SessionOptions("syncline precheck", ""));
    }

    Findings check(Stage... stages) {
        return check(NamedLog.NONE, scope(List.of(), stages));
    }

    Findings check(NamedLog named, PrecheckScope scope) {
        return check(named, SegmentAddresses.NONE, LogPlace.AUTO, scope);
    }

    private Findings check(NamedLog named, SegmentAddresses addresses, LogPlace place, PrecheckScope scope) {
        try (Sessions sessions = sessions();
                Segments segments = new Segments(sessions, addresses)) {
            return Findings.of(new SourcePrechecks(sessions, named, new LogLocation(segments, place)).items(scope));
        }
    }

    /** With what the task file says of where segments are. */
    Findings check(SegmentAddresses addresses) {
        return check(NamedLog.NONE, addresses, LogPlace.AUTO, scope(List.of()));
    }

    /** With what it says of where the log is read. */
    Findings check(LogPlace place) {
        return check(NamedLog.NONE, SegmentAddresses.NONE, place, scope(List.of()));
    }

    List<Right> rights(Stage... stages) {
        try (Sessions sessions = sessions()) {
            return new SourceRights(sessions, scope(List.of(), stages), Prechecks.located(sessions)).list();
        }
    }

    static PrecheckScope scope(List<TableRoute> routes, Stage... stages) {
        return new PrecheckScope(Prechecks.task(stages), routes, Set.of(), Set.of(), false, Set.of(), "");
    }

    @Override
    public void close() {
        sql.execute("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role);
        sql.close();
        cluster.dropDatabase(DATABASE);
    }
}
