package io.syncline.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.Connector;
import io.syncline.cli.command.Commands;
import io.syncline.cli.command.Context;
import io.syncline.cli.command.LogOptions;
import io.syncline.cli.command.Stopping;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.Output;
import io.syncline.document.TaskReader;
import io.syncline.document.TaskSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands do with each of many databases, before use cases that answer what the test wants. */
class ManyDatabasesCommandTest {

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeUseCases useCases = new FakeUseCases();
    private String file = "";

    @BeforeEach
    void writeTaskFile() throws IOException {
        file = Files.writeString(folder.resolve("many.yaml"), """
                source:      {type: postgresql, host: 127.0.0.1, database: postgres, user: sync}
                destination: {type: postgresql, host: 127.0.0.1, port: 5502, database: postgres, user: sync}
                objects: ["public.*"]
                databases: [{database: crm, to: crm_copy}, shop]
                """).toString();
    }

    @Test
    void oneThatFailsLeavesTheOthersAloneAndGivesTheExitCode() {
        useCases.ailing = "crm";

        assertThat(syncline("control", file, "pause")).isEqualTo(4);
        assertThat(printed()).isEqualTo("""
                Database crm:

                Database shop:
                the run is paused

                """);
        assertThat(complained()).startsWith("crm: SOURCE_UNREACHABLE: ");
    }

    @Test
    void programsHearWhichDatabaseALineIsAbout() {
        useCases.ailing = "crm";

        assertThat(syncline("control", file, "pause", "--json")).isEqualTo(4);
        assertThat(printed()).isEqualTo("""
                {"event":"failure","code":"SOURCE_UNREACHABLE","message":"source postgresql://h:1/d: connection refused","remedy":"Start the server.","exitCode":4,"database":"crm"}
                {"event":"control","verb":"pause","arguments":[],"answer":"the run is paused","database":"shop"}
                """);
    }

    @Test
    void aTableIsOfOneDatabase() {
        assertThat(syncline("control", file, "suspend", "public.t")).isEqualTo(2);
        assertThat(complained()).contains("name it with --database");
        assertThat(useCases.asked).isEmpty();

        assertThat(syncline("control", file, "suspend", "public.t", "--database", "shop"))
                .isZero();
        assertThat(useCases.asked).containsExactly("SUSPEND [public.t]");
    }

    @Test
    void limitsAreOfAllDatabasesTogether() {
        assertThat(syncline("control", file, "throttle", "stream.rowsPerSecond=5", "--database", "shop"))
                .isEqualTo(2);
        assertThat(complained()).contains("are shared by all databases");
        assertThat(syncline("control", file, "throttle", "stream.rowsPerSecond=5"))
                .isZero();
    }

    @Test
    void aDatabaseThatTheTaskIsNotAboutIsToldWithThoseThatItIs() {
        assertThat(syncline("precheck", file, "--database", "crn")).isEqualTo(2);
        assertThat(complained()).contains("not about a database crn; its databases are: crm, shop");
    }

    @Test
    void tablesAreDroppedWhereEveryDatabaseIsTypedOut() {
        assertThat(syncline("clean", file, "--drop-tables", "shop")).isEqualTo(2);
        assertThat(complained()).contains("Give --drop-tables crm_copy --drop-tables shop when");
        assertThat(useCases.asked).isEmpty();

        assertThat(syncline("clean", file, "--drop-tables", "shop", "--drop-tables", "crm_copy"))
                .isZero();
        assertThat(useCases.asked).containsExactly(true, true);
    }

    private int syncline(String... arguments) {
        Output output = new Output(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        TaskSchema schema = TaskSchema.of(ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList());
        Context context = new Context(
                output,
                new Failures(output.err(), false),
                new Stopping(output, new Stopping.Exit() {
                    @Override
                    public void exit(int code) {
                        throw new AssertionError("nobody sends a signal");
                    }

                    @Override
                    public void halt(int code) {
                        throw new AssertionError("nobody sends a signal");
                    }
                }),
                Clock.systemUTC(),
                () -> schema,
                () -> new TaskReader(schema, Map.of()),
                () -> useCases);
        return new Commands(context, new LogOptions((level, log) -> {}))
                .under(new Syncline(), new Version(), Map.of(), arguments)
                .execute(arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
