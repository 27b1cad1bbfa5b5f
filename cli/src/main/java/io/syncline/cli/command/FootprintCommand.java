package io.syncline.cli.command;

import io.syncline.api.port.Footprint;
import io.syncline.api.task.Task;
import io.syncline.cli.output.FootprintText;
import io.syncline.cli.output.JsonLines;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline footprint}. */
@Command(
        name = "footprint",
        description = {
            "Prints every kind of statement that tasks run at this source, with its locks, when and how long.",
            "Changes nothing."
        })
final class FootprintCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    FootprintCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        // The same in each database of a server.
        Task task = file.read(context).task();
        List<Footprint> footprint = context.useCases().get().footprint(task);
        if (json) {
            JsonLines lines = new JsonLines(context.output().out());
            footprint.forEach(entry -> lines.line(FootprintText.fields(entry)));
        } else {
            FootprintText.lines(footprint).forEach(context.output().out()::println);
        }
        return ExitCode.DONE;
    }
}
