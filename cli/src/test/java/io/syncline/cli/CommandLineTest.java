package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Connector;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.TaskIdentity;
import io.syncline.cli.command.Commands;
import io.syncline.cli.command.Context;
import io.syncline.cli.command.LogOptions;
import io.syncline.cli.command.Stopping;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.Output;
import io.syncline.document.TaskReader;
import io.syncline.document.TaskSchema;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.ConnectivityReport;
import io.syncline.engine.task.EditPlan;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskState;
import io.syncline.engine.task.TaskStatus;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.Difference;
import io.syncline.engine.verify.TableResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Exit codes and words of every command, before use cases that answer what the test wants. */
class CommandLineTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeUseCases useCases = new FakeUseCases();
    private final List<String> ends = new ArrayList<>();
    private Stopping stopping = stopping(output());
    private String file = "";

    @BeforeEach
    void writeTaskFile() throws IOException {
        file = Files.writeString(folder.resolve("shop-copy.yaml"), """
                source:      {type: postgresql, host: 127.0.0.1, database: shop, user: sync}
                destination: {type: postgresql, host: 127.0.0.1, port: 5502, database: shop_copy, user: sync}
                objects: ["public.*"]
                """).toString();
    }

    @Test
    void runEndsWithZeroWhenAllIsDone() {
        assertThat(syncline("run", file)).isZero();
        assertThat(useCases.asked).containsExactly(new RunOptions(false, Set.of()));
    }

    @Test
    void runUntilCaughtUpAsksForIt() {
        useCases.outcome = RunOutcome.CaughtUp::new;

        assertThat(syncline("run", file, "--until", "caught-up")).isZero();
        assertThat(useCases.asked).containsExactly(new RunOptions(true, Set.of()));
    }

    @Test
    void runEndsWith3WhenThePrecheckFails() {
        var report = FakeUseCases.report(
                Finding.passed("fine"),
                Finding.failed(
                        "wal_level is replica", "No changes can be read.", "ALTER SYSTEM SET wal_level = logical;"));
        useCases.events = List.of(new TaskEvent.PrecheckDone(report));
        useCases.outcome = () -> new RunOutcome.PrecheckFailed(report);

        assertThat(syncline("run", file)).isEqualTo(3);
        assertThat(printed()).isEqualTo("""
                12:00:00 FAILED  item-2 (Item): wal_level is replica
                12:00:00           why: No changes can be read.
                12:00:00           do:  ALTER SYSTEM SET wal_level = logical;
                12:00:00 The precheck is not passed: 1 of 2 items failed (success rate 50 %).
                """);
    }

    @Test
    void runEndsWith4WhenTheTaskFails() {
        useCases.outcome = () -> new RunOutcome.Failed(FakeUseCases.unreachable());

        assertThat(syncline("run", file)).isEqualTo(4);
        assertThat(complained()).isEqualTo("""
                SOURCE_UNREACHABLE: source postgresql://h:1/d: connection refused
                What to do: Start the server.
                """);
    }

    @Test
    void runEndsWith130AfterACleanStopByInterrupt() {
        useCases.outcome = () -> {
            stopping.signalled(130);
            return new RunOutcome.Stopped();
        };

        assertThat(syncline("run", file)).isEqualTo(130);
        assertThat(useCases.stopped).isTrue();
        assertThat(ends).isEmpty();
        assertThat(complained()).isEqualTo("Stopping; a second signal ends the process at once.\n");
    }

    @Test
    void aSecondSignalEndsTheProcessAtOnce() {
        useCases.outcome = () -> {
            stopping.signalled(143);
            stopping.signalled(143);
            return new RunOutcome.Stopped();
        };

        assertThat(syncline("run", file)).isEqualTo(143);
        assertThat(ends).containsExactly("halt 143");
    }

    @Test
    void aSignalWithoutStoppableWorkEndsTheProcess() {
        stopping.signalled(143);

        assertThat(ends).containsExactly("exit 143");
    }

    @Test
    void aStopThatComesBeforeTheRunIsNotForgotten() {
        stopping.signalled(130);
        useCases.outcome = RunOutcome.Stopped::new;

        assertThat(syncline("run", file)).isEqualTo(130);
        assertThat(useCases.stopped).isTrue();
    }

    @Test
    void everyStateChangePrintsTheStatesName() {
        List<TaskEvent> events = new ArrayList<>();
        for (TaskState state : TaskState.values()) {
            events.add(new TaskEvent.StateChanged(state, state == TaskState.PAUSED ? "stopped by the user" : ""));
        }
        useCases.events = events;

        assertThat(syncline("run", file)).isZero();
        assertThat(printed().lines())
                .hasSize(TaskState.values().length)
                .contains("12:00:00 SYNCHRONIZING", "12:00:00 PAUSED: stopped by the user");
    }

    @Test
    void progressIsPrintedInPlainLinesAtMostEvery5Seconds() {
        useCases.events = List.of(
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

        assertThat(syncline("run", file)).isZero();
        assertThat(printed()).isEqualTo("""
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
        useCases.events = List.of(
                new TaskEvent.StateChanged(TaskState.INITIALIZING, "schema"),
                new TaskEvent.PrecheckDone(FakeUseCases.report(Finding.warning("w", "y", "r"))),
                new TaskEvent.ObjectsMade("schema", 1, 3),
                load(1_500_000),
                new TaskEvent.Streaming(stream()),
                new TaskEvent.Retrying(FakeUseCases.unreachable(), Duration.ofMillis(500)),
                new TaskEvent.Notice("n"));

        assertThat(syncline("run", file, "--json")).isZero();
        assertThat(printed()).isEqualTo("""
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
        useCases.outcome = () -> new RunOutcome.Failed(FakeUseCases.unreachable());

        assertThat(syncline("run", file, "--json")).isEqualTo(4);
        assertThat(printed()).isEqualTo("""
                {"event":"failure","code":"SOURCE_UNREACHABLE","message":"source postgresql://h:1/d: connection refused","remedy":"Start the server.","exitCode":4}
                """);
        assertThat(complained()).startsWith("SOURCE_UNREACHABLE: ");
    }

    @Test
    void testTellsHowBothEndsAreReached() {
        assertThat(syncline("test", file)).isZero();
        assertThat(printed()).isEqualTo("""
                Source postgresql://h:1/s
                  server:     PostgreSQL 17.5, primary
                  encryption: none
                  round trip: 0.2 ms
                  throughput: 1,000.0 Mb/s
                  clock:      2.0 ms ahead of this machine's
                  database:   11.6 GB
                Destination postgresql://h:2/d
                  server:     PostgreSQL 17.5, primary
                  encryption: none
                  round trip: 0.2 ms
                  throughput: 2,000.0 Mb/s
                  clock:      0.0 ms ahead of this machine's
                  database:   11.6 GB
                At this rate the source's database is copied in 1 min 40 s at best.
                Both ends can be used.
                """);
    }

    @Test
    void testWarnsOfSlowWaysAndWrongClocks() {
        useCases.connectivity = new ConnectivityReport(
                FakeUseCases.end("source", "s", Duration.ofSeconds(-3), 12e6),
                FakeUseCases.end("destination", "d", Duration.ofMillis(900), 13e6));

        assertThat(syncline("test", file)).isZero();
        assertThat(printed().lines().filter(line -> line.startsWith("warning")))
                .containsExactly(
                        "warning: The way to the source carries 96.0 Mb/s, less than 100.0 Mb/s: copying the source's database takes 17 min 22 s at least.",
                        "warning: The clock of the source is 3000 ms behind this machine's: latencies would be told wrong. Have both follow a time server.",
                        "warning: The clock of the source is 3900 ms behind the destination's: times that both write cannot be compared. Have both follow a time server.");
    }

    @Test
    void testEndsWith4WhenAnEndCannotBeUsed() {
        useCases.connectivity = new ConnectivityReport(
                new ConnectivityReport.End(
                        "source", "s", new ConnectivityReport.NotReached(FakeUseCases.unreachable())),
                FakeUseCases.end("destination", "d", Duration.ZERO, 250e6));

        assertThat(syncline("test", file, "--json")).isEqualTo(4);
        assertThat(printed()).isEqualTo("""
                {"event":"connection","end":"source","address":"s","reached":false,"code":"SOURCE_UNREACHABLE","message":"source postgresql://h:1/d: connection refused","remedy":"Start the server."}
                {"event":"connection","end":"destination","address":"d","reached":true,"server":"PostgreSQL 17.5, primary","encryption":"none","roundTripSeconds":2.0E-4,"bytesPerSecond":250000000,"clockAheadSeconds":0.0,"clockUncertaintySeconds":1.0E-4,"databaseBytes":12500000000}
                {"event":"connections","passed":false,"clockAheadSeconds":null,"bytesPerSecond":null,"loadSeconds":null,"warnings":[]}
                """);
    }

    @Test
    void precheckEndsWithItsVerdict() {
        assertThat(syncline("precheck", file)).isZero();
        assertThat(printed()).isEqualTo("""
                passed  item-1 (Item): all is well
                The precheck is passed.
                """);

        useCases.precheck = FakeUseCases.report(Finding.failed("f", "y", "r"));
        assertThat(syncline("precheck", file)).isEqualTo(3);
        assertThat(printed()).endsWith("The precheck is not passed: 1 of 1 items failed (success rate 0 %).\n");
    }

    @Test
    void statusTellsWhatTheLedgerKnows() {
        useCases.status = Optional.of(status());

        assertThat(syncline("status", file)).isZero();
        assertThat(printed()).isEqualTo("""
                task          shop-copy (id a1b2c3d4)
                state         SYNCHRONIZING: following
                run           by host, process 1, seen 3 s ago
                source        postgresql://127.0.0.1:5432/shop
                full          1 of 2 tables, 1,000 rows, 9.8 kB
                stream        main at 7, synchronized from 5
                suspended     public.odd since 2026-01-31T11:00:00Z main at 6, is to be loaded anew: asked for by you
                conflicts     1,200 in public.a: an insert found its key, the source's row was written
                              2026-01-02T03:04:05Z public.a (7, x): another row had a unique value, the other row was deleted (9, x)
                bad values    3 rows of public.a are in quarantine
                              1,200 in public.a: column v was refused (SQLSTATE 22003), the row was quarantined
                              2026-01-02T03:04:05Z public.a (7, x), update: column v was refused (SQLSTATE 22003), the row was quarantined
                not made      view shop.sums: it needs shop.customers, which is not chosen
                """);

        assertThat(syncline("status", file, "--json")).isZero();
        assertThat(printed()).endsWith("""
                {"event":"status","name":"shop-copy","id":"a1b2c3d4","state":"SYNCHRONIZING","detail":"following","running":true,"owner":"host, process 1","source":"postgresql://127.0.0.1:5432/shop","tables":{"planned":1,"loaded":0,"keyed":1,"stale":0},"merged":{},"rows":1000,"bytes":10000,"streams":[{"stream":"main","position":"7","catchUpTo":null,"synchronizedFrom":"5"}],"refetches":0,"suspended":[{"table":"public.odd","at":"2026-01-31T11:00:00Z","from":"main at 6","returns":"asked","cause":"asked for by you"}],"conflicts":{"total":1200,"counts":[{"table":"public.a","kind":"insert_finds_key","outcome":"written","conflicts":1200}],"last":[{"at":"2026-01-02T03:04:05Z","table":"public.a","kind":"unique_value_taken","outcome":"other_removed","key":["7","x"],"removed":["9","x"]}]},"badValues":{"total":1200,"quarantined":[{"table":"public.a","rows":3}],"counts":[{"table":"public.a","column":"v","constraint":"","sqlState":"22003","outcome":"quarantined","values":1200}],"last":[{"table":"public.a","column":"v","constraint":"","sqlState":"22003","outcome":"quarantined","kind":"update","key":["7","x"],"at":"2026-01-02T03:04:05Z"}]},"notMade":[{"what":"view shop.sums","why":"it needs shop.customers, which is not chosen"}]}
                """);
    }

    @Test
    void statusOfATaskThatNeverStartedIsWrongUsage() {
        assertThat(syncline("status", file)).isEqualTo(2);
        assertThat(complained()).startsWith("TASK_UNKNOWN: the destination knows no task shop-copy");
    }

    @Test
    void compareEndsWith5AndTheKeysThatDiffer() {
        useCases.compare = differences();

        assertThat(syncline("compare", file)).isEqualTo(5);
        assertThat(printed()).isEqualTo("""
                same      public.a: 3 rows
                DIFFERENT public.b -> archive.b: 5 rows at the source, 4 at the destination
                            missing at the destination: id=7
                            other values: id=8: note, price
                            and 2 more
                3 rows differ, 1 changed faster than they could be compared, in 8 rows of 2 tables.
                """);
        assertThat(useCases.asked).containsExactly(CompareOptions.DEFAULT);
    }

    @Test
    void compareTellsPrograms() {
        useCases.compare = differences();

        assertThat(syncline(
                        "compare", file, "--show-keys", "hash", "--show-values", "--max-differences", "2", "--json"))
                .isEqualTo(5);
        assertThat(printed()).isEqualTo("""
                {"event":"compareTable","source":"public.a","destination":"public.a","same":true,"sourceRows":3,"destinationRows":3,"differing":0,"unsettled":0,"rows":[]}
                {"event":"compareTable","source":"public.b","destination":"archive.b","same":false,"sourceRows":5,"destinationRows":4,"differing":3,"unsettled":1,"rows":[{"kind":"missing","key":"id=7","columns":[]},{"kind":"changed","key":"id=8","columns":["note","price"]}]}
                {"event":"compare","same":false,"followed":true,"tables":2,"rows":8,"differing":3,"unsettled":1}
                """);
        assertThat(useCases.asked).containsExactly(new CompareOptions(CompareOptions.ShowKeys.HASH, true, 2));
    }

    @Test
    void compareEndsWithZeroWithoutDifferences() {
        assertThat(syncline("compare", file)).isZero();
        assertThat(printed()).isEqualTo("No differences in 0 rows of 0 tables.\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pause now",
                "suspend",
                "suspend a b",
                "resync",
                "throttle",
                "throttle stream.rows=5",
                "throttle stream.rowsPerSecond=fast"
            })
    void whatControlCannotAskForIsWrongUsage(String words) {
        List<String> arguments = new ArrayList<>(List.of("control", file));
        arguments.addAll(List.of(words.split(" ", -1)));
        assertThat(syncline(arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(complained()).startsWith("USAGE: ");
        assertThat(useCases.asked).isEmpty();
    }

    @Test
    void anEditIsShownAndAppliedWithTheUsersWord() {
        TableId table = new TableId("shop", "public", "a");
        useCases.edits = new EditPlan(List.of(
                new EditPlan.Line("tuning", null, EditPlan.Effect.NONE, "tuning was edited.", false, ""),
                new EditPlan.Line("public.a", table, EditPlan.Effect.RELOADED, "filter edited", true, "")));
        assertThat(syncline("apply", file, "--plan")).isZero();
        assertThat(printed()).isEqualTo("no effect  tuning: tuning was edited.\nreloaded   public.a: filter edited\n");
        assertThat(syncline("apply", file)).isEqualTo(2);
        assertThat(complained()).startsWith("USAGE: ").contains("reloaded public.a", "--yes");
        assertThat(useCases.asked).isEmpty();

        assertThat(syncline("apply", file, "--yes", "--json")).isZero();
        assertThat(printed().lines())
                .endsWith(
                        "{\"event\":\"edit\",\"of\":\"public.a\",\"table\":\"public.a\",\"effect\":\"reloaded\",\"what\":\"filter edited\",\"needsConsent\":true,\"remedy\":\"\"}",
                        "{\"event\":\"applied\",\"answer\":\"the run goes on with the edited file: 1 table reloaded\"}");
        assertThat(useCases.asked).containsExactly(Set.of("reloaded public.a"));
    }

    @Test
    void aRefusedLineOfAnEditIsToldWithItsRemedy() {
        useCases.edits = new EditPlan(List.of(
                new EditPlan.Line("stages", null, EditPlan.Effect.REFUSED, "stages was edited", false, "Undo it.")));
        assertThat(syncline("apply", file, "--yes")).isEqualTo(2);
        assertThat(printed()).isEqualTo("REFUSED    stages: stages was edited\n           do: Undo it.\n");
        assertThat(complained()).startsWith("EDIT_REFUSED: ").contains("nothing of it was");
        assertThat(useCases.asked).isEmpty();
    }

    @Test
    void controlAsksTheRunAndTellsItsAnswer() {
        assertThat(syncline("control", file, "pause")).isZero();
        assertThat(printed()).isEqualTo("the run is paused\n");
        assertThat(syncline(
                        "control", file, "throttle", "load.bytesPerSecond=2MB", "stream.rowsPerSecond=none", "--json"))
                .isZero();
        assertThat(printed())
                .endsWith(
                        "{\"event\":\"control\",\"verb\":\"throttle\",\"arguments\":[\"load.bytesPerSecond=2097152\",\"stream.rowsPerSecond=0\"],\"answer\":\"the run is paused\"}\n");
        assertThat(useCases.asked)
                .containsExactly("PAUSE []", "THROTTLE [load.bytesPerSecond=2097152, stream.rowsPerSecond=0]");
    }

    @Test
    void cleanKeepsTablesUnlessTheDatabaseIsNamed() {
        assertThat(syncline("clean", file)).isZero();
        assertThat(syncline("clean", file, "--drop-tables", "shop_copy")).isZero();
        assertThat(syncline("clean", file, "--drop-tables", "shop")).isEqualTo(2);

        assertThat(useCases.asked).containsExactly(false, true);
        assertThat(complained()).isEqualTo("""
                        USAGE: --drop-tables drops tables in the database shop_copy, but shop was given
                        What to do: Give --drop-tables shop_copy when that is what you want. Nothing was removed.
                        """);
    }

    @Test
    void cleanTellsWhatIsLeft() {
        useCases.left = List.of("SELECT pg_drop_replication_slot('dts_sync_shop_a1b2c3d4');");

        assertThat(syncline("clean", file)).isEqualTo(4);
        assertThat(printed()).isEqualTo("Not removed:\nSELECT pg_drop_replication_slot('dts_sync_shop_a1b2c3d4');\n");
    }

    @Test
    void schemaPrintsTheSchemaThatTheDocumentationShips() throws IOException {
        assertThat(syncline("schema")).isZero();

        Path shipped = Path.of("..", "docs", "reference", "task.schema.json");
        if ("write".equals(System.getProperty("syncline.golden"))) {
            Files.createDirectories(shipped.toAbsolutePath().getParent());
            Files.writeString(shipped, printed());
        }
        assertThat(printed())
                .as("written anew by -Dsyncline.golden=write")
                .isEqualTo(Files.readString(shipped))
                .contains("postgresql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "test", "precheck", "status", "compare", "clean"})
    void aWrongFileIsToldWithItsPlaces(String command) throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "objcts: []\n");

        assertThat(syncline(command, wrong.toString())).isEqualTo(2);
        assertThat(complained())
                .startsWith("TASK_FILE_INVALID: The task file is not valid, so nothing was started.\n" + wrong
                        + ":1:1: $.destination: the key is missing")
                .contains("$.objcts: unknown key; did you mean objects?")
                .endsWith("What to do: Correct the file. The command `syncline schema` prints all that is allowed.\n");
        assertThat(useCases.asked).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyFailureEndsWithItsExitCode(ErrorCode code) {
        useCases.failure = new SyncException(code, "m", "r");
        int expected = switch (code.kind()) {
            case USER -> code == ErrorCode.PRECHECK_FAILED ? 3 : code == ErrorCode.AUTHENTICATION ? 4 : 2;
            case SOURCE, DESTINATION, DATA, TRANSIENT, FENCED -> 4;
            case BUG -> 1;
        };

        assertThat(syncline("clean", file)).isEqualTo(expected);
        assertThat(complained()).isEqualTo(code + ": m\nWhat to do: r\n");
    }

    @Test
    void anUnexpectedFailureIsOneLineWithoutItsMessage() {
        useCases.failure = new IllegalStateException("a value of a row");

        assertThat(syncline("status", file)).isEqualTo(1);
        assertThat(complained())
                .matches(
                        "INTERNAL: an unexpected IllegalStateException in io\\.syncline\\.[^\n]+, line \\d+\\. This is a"
                                + " defect of Syncline: [^\n]+\n")
                .doesNotContain("a value of a row");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "runn x",
                "run",
                "run a b",
                "run a --until tomorrow",
                "compare a --max-differences many",
                "control a",
                "control a stop",
                "apply",
                "--nope"
            })
    void wrongWordsAreToldInTwoLinesOrThree(String arguments) {
        assertThat(syncline(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(2);
        assertThat(complained())
                .startsWith("USAGE: ")
                .contains("What to do: see `syncline")
                .doesNotContain("\tat ");
        assertThat(complained().lines()).hasSizeBetween(2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "precheck", "run", "status", "apply", "control", "compare", "clean", "schema"})
    void everyCommandHelps(String command) {
        assertThat(syncline(command, "--help")).isZero();
        assertThat(printed()).startsWith("Usage: syncline " + command).contains("--log-file");
        assertThat(syncline(command, "--version")).isZero();
        assertThat(printed()).contains("syncline (not packaged)");
    }

    private int syncline(String... arguments) {
        Failures failures = new Failures(output().err(), false);
        Context context = new Context(
                output(),
                failures,
                stopping,
                Clock.fixed(NOW, ZoneOffset.UTC),
                CommandLineTest::schema,
                () -> new TaskReader(schema(), Map.of()),
                () -> useCases);
        CommandLine line = new Commands(context, new LogOptions((level, log) -> {}))
                .under(new Syncline(), new Version(), Map.of(), arguments);
        return line.execute(arguments);
    }

    private static TaskSchema schema() {
        return TaskSchema.of(ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
    }

    private Output output() {
        return new Output(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
    }

    private Stopping stopping(Output output) {
        return new Stopping(output, new Stopping.Exit() {
            @Override
            public void exit(int code) {
                ends.add("exit " + code);
            }

            @Override
            public void halt(int code) {
                ends.add("halt " + code);
            }
        });
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static TaskEvent.LoadProgress load(long rows) {
        return new TaskEvent.LoadProgress(4, rows, 150 << 20, 2_000_000, Duration.ofSeconds(2), 1_000_000, 100 << 20);
    }

    private static StreamProgress stream() {
        return new StreamProgress(
                new StreamId("main"),
                new At(7),
                NOW,
                Duration.ofNanos(4_200_000),
                Duration.ofMillis(11),
                12_034,
                3_011,
                100,
                10,
                1_258_291,
                "destination");
    }

    private static TaskStatus status() {
        var task = new Ledger.TaskEntry(
                new TaskIdentity("shop-copy", "a1b2c3d4"),
                "postgresql://127.0.0.1:5432/shop",
                null,
                "SYNCHRONIZING",
                "following",
                "host, process 1",
                1,
                NOW,
                Duration.ofSeconds(3),
                "f");
        var loaded = new Ledger.TableEntry(
                new TableId("shop", "public", "a"),
                new TableId("shop", "public", "a"),
                1,
                "id integer",
                Ledger.LoadStatus.KEYED,
                null,
                null,
                List.of(new Ledger.ChunkEntry(
                        new Chunk(new TableId("shop", "public", "a"), 0, new Chunk.Whole()),
                        new Ledger.ChunkDone(1000, 10_000, Positions.NONE))));
        var planned = new Ledger.TableEntry(
                new TableId("shop", "public", "b"),
                new TableId("shop", "public", "b"),
                2,
                "id integer",
                Ledger.LoadStatus.PLANNED,
                null,
                null,
                List.of());
        var stream = new Ledger.StreamEntry(new StreamId("main"), new At(7), null, new At(5));
        var suspended = new Ledger.SuspendedEntry(
                new TableId("shop", "public", "odd"),
                Positions.of(new StreamId("main"), new At(6)),
                "asked for by you",
                Instant.parse("2026-01-31T11:00:00Z"),
                Ledger.Return.ASKED);
        return new TaskStatus(
                new Ledger.TaskMemory(
                        task, List.of(stream), List.of(loaded, planned), List.of(), List.of(suspended), List.of()),
                true,
                TaskState.SYNCHRONIZING,
                conflicts(),
                badValues(),
                List.of(new Ledger.NotMade("view shop.sums", "it needs shop.customers, which is not chosen", false)));
    }

    private static Conflict.Report conflicts() {
        TableId table = new TableId("copy", "public", "a");
        return new Conflict.Report(
                List.of(new Conflict.Count(table, Conflict.Kind.INSERT_FINDS_KEY, Conflict.Outcome.WRITTEN, 1200)),
                List.of(new Conflict(
                        table,
                        Conflict.Kind.UNIQUE_VALUE_TAKEN,
                        Conflict.Outcome.OTHER_REMOVED,
                        List.of("7", "x"),
                        List.of("9", "x"),
                        Instant.parse("2026-01-02T03:04:05Z"))));
    }

    private static BadValue.Report badValues() {
        TableId table = new TableId("copy", "public", "a");
        BadValue.Refused what = new BadValue.Refused("22003", "v", "");
        return new BadValue.Report(
                List.of(new BadValue.Count(table, what, BadValue.Outcome.QUARANTINED, 1200)),
                List.of(new BadValue(
                        table,
                        what,
                        BadValue.Kind.UPDATE,
                        BadValue.Outcome.QUARANTINED,
                        List.of("7", "x"),
                        Instant.parse("2026-01-02T03:04:05Z"))),
                List.of(new BadValue.Quarantined(new TableId("shop", "public", "a"), 3)));
    }

    private static CompareReport differences() {
        TableId a = new TableId("shop", "public", "a");
        return new CompareReport(
                List.of(
                        new TableResult(a, new TableId("copy", "public", "a"), 3, 3, 0, 0, List.of()),
                        new TableResult(
                                new TableId("shop", "public", "b"),
                                new TableId("copy", "archive", "b"),
                                5,
                                4,
                                3,
                                1,
                                List.of(
                                        new Difference(Difference.Kind.MISSING, "id=7", List.of()),
                                        new Difference(Difference.Kind.CHANGED, "id=8", List.of("note", "price"))))),
                true);
    }

    private record At(long number) implements Position {
        @Override
        public boolean reached(Position target) {
            return target instanceof At at && number >= at.number;
        }

        @Override
        public Position merge(Position other) {
            return reached(other) ? this : other;
        }

        @Override
        public String text() {
            return Long.toString(number);
        }
    }
}
