package io.syncline.cli.command;

import io.syncline.engine.task.RunOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline heal}. */
@Command(
        name = "heal",
        description = {
            "Brings the destination right again after the source has let go of changes that it lacks:",
            "a lost slot, a restore, a failover with a gap. Begins at a new position, and writes the rows that differ.",
            "Ends when the destination has caught up; a run goes on from there."
        })
final class HealCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    HealCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        return new Running(context, file).run(RunOptions.healing(), json);
    }
}
