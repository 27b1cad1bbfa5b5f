package io.syncline.cli;

import io.syncline.api.port.Connector;
import io.syncline.api.port.CrashMarks;
import io.syncline.cli.command.Commands;
import io.syncline.cli.command.Context;
import io.syncline.cli.command.LogOptions;
import io.syncline.cli.command.Stopping;
import io.syncline.cli.demo.DemoCommand;
import io.syncline.cli.demo.RehearseCommand;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.Output;
import io.syncline.cli.task.EngineUseCases;
import io.syncline.cli.task.EnvironmentCrashMarks;
import io.syncline.cli.task.UseCases;
import io.syncline.document.TaskReader;
import io.syncline.document.TaskSchema;
import io.syncline.engine.task.Connectors;
import io.syncline.engine.task.Environment;
import io.syncline.engine.task.TaskService;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code syncline}: names the subcommands, and puts the parts of the program together. */
@Command(
        name = "syncline",
        description = {
            "Copies a database's schema and rows to another database, and keeps the copy current from the source's log of changes."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 internal error, 2 wrong usage or task file, 3 precheck failed, 4 task failed, 5 differences found,"
                    + " 130 or 143 stopped by a signal."
        })
public final class Syncline implements Runnable {

    @Spec
    private CommandSpec spec;

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.getenv()));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int run(String[] arguments, Map<String, String> environment) {
        Output output = Output.ofProcess();
        Failures failures = new Failures(output.err(), "1".equals(environment.get("SYNCLINE_DEBUG")));
        try {
            Stopping stopping = new Stopping(output, new ProcessExit());
            Signals.on("INT", () -> stopping.signalled(128 + 2));
            Signals.on("TERM", () -> stopping.signalled(128 + 15));
            Context context = context(output, failures, stopping, environment);
            CommandLine line = new Commands(context, new LogOptions(new LogbackLog()))
                    .under(
                            new Syncline(),
                            new Version(),
                            Map.of(
                                    "demo", () -> new DemoCommand(context),
                                    "rehearse", () -> new RehearseCommand(command -> run(command, environment))),
                            arguments);
            return line.execute(arguments);
        } catch (RuntimeException | Error e) {
            failures.tellUnexpected(e);
            return io.syncline.cli.command.ExitCode.INTERNAL;
        }
    }

    private static Context context(
            Output output, Failures failures, Stopping stopping, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        return new Context(
                output,
                failures,
                stopping,
                clock,
                () -> TaskSchema.of(connectors()),
                () -> new TaskReader(TaskSchema.of(connectors()), environment),
                // Once: marks that are held read standard input, and two readers would take each other's lines.
                new Once<>(() -> useCases(clock, EnvironmentCrashMarks.of(environment, System.in, output.err()))));
    }

    private static UseCases useCases(InstantSource clock, CrashMarks marks) {
        return new EngineUseCases(new TaskService(
                new Connectors(connectors()),
                new Environment(
                        clock,
                        marks,
                        ProcessName.of(ProcessHandle.current()),
                        Runtime.getRuntime().availableProcessors())));
    }

    private static List<Connector> connectors() {
        return ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** The real end of the process. */
    private static final class ProcessExit implements Stopping.Exit {
        @Override
        public void exit(int code) {
            System.exit(code);
        }

        @Override
        public void halt(int code) {
            Runtime.getRuntime().halt(code);
        }
    }
}
