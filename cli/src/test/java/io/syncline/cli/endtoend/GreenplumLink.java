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

/** A filled PostgreSQL source, an empty database of a Greenplum cluster that the environment names, and a task between them. */
final class GreenplumLink implements AutoCloseable {

    private static final String NAME = "syncline_link_test";

    private final GreenplumCluster cluster;
    private final GreenplumCluster.Turn turn;
    private final TestDatabase source;
    private final TaskUnderTest task;

    private GreenplumLink(
            GreenplumCluster cluster, GreenplumCluster.Turn turn, TestDatabase source, TaskUnderTest task) {
        this.cluster = cluster;
        this.turn = turn;
        this.source = source;
        this.task = task;
    }

    /** Skips the test, and says so, when there is no cluster. */
    static GreenplumLink open(GreenplumRelease release, Path folder) {
        Optional<GreenplumCluster> named = GreenplumCluster.named(release.variable());
        Assumptions.assumeTrue(
                named.isPresent(),
                "SKIPPED, AND SO NOT PROVEN: no cluster of Greenplum " + release + ". Set " + release.variable()
                        + " to the address of one, postgresql://superuser@127.0.0.1:port");
        GreenplumCluster cluster = named.orElseThrow();
        GreenplumCluster.Turn turn = cluster.turn();
        try {
            return open(release, cluster, turn, SharedPostgres.sourceDatabase("17"), folder);
        } catch (RuntimeException | Error e) {
            turn.close();
            throw e;
        }
    }

    private static GreenplumLink open(
            GreenplumRelease release,
            GreenplumCluster cluster,
            GreenplumCluster.Turn turn,
            TestDatabase source,
            Path folder) {
        try {
            try (Sql sql = source.sql()) {
                sql.execute(release.tables());
            }
            cluster.createDatabase(NAME);
            TaskUnderTest task = new TaskUnderTest(folder, source, source)
                    .destinationPort(cluster.port())
                    .destinationName(NAME)
                    .destinationAccount(cluster.user(), cluster.password().isEmpty() ? "none" : cluster.password())
                    .edited(release::chosen);
            return new GreenplumLink(cluster, turn, source, task);
        } catch (RuntimeException | Error e) {
            source.close();
            throw e;
        }
    }

    GreenplumCluster cluster() {
        return cluster;
    }

    /** Of the destination's database. */
    String name() {
        return NAME;
    }

    TestDatabase source() {
        return source;
    }

    TaskUnderTest task() {
        return task;
    }

    Sql there() {
        return Sql.open(() -> cluster.connect(NAME));
    }

    void requireSame() throws Exception {
        requireSame("public");
    }

    /** @param schema of the tables that the task carries */
    void requireSame(String schema) throws Exception {
        assertThat(task.finish("compare").requireCode(0).text()).contains("No differences");
        try (Connection left = source.connect();
                Connection right = cluster.connect(NAME)) {
            assertThat(SqlDigest.differences(left, right, schema)).isEmpty();
        }
    }

    @Override
    public void close() {
        try (turn;
                source) {
            cluster.dropDatabase(NAME);
        }
    }
}
