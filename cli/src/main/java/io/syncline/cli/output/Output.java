package io.syncline.cli.output;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where a command prints.
 *
 * @param out results and progress
 * @param err failures and what accompanies a run, for people
 * @param terminal whether somebody looks at {@code out} on a terminal that understands ANSI control sequences
 */
public record Output(PrintStream out, PrintStream err, boolean terminal) {

    /** The streams of this process. */
    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it may be null again, as before JDK 22
    public static Output ofProcess() {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
        return new Output(utf8(System.out), utf8(System.err), terminal);
    }

    /** Programs read JSON as UTF-8, and names of tables print right whatever the locale says. */
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** {@code out} for those who want a writer. */
    public PrintWriter outWriter() {
        return new PrintWriter(out, true, out.charset());
    }

    /** {@code err} for those who want a writer. */
    public PrintWriter errWriter() {
        return new PrintWriter(err, true, err.charset());
    }
}
