package io.syncline.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.Connector;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.task.Task;
import io.syncline.document.TaskReader;
import io.syncline.document.TaskSchema;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.run.LocalRuntime;
import io.syncline.engine.task.Connectors;
import io.syncline.engine.task.Environment;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRunner;
import io.syncline.engine.task.TaskService;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * A task between two databases, run by the engine in this process. Every run has the same owner in the ledger, so that one that follows a run that died need not wait
 * for the lease to grow old.
 */
public final class LocalTask {

    private static final String PASSWORD = "SYNCLINE_TEST_PASSWORD";

    private final Task task;

    private LocalTask(Task task) {
        this.task = task;
    }

    /**
     * All tables of one schema, and what a task file says besides.
     *
     * @param folder where the task file goes
     * @param more further lines of the task file
     */
    public static LocalTask of(
            Path folder, String name, TestDatabase source, TestDatabase destination, String schema, String more) {
        return ofObjects(folder, name, source, destination, "\"" + schema + ".*\"", more);
    }

    /** @param objects what the list of that name holds */
    public static LocalTask ofObjects(
            Path folder, String name, TestDatabase source, TestDatabase destination, String objects, String more) {
        String text = """
                name: %s
                source: {type: postgresql, host: 127.0.0.1, port: %d, database: "%s", user: %s, password: "env:%s"}
                destination: {type: postgresql, host: 127.0.0.1, port: %d, database: "%s", user: %s, password: "env:%s"}
                objects: [%s]
                %s
                """.formatted(
                        name,
                        source.server().port(),
                        source.name(),
                        source.user(),
                        PASSWORD,
                        destination.server().port(),
                        destination.name(),
                        destination.user(),
                        PASSWORD,
                        objects,
                        more);
        try {
            Path file = Files.writeString(folder.resolve(name + ".yaml"), text);
            return new LocalTask(new TaskReader(TaskSchema.of(connectors()), Map.of(PASSWORD, source.password()))
                    .read(file)
                    .task());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A run, not started yet. */
    public TaskRunner run(boolean untilCaughtUp, CrashMarks marks, TaskListener listener) {
        return service(marks).run(task, new RunOptions(untilCaughtUp, Set.of()), new LocalRuntime(), listener);
    }

    /** A run with a clock of the test's. */
    public TaskRunner run(InstantSource clock, TaskListener listener) {
        return service(CrashMarks.NONE, clock).run(task, new RunOptions(false, Set.of()), new LocalRuntime(), listener);
    }

    /** Brings the destination to the source's present end. */
    public void catchUp() {
        require(run(true, CrashMarks.NONE, _ -> {}).run());
    }

    /** Removes the task and the tables that it made. */
    public void clean() {
        assertThat(service(CrashMarks.NONE).clean(task, true)).isEmpty();
    }

    private static void require(RunOutcome outcome) {
        switch (outcome) {
            case RunOutcome.CaughtUp _, RunOutcome.Finished _, RunOutcome.Stopped _ -> {}
            case RunOutcome.PrecheckFailed(PrecheckReport report) -> throw new AssertionError(report);
            case RunOutcome.Failed(var cause) -> throw new AssertionError(cause.getMessage(), cause);
        }
    }

    private static TaskService service(CrashMarks marks) {
        return service(marks, Clock.systemUTC());
    }

    private static TaskService service(CrashMarks marks, InstantSource clock) {
        return new TaskService(new Connectors(connectors()), new Environment(clock, marks, "the test's process", 2));
    }

    private static List<Connector> connectors() {
        return ServiceLoader.load(Connector.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }
}
