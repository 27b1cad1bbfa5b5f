package io.syncline.cli.command;

import io.syncline.api.error.SyncException;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Output;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the command line together: the subcommands, what they have in common, and how failures end. */
public final class Commands {

    private final Context context;
    private final Failures failures;
    private final LogOptions logging;

    public Commands(Context context, Failures failures, LogOptions logging) {
        this.context = context;
        this.failures = failures;
        this.logging = logging;
    }

    /**
     * @param root the command {@code syncline} itself
     * @param others subcommands from other rooms
     */
    public CommandLine under(Object root, IVersionProvider version, Object... others) {
        CommandLine line = new CommandLine(root)
                .addSubcommand(new PrecheckCommand(context))
                .addSubcommand(new RunCommand(context))
                .addSubcommand(new StatusCommand(context))
                .addSubcommand(new CompareCommand(context))
                .addSubcommand(new CleanCommand(context))
                .addSubcommand(new SchemaCommand(context));
        for (Object other : others) {
            line.addSubcommand(other);
        }
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
            failures.tell(known);
        } else {
            failures.tellUnexpected(failure);
        }
        return exitCode;
    }
}
