package io.syncline.cli.command;

import io.syncline.cli.output.JsonDisplay;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.PrecheckText;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.task.Member;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline precheck}. */
@Command(
        name = "precheck",
        description = {
            "Looks whether the task can start, and changes nothing.",
            "Tells of each item what was found, why it matters and what to do."
        })
final class PrecheckCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    PrecheckCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new EachDatabase(context, json).of(file.chosen(context), this::precheck);
    }

    private int precheck(Member member, JsonLines lines) {
        PrecheckReport report = context.useCases().get().precheck(member);
        if (json) {
            new JsonDisplay(lines, context.clock()).precheck(report);
        } else {
            PrecheckText.all(report).forEach(context.output().out()::println);
        }
        return report.passed() ? ExitCode.DONE : ExitCode.PRECHECK_FAILED;
    }
}
