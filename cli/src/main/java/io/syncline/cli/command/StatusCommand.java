package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.StatusReport;
import io.syncline.engine.task.Member;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline status}. */
@Command(
        name = "status",
        description = {
            "Tells what the destination's ledger knows of the task: state, rows, positions.",
            "It needs no run."
        })
final class StatusCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    StatusCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new EachDatabase(context, json).of(file.known(context), this::status);
    }

    private int status(Member member, JsonLines lines) {
        Task task = member.task();
        StatusReport report = new StatusReport(
                context.useCases()
                        .get()
                        .status(task)
                        .orElseThrow(
                                () -> new SyncException(
                                        ErrorCode.TASK_UNKNOWN,
                                        "the destination knows no task " + task.name() + ": it has never started",
                                        "Start it with `syncline run FILE`; if it has started, check name, source and destination.")),
                task.environment());
        if (json) {
            lines.line(report.fields());
        } else {
            report.text().forEach(context.output().out()::println);
        }
        return ExitCode.DONE;
    }
}
