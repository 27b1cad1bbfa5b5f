package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.output.Output;
import io.syncline.engine.task.Bundle;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            description =
                    "Also drops the tables that the task made, with all their rows."
                            + " DATABASE is the name of the destination's database, to confirm; with several databases it is given for each.")
    private List<String> dropTables = List.of();

    CleanCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Bundle bundle = file.known(context);
        requireConfirmation(bundle);
        return new EachDatabase(context, false).of(bundle, (member, _) -> clean(member.task()));
    }

    private int clean(Task task) {
        Output output = context.output();
        List<String> left = context.useCases().get().clean(task, !dropTables.isEmpty());
        if (left.isEmpty()) {
            output.out().println("Nothing of the task " + task.name() + " is left.");
            return ExitCode.DONE;
        }
        output.out().println("Not removed:");
        left.forEach(output.out()::println);
        return ExitCode.TASK_FAILED;
    }

    private void requireConfirmation(Bundle bundle) {
        Set<String> databases = bundle.members().stream()
                .map(member -> member.task().destination().database())
                .collect(Collectors.toCollection(TreeSet::new));
        if (!dropTables.isEmpty() && !databases.equals(new TreeSet<>(dropTables))) {
            String right = databases.stream()
                    .map(database -> "--drop-tables " + database)
                    .collect(Collectors.joining(" "));
            throw new SyncException(
                    ErrorCode.USAGE,
                    "--drop-tables drops tables in the database " + String.join(", ", databases) + ", but "
                            + String.join(", ", dropTables) + " was given",
                    "Give " + right + " when that is what you want. Nothing was removed.");
        }
    }
}
