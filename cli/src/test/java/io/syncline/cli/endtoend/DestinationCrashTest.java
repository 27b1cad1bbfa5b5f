package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.cli.endtoend.LinkUnderFault.Side;
import io.syncline.embedded.PostgresServer;
import io.syncline.embedded.ShutdownMode;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbObserver;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * I1 when the destination crashes under a role whose commits are not durable by default: what such a commit wrote is gone afterwards, and had it been confirmed to the source, it
 * would be gone for good. One process goes through all crashes.
 */
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Seeds.class)
class DestinationCrashTest {

    private final LinkUnderFault link = LinkUnderFault.start();

    @AfterAll
    void end() {
        link.close();
    }

    /**
     * A moment at which the destination crashes.
     *
     * @param time how often the mark is reached since the crash before
     */
    private record Crash(StruckStage stage, Mark mark, int time) {}

    @Test
    void duringTheLoad(@TempDir Path folder, Seed seed) throws Exception {
        crash(
                List.of(
                        new Crash(StruckStage.FULL, Mark.CHUNK_PAGE_WRITTEN, 5),
                        new Crash(StruckStage.FULL, Mark.CHUNK_COMMITTED, 2),
                        new Crash(StruckStage.FULL, Mark.CHUNK_PAGE_WRITTEN, 3)),
                List.of(),
                folder,
                seed);
    }

    @Test
    void whileItCatchesUpAndBuildsIndexes(@TempDir Path folder, Seed seed) throws Exception {
        crash(
                List.of(
                        new Crash(StruckStage.FULL, Mark.CHUNK_COMMITTED, 3),
                        new Crash(StruckStage.CATCH_UP, Mark.BATCH_APPLYING, 1),
                        new Crash(StruckStage.CATCH_UP, Mark.BATCH_COMMITTED, 1),
                        new Crash(StruckStage.INDEXES, Mark.INDEX_BUILDING, 1),
                        new Crash(StruckStage.INDEXES, Mark.INDEX_BUILDING, 1)),
                List.of(),
                folder,
                seed);
    }

    @Test
    void whileItFollowsTheStream(@TempDir Path folder, Seed seed) throws Exception {
        crash(
                List.of(),
                List.of(
                        new Crash(StruckStage.INCREMENTAL, Mark.BATCH_APPLYING, 40),
                        new Crash(StruckStage.INCREMENTAL, Mark.BATCH_COMMITTED, 20)),
                folder,
                seed);
    }

    /** An immediate stop loses what lies in the server's WAL buffers, hence each time the last commit, unless it was flushed before the source was told of it. */
    @Test
    void keepsWhatTheSourceWasToldThatItHas(@TempDir Path folder) throws Exception {
        try (TestDatabase source = link.filledSource();
                TestDatabase destination = link.emptyDestination();
                Sql sql = source.sql()) {
            TaskUnderTest task = link.task(folder, source, destination);
            try (RunningProcess run = task.command("run").start()) {
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                for (int change = 2; change <= 4; change++) {
                    sql.update("INSERT INTO milestone VALUES (?)", change);
                    String end = sql.value("SELECT pg_current_wal_insert_lsn()");
                    sql.await(
                            "SELECT confirmed_flush_lsn >= '" + end
                                    + "' FROM pg_replication_slots WHERE database = current_database()",
                            "t",
                            TaskUnderTest.LIMIT);
                    link.end(Side.DESTINATION).server().restart(ShutdownMode.IMMEDIATE);
                }
                LinkUnderFault.awaitLastChange(source, destination, 4);
                task.requireSame();
                run.signal(Signal.INT);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(130);
            }
        }
    }

    /**
     * @param before crashes before the task is SYNCHRONIZING
     * @param after crashes from then on
     */
    private void crash(List<Crash> before, List<Crash> after, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = link.filledSource();
                TestDatabase destination = link.emptyDestination()) {
            TaskUnderTest task = link.task(folder, source, destination);
            try (TpcbWriter writer = LinkUnderFault.writers(source, seed);
                    RunningProcess run = task.command("run").holdLater().start()) {
                before.forEach(crash -> strike(crash, run, destination));
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                try (TpcbObserver observer = TpcbObserver.start(destination::connect)) {
                    after.forEach(crash -> strike(crash, run, destination));
                    writer.awaitCommits(200, TaskUnderTest.LIMIT);
                    writer.stop();
                    LinkUnderFault.awaitLastChange(source, destination, 1);
                    observer.stop();
                    assertThat(observer.distinctStates()).isGreaterThan(10);
                }
                task.requireSame();
                run.signal(Signal.INT);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(130);
            }
            task.finish("clean").requireCode(0);
        }
    }

    private void strike(Crash crash, RunningProcess run, TestDatabase destination) {
        PostgresServer server = link.end(Side.DESTINATION).server();
        run.holdAt(crash.mark().name(), crash.time());
        run.awaitMark(crash.mark().name(), TaskUnderTest.LIMIT);
        crash.stage().requireIn(destination);
        server.restart(ShutdownMode.IMMEDIATE);
        run.goOn();
    }
}
