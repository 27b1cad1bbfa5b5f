package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A filled database of a Greenplum 7 cluster that the environment names, an empty destination, and a task between them. */
final class ClusterSource implements AutoCloseable {

    /** What the task writes into. */
    enum Destination {
        POSTGRESQL,
        GREENPLUM
    }

    private static final String NAME = "syncline_source_test";
    private static final String THERE = "syncline_source_test_copy";

    private final GreenplumCluster cluster;
    private final Destination kind;
    private final GreenplumCluster.Turn turn;
    private final TestDatabase postgres;
    private final TaskUnderTest task;
    private final List<GreenplumRole> roles = new ArrayList<>();

    private ClusterSource(GreenplumCluster cluster, Destination kind, Path folder) {
        this.cluster = cluster;
        this.kind = kind;
        this.turn = cluster.turn();
        this.postgres = SharedPostgres.destinationDatabase("17");
        dropSlots();
        cluster.createDatabase(NAME);
        try (Sql sql = at()) {
            sql.execute(ClusterTables.TABLES);
        }
        String password = cluster.password().isEmpty() ? "none" : cluster.password();
        this.task = new TaskUnderTest(folder, postgres, postgres)
                .sourcePort(cluster.port())
                .sourceName(NAME)
                .sourceAccount(cluster.user(), password);
        if (kind == Destination.GREENPLUM) {
            cluster.createDatabase(THERE);
            task.destinationPort(cluster.port()).destinationName(THERE).destinationAccount(cluster.user(), password);
        }
    }

    /** Skips the test, and says so, when there is no cluster. */
    static ClusterSource open(Path folder, Destination kind) {
        Optional<GreenplumCluster> named = GreenplumCluster.named(GreenplumCluster.SEVEN);
        Assumptions.assumeTrue(
                named.isPresent(),
                "SKIPPED, AND SO NOT PROVEN: no cluster of Greenplum 7. Set " + GreenplumCluster.SEVEN
                        + " to the address of one, postgresql://superuser@127.0.0.1:port");
        return new ClusterSource(named.orElseThrow(), kind, folder);
    }

    GreenplumCluster cluster() {
        return cluster;
    }

    TaskUnderTest task() {
        return task;
    }

    Connection connect() throws SQLException {
        return cluster.connect(NAME);
    }

    Sql at() {
        return Sql.open(this::connect);
    }

    /** A segment's own session, in which its rows alone are seen. */
    Sql segment(int content) {
        return Sql.open(() -> cluster.connectToSegment(NAME, content));
    }

    Sql there() {
        return Sql.open(this::connectThere);
    }

    String nameThere() {
        return kind == Destination.GREENPLUM ? THERE : postgres.name();
    }

    private Connection connectThere() throws SQLException {
        return kind == Destination.GREENPLUM ? cluster.connect(THERE) : postgres.connect();
    }

    void requireSame() throws Exception {
        assertThat(task.finish("compare").requireCode(0).text()).contains("No differences");
        try (Connection left = connect();
                Connection right = connectThere()) {
            assertThat(SqlDigest.differences(left, right, "public")).isEmpty();
        }
    }

    /** From here on the task reads as a role that is no superuser and owns nothing; what it needs {@code grants} says. */
    void readAsAPlainRole() {
        GreenplumRole owner = role("syncline_source_owner");
        GreenplumRole reader = role("syncline_source_reader");
        try (Sql sql = at()) {
            for (String table : sql.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
                sql.execute("ALTER TABLE public." + table + " OWNER TO " + owner.name());
            }
            task.sourceAccount(reader.name(), GreenplumRole.PASSWORD);
            sql.execute(PrintedGrants.of(task).source());
            assertThat(sql.value("SELECT rolsuper FROM pg_roles WHERE rolname = '" + reader.name() + "'"))
                    .isEqualTo("f");
        }
    }

    /** It is dropped when its database is gone. */
    private GreenplumRole role(String name) {
        GreenplumRole role = GreenplumRole.create(cluster, name);
        roles.add(role);
        return role;
    }

    /** A database cannot be dropped while a slot of it is there, on any segment. */
    private void dropSlots() {
        for (int content : cluster.segments()) {
            try (Sql segment = Sql.open(() -> cluster.connectToSegment("postgres", content))) {
                segment.rows(
                        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE database = ? AND active",
                        NAME);
                segment.rows(
                        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = ?",
                        NAME);
            }
        }
    }

    @Override
    public void close() {
        try (turn;
                postgres) {
            dropSlots();
            cluster.dropDatabase(NAME);
            if (kind == Destination.GREENPLUM) {
                cluster.dropDatabase(THERE);
            }
            // Last made, first gone: a member of another.
            roles.reversed().forEach(GreenplumRole::close);
        }
    }
}
