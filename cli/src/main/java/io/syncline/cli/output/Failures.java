package io.syncline.cli.output;

import io.syncline.api.error.SyncException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Tells why a command failed: code, message, remedy. Traces go to the log file, and to people who ask for them. */
public final class Failures {

    /** The logger that writes to the log file alone, since people have been told already. */
    public static final String LOGGER = "io.syncline.failure";

    private final PrintStream err;
    private final boolean debug;

    /** @param debug also prints traces */
    public Failures(PrintStream err, boolean debug) {
        this.err = err;
        this.debug = debug;
    }

    /** A failure that Syncline foresaw. */
    public void tell(SyncException failure) {
        err.println(failure.code() + ": " + failure.getMessage());
        err.println("What to do: " + failure.remedy());
        trace(failure);
    }

    /** The same of one database of several. */
    public void tell(String database, SyncException failure) {
        err.print(Labels.of(database) + ": ");
        tell(failure);
    }

    /** A defect that one database of several met. */
    public void tellUnexpected(String database, Throwable failure) {
        err.print(Labels.of(database) + ": ");
        tellUnexpected(failure);
    }

    /** A failure that nobody foresaw: a defect. Its own message may hold anything, a value of a row too, so that only its place is told. */
    public void tellUnexpected(Throwable failure) {
        err.println("INTERNAL: " + describe(failure));
        trace(failure);
    }

    /** The same for programs, as one line. */
    public static Map<String, @Nullable Object> fields(Throwable failure, int exitCode) {
        boolean foreseen = failure instanceof SyncException;
        return Fields.event("failure")
                .put(
                        "code",
                        failure instanceof SyncException known ? known.code().name() : "INTERNAL")
                .put("message", foreseen ? failure.getMessage() : describe(failure))
                .put("remedy", failure instanceof SyncException known ? known.remedy() : "")
                .put("exitCode", exitCode)
                .map();
    }

    private static String describe(Throwable failure) {
        return "an unexpected " + failure.getClass().getSimpleName() + place(failure)
                + ". This is a defect of Syncline: run the command again with SYNCLINE_DEBUG=1 and report the trace.";
    }

    private void trace(Throwable failure) {
        LoggerFactory.getLogger(LOGGER).error("the command failed", failure);
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
    }

    private static String place(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("io.syncline."))
                .findFirst()
                .map(frame ->
                        " in " + frame.getClassName() + "." + frame.getMethodName() + ", line " + frame.getLineNumber())
                .orElse("");
    }
}
