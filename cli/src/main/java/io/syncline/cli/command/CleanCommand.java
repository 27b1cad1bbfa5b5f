package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.output.Output;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline clean}. */
@Command(
        name = "clean",
        description = {
            "Removes what the task made on both sides: slot, publication, its part of the ledger.",
            "Copied tables stay unless told otherwise. Refused while a run of the task goes on."
        })
final class CleanCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(
            names = "--drop-tables",
            paramLabel = "DATABASE",
            description = "Also drops the tables that the task made, with all their rows."
                    + " DATABASE is the name of the destination's database, to confirm.")
    private @Nullable String dropTables;

    CleanCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Task task = context.reader().get().read(file.path());
        requireConfirmation(task);
        Output output = context.output();
        List<String> left = context.useCases().get().clean(task, dropTables != null);
        if (left.isEmpty()) {
            output.out().println("Nothing of the task " + task.name() + " is left.");
            return ExitCode.DONE;
        }
        output.out().println("Not removed:");
        left.forEach(output.out()::println);
        return ExitCode.TASK_FAILED;
    }

    private void requireConfirmation(Task task) {
        Object database = task.destination().options().get("database");
        if (dropTables != null && !dropTables.equals(database)) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "--drop-tables drops tables in the database " + database + ", but " + dropTables + " was given",
                    "Give --drop-tables " + database + " when that is what you want. Nothing was removed.");
        }
    }
}
