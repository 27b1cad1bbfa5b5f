package io.syncline.cli.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CrashMarks;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ends or stops this process at a mark that a test names in the environment: {@value #CRASH} halts it as SIGKILL would, {@value #PAUSE} prints {@code mark NAME} to
 * standard error and stands still. Both hold {@code NAME} or {@code NAME:n} for the n-th time, counted from 1.
 */
public final class EnvironmentCrashMarks implements CrashMarks {

    static final String CRASH = "SYNCLINE_CRASH_MARK";
    static final String PAUSE = "SYNCLINE_PAUSE_MARK";

    /** 128 + SIGKILL, as a shell reports a process that was killed. */
    private static final int KILLED = 137;

    private static final Pattern FORM = Pattern.compile("([A-Z_]+)(?::([1-9][0-9]{0,8}))?");

    private record Moment(Mark mark, int time, AtomicInteger reached) {
        boolean isNow(Mark now) {
            return now == mark && reached.incrementAndGet() == time;
        }
    }

    private final @Nullable Moment crash;
    private final @Nullable Moment pause;
    private final PrintStream err;

    private EnvironmentCrashMarks(@Nullable Moment crash, @Nullable Moment pause, PrintStream err) {
        this.crash = crash;
        this.pause = pause;
        this.err = err;
    }

    /**
     * The marks that the environment asks for; none is the rule.
     *
     * @throws SyncException USAGE when a mark does not exist
     */
    public static CrashMarks of(Map<String, String> environment, PrintStream err) {
        Moment crash = moment(environment, CRASH);
        Moment pause = moment(environment, PAUSE);
        return crash == null && pause == null ? NONE : new EnvironmentCrashMarks(crash, pause, err);
    }

    @Override
    public void reach(Mark mark) {
        if (crash != null && crash.isNow(mark)) {
            Runtime.getRuntime().halt(KILLED);
        }
        if (pause != null && pause.isNow(mark)) {
            err.println("mark " + mark);
            err.flush();
            standStill();
        }
    }

    /** Until the process is killed: an interrupt must not move it on, or a test would see what never happens. */
    private static void standStill() {
        while (true) {
            LockSupport.park();
            var _ = Thread.interrupted();
        }
    }

    private static @Nullable Moment moment(Map<String, String> environment, String variable) {
        String value = environment.get(variable);
        if (value == null || value.isEmpty()) {
            return null;
        }
        Matcher matcher = FORM.matcher(value);
        for (Mark mark : Mark.values()) {
            if (matcher.matches() && mark.name().equals(matcher.group(1))) {
                int time = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
                return new Moment(mark, time, new AtomicInteger());
            }
        }
        throw new SyncException(
                ErrorCode.USAGE,
                "the environment variable " + variable + " names no mark",
                "Unset it, or use NAME or NAME:n with one of " + Arrays.toString(Mark.values()) + ".");
    }
}
