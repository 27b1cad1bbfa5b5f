package io.syncline.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.cli.endtoend.LinkUnderFault.Side;
import io.syncline.embedded.Signal;
import io.syncline.testkit.crash.RunningProcess;
import io.syncline.testkit.postgres.TestDatabase;
import io.syncline.testkit.seed.Seed;
import io.syncline.testkit.seed.Seeds;
import io.syncline.testkit.writers.TpcbObserver;
import io.syncline.testkit.writers.TpcbWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault strikes each end in the middle of every stage, under writers. The process that was struck goes on by itself until it follows the stream again, and nothing
 * differs then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(Seeds.class)
class FaultTest {

    private final LinkUnderFault link = LinkUnderFault.start();

    @AfterAll
    void end() {
        link.close();
    }

    /** All of them: stage x end x fault. */
    static Stream<Arguments> table() {
        return Arrays.stream(StruckStage.values())
                .flatMap(stage -> Arrays.stream(Side.values())
                        .flatMap(side -> Arrays.stream(Fault.values()).map(fault -> Arguments.of(stage, side, fault))));
    }

    /** A crash of one end, and an orderly restart of the other; on its way to the first cell the full load loses its source. */
    static Stream<Arguments> diagonal() {
        return Stream.of(
                Arguments.of(StruckStage.CATCH_UP, Side.DESTINATION, Fault.IMMEDIATE_RESTART),
                Arguments.of(StruckStage.INCREMENTAL, Side.SOURCE, Fault.FAST_RESTART));
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}, {1}: {2}")
    @MethodSource("table")
    void resumesByItself(StruckStage stage, Side side, Fault fault, @TempDir Path folder, Seed seed) throws Exception {
        strike(stage, side, fault, folder, seed);
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @MethodSource("diagonal")
    void resumesByItselfInShort(StruckStage stage, Side side, Fault fault, @TempDir Path folder, Seed seed)
            throws Exception {
        strike(stage, side, fault, folder, seed);
    }

    private void strike(StruckStage stage, Side side, Fault fault, Path folder, Seed seed) throws Exception {
        try (TestDatabase source = link.filledSource();
                TestDatabase destination = link.emptyDestination()) {
            TaskUnderTest task = link.task(folder, source, destination);
            try (TpcbWriter writer = LinkUnderFault.writers(source, seed);
                    RunningProcess run = stage.enter(task, link)) {
                int before = retries(run).size();
                fault.strike(link.end(side), run);
                run.awaitLine("SYNCHRONIZING", TaskUnderTest.LIMIT);
                try (TpcbObserver observer = TpcbObserver.start(destination::connect)) {
                    writer.awaitCommits(100, TaskUnderTest.LIMIT);
                    writer.stop();
                    LinkUnderFault.awaitLastChange(source, destination, 1);
                    observer.stop();
                }
                requireNoticed(
                        stage, side, fault, retries(run).stream().skip(before).toList());
                task.requireSame();
                run.signal(Signal.INT);
                assertThat(run.awaitExit(TaskUnderTest.LIMIT)).isEqualTo(130);
            }
        }
    }

    /** A fault that nobody notices tests nothing; where the run needs the end that was struck it begins again, and where bytes are late it must not. */
    private static void requireNoticed(StruckStage stage, Side side, Fault fault, List<String> retries) {
        switch (fault) {
            case FAST_RESTART, IMMEDIATE_RESTART, CUT, RESET -> {
                if (stage.needs(side)) {
                    assertThat(retries).isNotEmpty();
                }
            }
            case STALL -> {
                if (side == Side.SOURCE && stage.streams()) {
                    assertThat(retries).as("the walsender has given up").isNotEmpty();
                }
            }
            case DELAY -> assertThat(retries).isEmpty();
        }
    }

    /** The writers' own TRUNCATE of a table that is being copied makes an attempt begin again too (T3), whatever the fault. */
    private static List<String> retries(RunningProcess run) {
        return run.stdout().stream()
                .filter(line -> line.contains("retrying") && !line.contains("TABLE_MOVED"))
                .toList();
    }
}
