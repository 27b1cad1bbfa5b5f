package io.syncline.cli.command;

import io.syncline.engine.task.RunOptions;
import java.util.List;
import java.util.Set;
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
                            + " Needed by the first run of such a task; with several databases it is given for each.")
    private List<String> clearConfirmed = List.of();

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    RunCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        RunOptions options = new RunOptions(until == Until.CAUGHT_UP, Set.copyOf(clearConfirmed));
        return new Running(context, file).run(options, json);
    }
}
