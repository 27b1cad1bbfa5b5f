package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.digest.SqlDigest;
import io.syncline.testkit.postgres.GreenplumCluster;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A filled PostgreSQL source, an empty database of a Greenplum 7 cluster that the environment names, and a task between them. */
final class GreenplumLink implements AutoCloseable {

    private final GreenplumCluster cluster;
    private final GreenplumCluster.Turn turn;
    private final String name;
    private final TestDatabase source;
    private final TaskUnderTest task;

    private GreenplumLink(GreenplumCluster cluster, Path folder) {
        this.cluster = cluster;
        this.turn = cluster.turn();
        this.name = "syncline_link_test";
        this.source = SharedPostgres.sourceDatabase("17");
        try (Sql sql = source.sql()) {
            sql.execute(GreenplumTables.TABLES);
        }
        cluster.createDatabase(name);
        this.task = new TaskUnderTest(folder, source, source)
                .destinationPort(cluster.port())
                .destinationName(name)
                .destinationAccount(cluster.user(), cluster.password().isEmpty() ? "none" : cluster.password())
                .edited(GreenplumTables::chosen);
    }

    /** Skips the test, and says so, when there is no cluster. */
    static GreenplumLink open(Path folder) {
        Optional<GreenplumCluster> named = GreenplumCluster.named(GreenplumCluster.SEVEN);
        Assumptions.assumeTrue(
                named.isPresent(),
                "SKIPPED, AND SO NOT PROVEN: no cluster of Greenplum 7. Set " + GreenplumCluster.SEVEN
                        + " to the address of one, postgresql://superuser@127.0.0.1:port");
        return new GreenplumLink(named.orElseThrow(), folder);
    }

    GreenplumCluster cluster() {
        return cluster;
    }

    /** Of the destination's database. */
    String name() {
        return name;
    }

    TestDatabase source() {
        return source;
    }

    TaskUnderTest task() {
        return task;
    }

    Sql there() {
        return Sql.open(() -> cluster.connect(name));
    }

    void requireSame() throws Exception {
        assertThat(task.finish("compare").requireCode(0).text()).contains("No differences");
        try (Connection left = source.connect();
                Connection right = cluster.connect(name)) {
            assertThat(SqlDigest.differences(left, right, "public")).isEmpty();
        }
    }

    @Override
    public void close() {
        try (turn;
                source) {
            cluster.dropDatabase(name);
        }
    }
}
