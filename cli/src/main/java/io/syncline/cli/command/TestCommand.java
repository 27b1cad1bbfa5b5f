package io.syncline.cli.command;

import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.output.ConnectivityText;
import io.syncline.cli.output.JsonLines;
import io.syncline.engine.task.ConnectivityReport;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline test}. */
@Command(
        name = "test",
        description = {
            "Tests how both ends are reached, and changes nothing: server, encryption, round trip, throughput, clocks.",
            "Ends with exit code 0 when both can be used, and says what to do when not."
        })
final class TestCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    TestCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (file.namesOne()) {
            return new EachDatabase(context, json)
                    .of(file.chosen(context), (member, lines) -> test(member.task(), lines));
        }
        // The way is the same to each database of a server.
        return test(file.read(context).task(), new JsonLines(context.output().out()));
    }

    private int test(Task task, JsonLines lines) {
        ConnectivityReport report = context.useCases().get().test(task);
        if (json) {
            ConnectivityText.fields(report).forEach(lines::line);
        } else {
            ConnectivityText.lines(report).forEach(context.output().out()::println);
        }
        Optional<SyncException> failure = report.failure();
        return failure.isPresent() ? ExitCode.of(failure.get()) : ExitCode.DONE;
    }
}
