package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.engine.task.EditPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and words of the commands that have no test of their own, and of what all have in common, before use cases that answer what the test wants. */
class CommandLineTest {

    @TempDir
    private Path folder;

    private CommandsUnderTest commands;

    @BeforeEach
    void write() throws IOException {
        commands = new CommandsUnderTest(folder);
    }

    @Test
    void precheckEndsWithItsVerdict() {
        assertThat(commands.run("precheck", commands.file())).isZero();
        assertThat(commands.printed()).isEqualTo("""
                passed  item-1 (Item): all is well
                The precheck is passed.
                """);

        commands.useCases().precheck = FakeUseCases.report(Finding.failed("f", "y", "r"));
        assertThat(commands.run("precheck", commands.file())).isEqualTo(3);
        assertThat(commands.printed())
                .endsWith("The precheck is not passed: 1 of 1 items failed (success rate 0 %).\n");
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
        List<String> arguments = new ArrayList<>(List.of("control", commands.file()));
        arguments.addAll(List.of(words.split(" ", -1)));
        assertThat(commands.run(arguments.toArray(String[]::new))).isEqualTo(2);
        assertThat(commands.complained()).startsWith("USAGE: ");
        assertThat(commands.useCases().asked).isEmpty();
    }

    @Test
    void anEditIsShownAndAppliedWithTheUsersWord() {
        TableId table = new TableId("shop", "public", "a");
        commands.useCases().edits = new EditPlan(List.of(
                new EditPlan.Line("tuning", null, EditPlan.Effect.NONE, "tuning was edited.", false, ""),
                new EditPlan.Line("public.a", table, EditPlan.Effect.RELOADED, "filter edited", true, "")));
        assertThat(commands.run("apply", commands.file(), "--plan")).isZero();
        assertThat(commands.printed())
                .isEqualTo("no effect  tuning: tuning was edited.\nreloaded   public.a: filter edited\n");
        assertThat(commands.run("apply", commands.file())).isEqualTo(2);
        assertThat(commands.complained()).startsWith("USAGE: ").contains("reloaded public.a", "--yes");
        assertThat(commands.useCases().asked).isEmpty();

        assertThat(commands.run("apply", commands.file(), "--yes", "--json")).isZero();
        assertThat(commands.printed().lines())
                .endsWith(
                        "{\"event\":\"edit\",\"of\":\"public.a\",\"table\":\"public.a\",\"effect\":\"reloaded\",\"what\":\"filter edited\",\"needsConsent\":true,\"remedy\":\"\"}",
                        "{\"event\":\"applied\",\"answer\":\"the run goes on with the edited file: 1 table reloaded\"}");
        assertThat(commands.useCases().asked).containsExactly(Set.of("reloaded public.a"));
    }

    @Test
    void aRefusedLineOfAnEditIsToldWithItsRemedy() {
        commands.useCases().edits = new EditPlan(List.of(
                new EditPlan.Line("stages", null, EditPlan.Effect.REFUSED, "stages was edited", false, "Undo it.")));
        assertThat(commands.run("apply", commands.file(), "--yes")).isEqualTo(2);
        assertThat(commands.printed()).isEqualTo("REFUSED    stages: stages was edited\n           do: Undo it.\n");
        assertThat(commands.complained()).startsWith("EDIT_REFUSED: ").contains("nothing of it was");
        assertThat(commands.useCases().asked).isEmpty();
    }

    @Test
    void controlAsksTheRunAndTellsItsAnswer() {
        assertThat(commands.run("control", commands.file(), "pause")).isZero();
        assertThat(commands.printed()).isEqualTo("the run is paused\n");
        assertThat(commands.run(
                        "control",
                        commands.file(),
                        "throttle",
                        "load.bytesPerSecond=2MB",
                        "stream.rowsPerSecond=none",
                        "--json"))
                .isZero();
        assertThat(commands.printed())
                .endsWith(
                        "{\"event\":\"control\",\"verb\":\"throttle\",\"arguments\":[\"load.bytesPerSecond=2097152\",\"stream.rowsPerSecond=0\"],\"answer\":\"the run is paused\"}\n");
        assertThat(commands.useCases().asked)
                .containsExactly("PAUSE []", "THROTTLE [load.bytesPerSecond=2097152, stream.rowsPerSecond=0]");
    }

