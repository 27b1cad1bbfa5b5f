package io.syncline.cli.command;

import io.syncline.api.error.SyncException;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Output;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the command line together: the subcommands, what they have in common, and how failures end. */
public final class Commands {

    private final Context context;
    private final LogOptions logging;

    public Commands(Context context, LogOptions logging) {
        this.context = context;
        this.logging = logging;
    }

    /**
     * @param root the command {@code syncline} itself
     * @param others subcommands from other rooms, by their names
     * @param arguments what the line is going to parse
     */
    public CommandLine under(
            Object root, IVersionProvider version, Map<String, Supplier<Object>> others, String... arguments) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("test", () -> new TestCommand(context));
        all.put("precheck", () -> new PrecheckCommand(context));
        all.put("explain", () -> new ExplainCommand(context));
        all.put("grants", () -> new GrantsCommand(context));
        all.put("footprint", () -> new FootprintCommand(context));
        all.put("run", () -> new RunCommand(context));
        all.put("status", () -> new StatusCommand(context));
        all.put("apply", () -> new ApplyCommand(context));
        all.put("control", () -> new ControlCommand(context));
        all.put("compare", () -> new CompareCommand(context));
        all.put("heal", () -> new HealCommand(context));
        all.put("clean", () -> new CleanCommand(context));
        all.put("schema", () -> new SchemaCommand(context));
        all.putAll(others);
        CommandLine line = new CommandLine(root);
        needed(all, arguments).forEach(command -> line.addSubcommand(command.get()));
        line.getSubcommands()
                .values()
                .forEach(command -> command.getCommandSpec()
                        .mixinStandardHelpOptions(true)
                        .versionProvider(version)
                        .addMixin("logging", CommandLine.Model.CommandSpec.forAnnotatedObject(logging)));
        return line.setOut(context.output().outWriter())
                .setErr(context.output().errWriter())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionStrategy(this::execute)
                .setParameterExceptionHandler((failure, _) -> misused(failure))
                .setExecutionExceptionHandler((failure, _, parsed) -> failed(failure, parsed));
    }

    /** Picocli reads every command's annotations, which a start feels: a command that is named needs no other beside it. */
    private static Collection<Supplier<Object>> needed(Map<String, Supplier<Object>> all, String... arguments) {
        Supplier<Object> named = arguments.length == 0 ? null : all.get(arguments[0]);
        return named == null ? all.values() : List.of(named);
    }

    private int execute(ParseResult parsed) {
        logging.start();
        return new RunLast().execute(parsed);
    }

    private int misused(ParameterException failure) {
        Output output = context.output();
        output.err().println("USAGE: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, output.errWriter());
        output.err()
                .println("What to do: see `"
                        + failure.getCommandLine().getCommandSpec().qualifiedName() + " --help`.");
        output.err().flush();
        return ExitCode.USAGE;
    }

    /** Also for failures that no command could throw, such as a missing class. */
    public int failed(Throwable failure, ParseResult parsed) {
        int exitCode = failure instanceof SyncException known ? ExitCode.of(known) : ExitCode.INTERNAL;
        ParseResult command = parsed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        if (command.hasMatchedOption("--json")) {
            new JsonLines(context.output().out()).line(Failures.fields(failure, exitCode));
        }
        if (failure instanceof SyncException known) {
            context.failures().tell(known);
        } else {
            context.failures().tellUnexpected(failure);
        }
        return exitCode;
    }
}
