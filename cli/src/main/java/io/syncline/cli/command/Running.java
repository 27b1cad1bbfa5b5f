package io.syncline.cli.command;

import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import io.syncline.cli.output.Display;
import io.syncline.cli.output.JsonDisplay;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Output;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskListener;
import io.syncline.engine.task.TaskRunner;

/** A run of a task, shown as it goes on, until it ends or a signal stops it. */
final class Running {

    private final Context context;
    private final TaskFile file;

    Running(Context context, TaskFile file) {
        this.context = context;
        this.file = file;
    }

    /** The exit code. */
    int run(RunOptions options, boolean json) {
        TaskDocument document = file.read(context);
        Bundle bundle = file.chosen(context, document);
        return bundle.isOfMany()
                ? new RunningTogether(context, json).run(document, bundle, options, () -> file.read(context))
                : run(document.task(), options, json);
    }

    private int run(Task task, RunOptions options, boolean json) {
        Output output = context.output();
        JsonDisplay jsonDisplay = new JsonDisplay(new JsonLines(output.out()), context.clock());
        TaskListener display = json ? jsonDisplay : Display.forPeople(output, context.clock());
        TaskRunner runner = context.useCases().get().run(task, options, () -> file.read(context), display);
        RunOutcome outcome;
        try (var _ = context.stopping().during(runner::stop)) {
            outcome = runner.run();
        }
        if (outcome instanceof RunOutcome.Failed(var cause)) {
            throw cause;
        }
        int exitCode = exitCode(context, outcome);
        if (json) {
            jsonDisplay.end(word(outcome), exitCode);
        }
        return exitCode;
    }

    static int exitCode(Context context, RunOutcome outcome) {
        return switch (outcome) {
            case RunOutcome.Finished _, RunOutcome.CaughtUp _ -> ExitCode.DONE;
            case RunOutcome.Stopped _ -> context.stopping().exitCode().orElse(ExitCode.DONE);
            case RunOutcome.PrecheckFailed _ -> ExitCode.PRECHECK_FAILED;
            case RunOutcome.Failed(var cause) -> ExitCode.of(cause);
        };
    }

    static String word(RunOutcome outcome) {
        return switch (outcome) {
            case RunOutcome.Finished _ -> "finished";
            case RunOutcome.CaughtUp _ -> "caught-up";
            case RunOutcome.Stopped _ -> "stopped";
            case RunOutcome.PrecheckFailed _ -> "precheck-failed";
            case RunOutcome.Failed _ -> "failed";
        };
    }
}