    @Test
    void cleanKeepsTablesUnlessTheDatabaseIsNamed() {
        assertThat(commands.run("clean", commands.file())).isZero();
        assertThat(commands.run("clean", commands.file(), "--drop-tables", "shop_copy"))
                .isZero();
        assertThat(commands.run("clean", commands.file(), "--drop-tables", "shop"))
                .isEqualTo(2);

        assertThat(commands.useCases().asked).containsExactly(false, true);
        assertThat(commands.complained()).isEqualTo("""
                        USAGE: --drop-tables drops tables in the database shop_copy, but shop was given
                        What to do: Give --drop-tables shop_copy when that is what you want. Nothing was removed.
                        """);
    }

    @Test
    void cleanTellsWhatIsLeft() {
        commands.useCases().left = List.of("SELECT pg_drop_replication_slot('dts_sync_shop_a1b2c3d4');");

        assertThat(commands.run("clean", commands.file())).isEqualTo(4);
        assertThat(commands.printed())
                .isEqualTo("Not removed:\nSELECT pg_drop_replication_slot('dts_sync_shop_a1b2c3d4');\n");
    }

    @Test
    void schemaPrintsTheSchemaThatTheDocumentationShips() throws IOException {
        assertThat(commands.run("schema")).isZero();

        Path shipped = Path.of("..", "docs", "reference", "task.schema.json");
        if ("write".equals(System.getProperty("syncline.golden"))) {
            Files.createDirectories(shipped.toAbsolutePath().getParent());
            Files.writeString(shipped, commands.printed());
        }
        assertThat(commands.printed())
                .as("written anew by -Dsyncline.golden=write")
                .isEqualTo(Files.readString(shipped))
                .contains("postgresql");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "test", "precheck", "status", "compare", "clean"})
    void aWrongFileIsToldWithItsPlaces(String command) throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "objcts: []\n");

        assertThat(commands.run(command, wrong.toString())).isEqualTo(2);
        assertThat(commands.complained())
                .startsWith("TASK_FILE_INVALID: The task file is not valid, so nothing was started.\n" + wrong
                        + ":1:1: $.destination: the key is missing")
                .contains("$.objcts: unknown key; did you mean objects?")
                .endsWith("What to do: Correct the file. The command `syncline schema` prints all that is allowed.\n");
        assertThat(commands.useCases().asked).isEmpty();
    }

    @Test
    void aMalformedAddressOfASegmentIsToldWithItsPlace() throws IOException {
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), """
                source: {type: postgresql, host: h, database: d, user: u, segments: {0: "gate:7001", 1: "gate", 2: "gate:70000"}}
                destination: {type: postgresql, host: h, database: d, user: u}
                objects: ["public.*"]
                """);

        assertThat(commands.run("precheck", wrong.toString())).isEqualTo(2);
        assertThat(commands.complained())
                .contains(
                        "$.source.segments[\"1\"]: must be an address and a port: \"host:5432\", found the text \"gate\"")
                .contains("$.source.segments[\"2\"]: must be an address and a port")
                .doesNotContain("segments[\"0\"]");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void everyFailureEndsWithItsExitCode(ErrorCode code) {
        commands.useCases().failure = new SyncException(code, "m", "r");
        int expected = switch (code.kind()) {
            case USER -> code == ErrorCode.PRECHECK_FAILED ? 3 : code == ErrorCode.AUTHENTICATION ? 4 : 2;
            case SOURCE, DESTINATION, DATA, TRANSIENT, FENCED -> 4;
            case BUG -> 1;
        };

        assertThat(commands.run("clean", commands.file())).isEqualTo(expected);
        assertThat(commands.complained()).isEqualTo(code + ": m\nWhat to do: r\n");
    }

    @Test
    void anUnexpectedFailureIsOneLineWithoutItsMessage() {
        commands.useCases().failure = new IllegalStateException("a value of a row");

        assertThat(commands.run("status", commands.file())).isEqualTo(1);
        assertThat(commands.complained())
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
        assertThat(commands.run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)))
                .isEqualTo(2);
        assertThat(commands.complained())
                .startsWith("USAGE: ")
                .contains("What to do: see `syncline")
                .doesNotContain("\tat ");
        assertThat(commands.complained().lines()).hasSizeBetween(2, 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"test", "precheck", "run", "status", "apply", "control", "compare", "clean", "schema"})
    void everyCommandHelps(String command) {
        assertThat(commands.run(command, "--help")).isZero();
        assertThat(commands.printed()).startsWith("Usage: syncline " + command).contains("--log-file");
        assertThat(commands.run(command, "--version")).isZero();
        assertThat(commands.printed()).contains("syncline (not packaged)");
    }
}
