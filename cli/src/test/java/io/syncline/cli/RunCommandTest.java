package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.StreamId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes and words of {@code run}, before a run that ends as the test wants. */
class RunCommandTest {

    private CommandsUnderTest commands;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        commands = new CommandsUnderTest(folder);
    }

    @Test
    void runEndsWithZeroWhenAllIsDone() {
        assertThat(commands.run("run", commands.file())).isZero();
        assertThat(commands.useCases().asked).containsExactly(new RunOptions(false, Set.of()));
    }

    @Test
    void runUntilCaughtUpAsksForIt() {
        commands.useCases().outcome = RunOutcome.CaughtUp::new;

        assertThat(commands.run("run", commands.file(), "--until", "caught-up")).isZero();
        assertThat(commands.useCases().asked).containsExactly(new RunOptions(true, Set.of()));
    }

    @Test
    void runEndsWith3WhenThePrecheckFails() {
        var report = FakeUseCases.report(
                Finding.passed("fine"),
                Finding.failed(
                        "wal_level is replica", "No changes can be read.", "ALTER SYSTEM SET wal_level = logical;"));
        commands.useCases().events = List.of(new TaskEvent.PrecheckDone(report));
        commands.useCases().outcome = () -> new RunOutcome.PrecheckFailed(report);

        assertThat(commands.run("run", commands.file())).isEqualTo(3);
        assertThat(commands.printed()).isEqualTo("""
                12:00:00 FAILED  item-2 (Item): wal_level is replica
                12:00:00           why: No changes can be read.
                12:00:00           do:  ALTER SYSTEM SET wal_level = logical;
                12:00:00 The precheck is not passed: 1 of 2 items failed (success rate 50 %).
                """);
    }

    @Test
    void runEndsWith4WhenTheTaskFails() {
        commands.useCases().outcome = () -> new RunOutcome.Failed(FakeUseCases.unreachable());

        assertThat(commands.run("run", commands.file())).isEqualTo(4);
        assertThat(commands.complained()).isEqualTo("""
                SOURCE_UNREACHABLE: source postgresql://h:1/d: connection refused
                What to do: Start the server.
                """);
    }

    @Test
    void runEndsWith130AfterACleanStopByInterrupt() {
        commands.useCases().outcome = () -> {
            commands.stopping().signalled(130);
            return new RunOutcome.Stopped();
        };

        assertThat(commands.run("run", commands.file())).isEqualTo(130);
        assertThat(commands.useCases().stopped).isTrue();
        assertThat(commands.ends()).isEmpty();
        assertThat(commands.complained()).isEqualTo("Stopping; a second signal ends the process at once.\n");
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnce() {
        commands.useCases().outcome = () -> {
            commands.stopping().signalled(143);
            commands.stopping().signalled(143);
            return new RunOutcome.Stopped();
        };

        assertThat(commands.run("run", commands.file())).isEqualTo(143);
        assertThat(commands.ends()).containsExactly("halt 143");
    }

    @Test
    void aSignalWithoutStoppableWorkEndsTheProcess() {
        commands.stopping().signalled(143);

        assertThat(commands.ends()).containsExactly("exit 143");
    }

    @Test
    void aStopThatComesBeforeTheRunIsNotForgotten() {
        commands.stopping().signalled(130);
        commands.useCases().outcome = RunOutcome.Stopped::new;

        assertThat(commands.run("run", commands.file())).isEqualTo(130);
        assertThat(commands.useCases().stopped).isTrue();
    }

    @Test
    void everyStateChangePrintsTheStatesName() {
        List<TaskEvent> events = new ArrayList<>();
        for (TaskState state : TaskState.values()) {
            events.add(new TaskEvent.StateChanged(state, state == TaskState.PAUSED ? "stopped by the user" : ""));
        }
        commands.useCases().events = events;

        assertThat(commands.run("run", commands.file())).isZero();
        assertThat(commands.printed().lines())
                .hasSize(TaskState.values().length)
                .contains("12:00:00 SYNCHRONIZING", "12:00:00 PAUSED: stopped by the user");
    }

    @Test
    void progressIsPrintedInPlainLinesAtMostEvery5Seconds() {
        commands.useCases().events = List.of(
                new TaskEvent.ObjectsMade("schema", 1, 3),
                new TaskEvent.ObjectsMade("schema", 2, 3),
                new TaskEvent.ObjectsMade("schema", 3, 3),
                load(1_500_000),
                load(1_600_000),
                load(2_000_000),
                new TaskEvent.Streaming(stream()),
                new TaskEvent.Streaming(stream()),
                new TaskEvent.Retrying(FakeUseCases.unreachable(), Duration.ofSeconds(65)),
                new TaskEvent.Notice("the table public.log has no key"));

        assertThat(commands.run("run", commands.file())).isZero();
        assertThat(commands.printed()).isEqualTo("""
                12:00:00 schema: 3 of 3 objects
                12:00:00 full: 1,500,000 of about 2,000,000 rows, 500,000 rows/s, 50.0 MB/s, 1 s left
                12:00:00 full: 2,000,000 of about 2,000,000 rows, 500,000 rows/s, 50.0 MB/s
                12:00:00 incremental: 12,034 changes/s, 3,011 transactions/s, latency p50 4.2 ms, p99 11 ms, queue 1.2 MB, waits for destination, position 7
                12:00:00 retrying in 1 min 5 s: SOURCE_UNREACHABLE: source postgresql://h:1/d: connection refused
                12:00:00 note: the table public.log has no key
                """);
    }

    @Test
    void jsonPrintsOneObjectALine() {
        commands.useCases().events = List.of(
                new TaskEvent.StateChanged(TaskState.INITIALIZING, "schema"),
                new TaskEvent.PrecheckDone(FakeUseCases.report(Finding.warning("w", "y", "r"))),
                new TaskEvent.ObjectsMade("schema", 1, 3),
                load(1_500_000),
                new TaskEvent.Streaming(stream()),
                new TaskEvent.Retrying(FakeUseCases.unreachable(), Duration.ofMillis(500)),
                new TaskEvent.Notice("n"));

        assertThat(commands.run("run", commands.file(), "--json")).isZero();
        assertThat(commands.printed()).isEqualTo("""
                {"event":"state","time":"2026-01-31T12:00:00Z","state":"INITIALIZING","detail":"schema"}
                {"event":"precheckItem","time":"2026-01-31T12:00:00Z","id":"item-1","title":"Item","result":"warning","found":"w","why":"y","remedy":"r","ignorable":true}
                {"event":"precheck","time":"2026-01-31T12:00:00Z","passed":true,"successRate":100}
                {"event":"objects","time":"2026-01-31T12:00:00Z","phase":"schema","done":1,"total":3}
                {"event":"load","time":"2026-01-31T12:00:00Z","tables":4,"rows":1500000,"bytes":157286400,"estimatedRows":2000000,"elapsedSeconds":2.0,"rowsPerSecond":500000,"bytesPerSecond":52428800,"secondsLeft":1}
                {"event":"stream","time":"2026-01-31T12:00:00Z","stream":"main","position":"7","committedAt":"2026-01-31T12:00:00Z","latencyP50Seconds":0.0042,"latencyP99Seconds":0.011,"changesPerSecond":12034,"transactionsPerSecond":3011,"changes":100,"transactions":10,"queuedBytes":1258291,"waitsFor":"destination"}
                {"event":"retry","time":"2026-01-31T12:00:00Z","code":"SOURCE_UNREACHABLE","message":"source postgresql://h:1/d: connection refused","inSeconds":0.5}
                {"event":"notice","time":"2026-01-31T12:00:00Z","text":"n"}
                {"event":"end","time":"2026-01-31T12:00:00Z","outcome":"finished","exitCode":0}
                """);
    }

    @Test
    void jsonTellsFailuresToProgramsAndPeople() {
        commands.useCases().outcome = () -> new RunOutcome.Failed(FakeUseCases.unreachable());

        assertThat(commands.run("run", commands.file(), "--json")).isEqualTo(4);
        assertThat(commands.printed()).isEqualTo("""
                {"event":"failure","code":"SOURCE_UNREACHABLE","message":"source postgresql://h:1/d: connection refused","remedy":"Start the server.","exitCode":4}
                """);
        assertThat(commands.complained()).startsWith("SOURCE_UNREACHABLE: ");
    }

    private static TaskEvent.LoadProgress load(long rows) {
        return new TaskEvent.LoadProgress(4, rows, 150 << 20, 2_000_000, Duration.ofSeconds(2), 1_000_000, 100 << 20);
    }

    private static StreamProgress stream() {
        return new StreamProgress(
                new StreamId("main"),
                new TestPosition(7),
                CommandsUnderTest.NOW,
                Duration.ofNanos(4_200_000),
                Duration.ofMillis(11),
                12_034,
                3_011,
                100,
                10,
                1_258_291,
                "destination");
    }
}
