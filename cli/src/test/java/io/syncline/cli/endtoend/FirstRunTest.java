package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbMix;
import io.syncline.testkit.writers.TpcbObserver;
import io.syncline.testkit.writers.TpcbSchema;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A task from nothing to SYNCHRONIZING under writers, its stop, its resumption, and its end. */
@ExtendWith(Seeds.class)
class FirstRunTest {

    private static final TpcbSchema SCHEMA = new TpcbSchema(1);

    @Test
    void copiesAndFollowsUnderWriters(@TempDir Path folder, Seed seed) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            create(source);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination);
            try (TpcbWriter writer = TpcbWriter.on(source::connect, SCHEMA, seed)
                            .clients(4)
                            .rate(200)
                            .mix(TpcbMix.VARIED)
                            .start();
                    RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                try (TpcbObserver observer = TpcbObserver.start(destination::connect)) {
                    writer.awaitCommits(500, TaskUnderTest.LIMIT);
                    task.finish("compare").requireCode(0);
                    observer.stop();
                    assertThat(observer.violation()).isEmpty();
                    assertThat(observer.distinctStates()).isPositive();
                }
                run.signal(io.syncline.embedded.Signal.TERM);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(143);
                writer.awaitCommits(100, TaskUnderTest.LIMIT);
                writer.stop();
            }
            task.requireSameAfterCatchingUp();
            task.finish("status").requireCode(0);
            task.finish("clean").requireCode(0);
            requireNothingLeft(source, destination);
        }
    }

    @Test
    void schemaAndFullEndWithoutASlot(@TempDir Path folder) throws Exception {
        try (TestDatabase source = SharedPostgres.sourceDatabase("17");
                TestDatabase destination = SharedPostgres.destinationDatabase("17")) {
            create(source);
            TaskUnderTest task = new TaskUnderTest(folder, source, destination).stages("[schema, full]");
            assertThat(task.finish("run").requireCode(0).text()).contains("FINISHED");
            task.requireSame();
            try (Sql sql = source.sql()) {
                assertThat(sql.number("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                        .isZero();
            }
        }
    }

    private static void create(TestDatabase source) throws Exception {
        try (var connection = source.connect()) {
            SCHEMA.create(connection);
        }
    }

    private static void requireNothingLeft(TestDatabase source, TestDatabase destination) {
        try (Sql sql = source.sql()) {
            assertThat(sql.number("SELECT count(*) FROM pg_replication_slots WHERE database = current_database()"))
                    .isZero();
            assertThat(sql.number("SELECT count(*) FROM pg_publication")).isZero();
        }
        try (Sql sql = destination.sql()) {
            assertThat(sql.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'syncline'"))
                    .isZero();
        }
    }
}
