package io.syncline.cli.command;

import io.syncline.cli.output.ExplainJson;
import io.syncline.cli.output.ExplainText;
import io.syncline.cli.output.JsonLines;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.Explanation;
import io.syncline.engine.task.Member;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline explain}. */
@Command(
        name = "explain",
        description = {
            "Prints the whole plan of the task and changes nothing: tables, columns and types, chunks,",
            "what is made at the source and at the destination, and what is left out."
        })
final class ExplainCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    ExplainCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Bundle bundle = file.chosen(context);
        return new EachDatabase(context, json).of(bundle, this::explain);
    }

    private int explain(Member member, JsonLines lines) {
        Explanation explanation = context.useCases().get().explain(member);
        if (json) {
            ExplainJson.lines(explanation).forEach(lines::line);
        } else {
            ExplainText.lines(explanation).forEach(context.output().out()::println);
        }
        return ExitCode.DONE;
    }
}
