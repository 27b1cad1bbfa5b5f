package io.syncline.cli;

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
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** The command line before use cases that answer what the test wants, with what it prints. */
class CommandsUnderTest {

    static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final FakeUseCases useCases = new FakeUseCases();
    private final List<String> ends = new ArrayList<>();
    private final Stopping stopping = stopping(output());
    private final String file;

    /** @param folder in which a task file is written */
    CommandsUnderTest(Path folder) throws IOException {
        file = Files.writeString(folder.resolve("shop-copy.yaml"), """
                source:      {type: postgresql, host: 127.0.0.1, database: shop, user: sync}
                destination: {type: postgresql, host: 127.0.0.1, port: 5502, database: shop_copy, user: sync}
                objects: ["public.*"]
                """).toString();
    }

    /** What the commands ask, and what they are told. */
    FakeUseCases useCases() {
        return useCases;
    }

    /** Whom signals are told. */
    Stopping stopping() {
        return stopping;
    }

    /** How the process would have ended. */
    List<String> ends() {
        return ends;
    }

    /** A task file without a fault. */
    String file() {
        return file;
    }

    /** Runs {@code syncline} with these arguments, and gives its exit code. */
    int run(String... arguments) {
        Failures failures = new Failures(output().err(), false);
        Context context = new Context(
                output(),
                failures,
                stopping,
                Clock.fixed(NOW, ZoneOffset.UTC),
                CommandsUnderTest::schema,
                () -> new TaskReader(schema(), Map.of()),
                () -> useCases);
        CommandLine line = new Commands(context, new LogOptions((level, log) -> {}))
                .under(new Syncline(), new Version(), Map.of(), arguments);
        return line.execute(arguments);
    }

    /** All of standard output. */
    String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** All of standard error. */
    String complained() {
        return err.toString(StandardCharsets.UTF_8);
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
}
