package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.TaskDocument;
import io.syncline.cli.output.EditText;
import io.syncline.cli.output.JsonLines;
import io.syncline.engine.task.EditPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline apply}. */
@Command(
        name = "apply",
        description = {
            "Has a started task go on with its edited file: its run, without a stop, or the next one.",
            "Prints first what becomes of each table: no effect on its rows, added, reloaded, removed or refused.",
            "With a refused line nothing of the file is applied."
        })
final class ApplyCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--plan", description = "Only prints what would become of the tables.")
    private boolean planOnly;

    @Option(
            names = "--yes",
            description = "Agrees to what the plan empties and removes; without it such a plan is not applied.")
    private boolean yes;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    ApplyCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        TaskDocument document = context.reader().get().document(file.path());
        EditPlan plan = context.useCases().get().planEdit(document.task());
        EditText text = new EditText(plan);
        if (json) {
            JsonLines lines = new JsonLines(context.output().out());
            text.events().forEach(lines::line);
        } else {
            text.lines().forEach(context.output().out()::println);
        }
        plan.requireApplicable();
        if (planOnly) {
            return ExitCode.DONE;
        }
        requireConsent(plan);
        String done = context.useCases().get().apply(document, plan.consents());
        if (json) {
            new JsonLines(context.output().out()).line(EditText.applied(done));
        } else {
            context.output().out().println("Applied: " + done + ".");
        }
        return ExitCode.DONE;
    }

    private void requireConsent(EditPlan plan) {
        if (!yes && !plan.consents().isEmpty()) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "the edited file needs your word before it is applied, since rows go or are left behind: "
                            + String.join(", ", plan.consents()) + "; nothing was changed",
                    "Give --yes when that is what you want.");
        }
    }
}
