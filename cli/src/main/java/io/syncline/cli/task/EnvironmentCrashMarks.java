package io.syncline.cli.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CrashMarks;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends or stops this process at a mark that a test names in the environment: {@value #CRASH} halts it as SIGKILL would, {@value #PAUSE} prints {@code mark NAME} to
 * standard error and stands still, {@value #HOLD} until the test lets it go on ({@link HeldMarks}). They hold {@code NAME} or {@code NAME:n} for the n-th time, counted
 * from 1; {@value #HOLD} may hold {@value #LATER} instead.
 */
public final class EnvironmentCrashMarks implements CrashMarks {

    static final String CRASH = "SYNCLINE_CRASH_MARK";
    static final String PAUSE = "SYNCLINE_PAUSE_MARK";
    static final String HOLD = "SYNCLINE_HOLD_MARK";

    private static final String LATER = "later";

    /** 128 + SIGKILL, as a shell reports a process that was killed. */
    private static final int KILLED = 137;

    private final @Nullable Moment crash;
    private final @Nullable Moment pause;
    private final CrashMarks held;
    private final PrintStream err;

    private EnvironmentCrashMarks(@Nullable Moment crash, @Nullable Moment pause, CrashMarks held, PrintStream err) {
        this.crash = crash;
        this.pause = pause;
        this.held = held;
        this.err = err;
    }

    /**
     * The marks that the environment asks for; none is the rule.
     *
     * @throws SyncException USAGE when a mark does not exist
     */
    public static CrashMarks of(Map<String, String> environment, InputStream in, PrintStream err) {
        Moment crash = moment(environment, CRASH);
        Moment pause = moment(environment, PAUSE);
        CrashMarks held = held(environment, in, err);
        return crash == null && pause == null ? held : new EnvironmentCrashMarks(crash, pause, held, err);
    }

    private static CrashMarks held(Map<String, String> environment, InputStream in, PrintStream err) {
        boolean later = LATER.equals(environment.get(HOLD));
        Moment first = later ? null : moment(environment, HOLD);
        return later || first != null
                ? HeldMarks.listening(first, new InputStreamReader(in, StandardCharsets.UTF_8), err)
                : NONE;
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
        held.reach(mark);
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
        return Moment.of(value)
                .orElseThrow(() -> new SyncException(
                        ErrorCode.USAGE,
                        "the environment variable " + variable + " names no mark",
                        "Unset it, or use NAME or NAME:n with one of " + Arrays.toString(Mark.values()) + "."));
    }
}
