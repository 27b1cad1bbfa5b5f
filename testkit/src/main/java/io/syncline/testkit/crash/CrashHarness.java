package io.syncline.testkit.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Describes a run of the command line in a JVM of its own, with this JVM's classes. Instances are immutable.
 *
 * <p>A mark is a named point of the running code. {@link #crashAt} sets {@value #CRASH_MARK} to {@code NAME:N}: the process halts itself with
 * exit code 137 when it reaches the mark for the N-th time, without any clean-up, as SIGKILL would. {@link #pauseAt} sets
 * {@value #PAUSE_MARK} likewise: the process then prints the line {@code mark NAME} to standard error and stands still at the mark until it
 * is killed. {@link #holdAt} sets {@value #HOLD_MARK}: a thread stands still likewise, until {@link RunningProcess#goOn()}.
 */
public final class CrashHarness {

    /** The environment variable with the mark at which the process halts itself. */
    public static final String CRASH_MARK = "SYNCLINE_CRASH_MARK";

    /** The environment variable with the mark at which the process stands still. */
    public static final String PAUSE_MARK = "SYNCLINE_PAUSE_MARK";

    /** The environment variable with the mark at which a thread stands still until it is told to go on. */
    public static final String HOLD_MARK = "SYNCLINE_HOLD_MARK";

    /** The exit code of a process that was killed: 128 + SIGKILL. */
    public static final int KILLED = 137;

    static final String MAIN_CLASS = "io.syncline.cli.Syncline";

    /** Options of a JVM that starts soon and lives short, as the start script gives them. */
    static final List<String> QUICK = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final String mainClass;
    private final List<String> jvmOptions;
    private final List<String> arguments;
    private final Map<String, String> environment;

    private CrashHarness(
            String mainClass, List<String> jvmOptions, List<String> arguments, Map<String, String> environment) {
        this.mainClass = mainClass;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.arguments = List.copyOf(arguments);
        this.environment = Map.copyOf(environment);
    }

    /** A run of {@code syncline} with these arguments, as its start script makes it, with what an earlier run has loaded. */
    public static CrashHarness syncline(String... arguments) {
        List<String> options = new ArrayList<>(QUICK);
        options.addAll(Rehearsal.options());
        return new CrashHarness(MAIN_CLASS, options, List.of(arguments), Map.of());
    }

    /** A run of some other class with a main method. */
    public static CrashHarness ofMainClass(String mainClass, String... arguments) {
        List<String> classPath = List.of("-cp", System.getProperty("java.class.path"));
        return new CrashHarness(mainClass, classPath, List.of(arguments), Map.of());
    }

    /** Adds an option of the JVM, such as {@code -Xmx512m}. */
    public CrashHarness jvmOption(String option) {
        List<String> options = new ArrayList<>(jvmOptions);
        options.add(option);
        return new CrashHarness(mainClass, options, arguments, environment);
    }

    /** Sets an environment variable. */
    public CrashHarness environment(String name, String value) {
        Map<String, String> variables = new LinkedHashMap<>(environment);
        variables.put(name, value);
        return new CrashHarness(mainClass, jvmOptions, arguments, variables);
    }

    /** Lets the process die when it reaches a mark for the n-th time, counted from 1. */
    public CrashHarness crashAt(String mark, int n) {
        return environment(CRASH_MARK, mark + ":" + n);
    }

    /** Lets the process stand still when it reaches a mark for the n-th time, counted from 1. */
    public CrashHarness pauseAt(String mark, int n) {
        return environment(PAUSE_MARK, mark + ":" + n);
    }

    /** Lets the thread that reaches a mark for the n-th time, counted from 1, stand still until {@link RunningProcess#goOn()}. */
    public CrashHarness holdAt(String mark, int n) {
        return environment(HOLD_MARK, mark + ":" + n);
    }

    /** Lets the process be told by {@link RunningProcess#holdAt} where to stand still. */
    public CrashHarness holdLater() {
        return environment(HOLD_MARK, "later");
    }

    /** Starts the process. */
    public RunningProcess start() {
        // A shell that runs the tests in the background leaves SIGINT ignored, and children inherit that.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
        command.add(java());
        command.addAll(jvmOptions);
        command.add(mainClass);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            if (!environment.containsKey(HOLD_MARK)) {
                process.getOutputStream().close();
            }
            return new RunningProcess(process);
        } catch (IOException e) {
            throw new UncheckedIOException("the process could not be started: " + mainClass, e);
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
