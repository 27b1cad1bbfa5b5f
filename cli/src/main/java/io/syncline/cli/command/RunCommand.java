package io.syncline.cli.command;

import io.syncline.api.task.Task;
import io.syncline.cli.output.Display;
import io.syncline.cli.output.JsonDisplay;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Output;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRunner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline run}. */
@Command(
        name = "run",
        description = {
            "Runs the task: makes the schema, copies the rows, applies changes until it is stopped.",
            "A run that was stopped or killed goes on where it was."
        })
final class RunCommand implements Callable<Integer> {

    /** When a run with the incremental stage ends by itself. */
    enum Until {
        CAUGHT_UP;

        @Override
        public String toString() {
            return "caught-up";
        }
    }

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(
            names = "--until",
            paramLabel = "MOMENT",
            description =
                    "caught-up: ends when all changes are applied that the source had when this run began to apply changes."
                            + " The task is PAUSED then, and the source keeps its changes for the next run.")
    private @Nullable Until until;

    @Option(
            names = "--confirm-clear",
            paramLabel = "DATABASE",
            description =
                    "The destination's database, typed out: its tables may be emptied, as existingTables: clear says."
                            + " Needed by the first run of such a task.")
    private @Nullable String clearConfirmed;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    RunCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Task task = context.reader().get().read(file.path());
        Output output = context.output();
        JsonDisplay jsonDisplay = new JsonDisplay(new JsonLines(output.out()), context.clock());
        TaskListener display = json ? jsonDisplay : Display.forPeople(output, context.clock());
        TaskRunner runner =
                context.useCases().get().run(task, new RunOptions(until == Until.CAUGHT_UP, clearConfirmed), display);
        RunOutcome outcome;
        try (var _ = context.stopping().during(runner::stop)) {
            outcome = runner.run();
        }
        if (outcome instanceof RunOutcome.Failed(var cause)) {
            throw cause;
        }
        int exitCode = exitCode(outcome);
        if (json) {
            jsonDisplay.end(word(outcome), exitCode);
        }
        return exitCode;
    }

    private int exitCode(RunOutcome outcome) {
        return switch (outcome) {
            case RunOutcome.Finished _, RunOutcome.CaughtUp _ -> ExitCode.DONE;
            case RunOutcome.Stopped _ -> context.stopping().exitCode().orElse(ExitCode.DONE);
            case RunOutcome.PrecheckFailed _ -> ExitCode.PRECHECK_FAILED;
            case RunOutcome.Failed(var cause) -> ExitCode.of(cause);
        };
    }

    private static String word(RunOutcome outcome) {
        return switch (outcome) {
            case RunOutcome.Finished _ -> "finished";
            case RunOutcome.CaughtUp _ -> "caught-up";
            case RunOutcome.Stopped _ -> "stopped";
            case RunOutcome.PrecheckFailed _ -> "precheck-failed";
            case RunOutcome.Failed _ -> "failed";
        };
    }
}
