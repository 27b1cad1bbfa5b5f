package io.syncline.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code syncline}: names the subcommands and starts the one that was asked for. */
@Command(
        name = "syncline",
        description = "Synchronizes data between databases.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class Syncline {

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Syncline()).execute(arguments));
    }
}
