package io.syncline.cli.command;

import io.syncline.api.task.Task;
import io.syncline.cli.output.Display;
import io.syncline.cli.output.JsonDisplay;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Output;
import io.syncline.document.TaskReader;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRunner;
import java.nio.file.Path;

/** A run of a task, shown as it goes on, until it ends or a signal stops it. */
final class Running {

    private final Context context;

    Running(Context context) {
        this.context = context;
    }

    /** The exit code. */
    int run(Path file, RunOptions options, boolean json) {
        TaskReader reader = context.reader().get();
        Task task = reader.read(file);
        Output output = context.output();
        JsonDisplay jsonDisplay = new JsonDisplay(new JsonLines(output.out()), context.clock());
        TaskListener display = json ? jsonDisplay : Display.forPeople(output, context.clock());
        TaskRunner runner = context.useCases().get().run(task, options, () -> reader.document(file), display);
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
