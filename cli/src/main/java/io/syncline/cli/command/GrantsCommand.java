package io.syncline.cli.command;

import io.syncline.cli.output.GrantsText;
import io.syncline.cli.output.JsonLines;
import io.syncline.engine.task.Member;
import io.syncline.engine.task.TaskRights;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline grants}. */
@Command(
        name = "grants",
        description = {
            "Prints the statements that give the task's roles the rights they need for the chosen objects,",
            "with who must run each; those that a role has already are comments. Changes nothing."
        })
final class GrantsCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    GrantsCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new EachDatabase(context, json, "-- ").of(file.chosen(context), this::rights);
    }

    private int rights(Member member, JsonLines lines) {
        TaskRights rights = context.useCases().get().rights(member);
        if (json) {
            GrantsText.fields(rights).forEach(lines::line);
        } else {
            GrantsText.lines(rights).forEach(context.output().out()::println);
        }
        return ExitCode.DONE;
    }
}
