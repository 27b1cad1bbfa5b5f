package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.cli.output.ExplainJson;
import io.syncline.cli.output.ExplainText;
import io.syncline.cli.output.JsonLines;
import io.syncline.document.StatementFiles;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.Explanation;
import io.syncline.engine.task.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--sql",
            paramLabel = "FOLDER",
            description = {
                "Also writes the statements that make the destination's objects into SQL files, a file for each phase,",
                "which may be changed and given back with schemaFiles in the task file."
            })
    private @Nullable Path sql;

    ExplainCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Bundle bundle = file.chosen(context);
        if (sql != null && bundle.members().size() > 1) {
            throw new SyncException(
                    ErrorCode.USAGE,
                    "--sql writes the files of one database, and the task file has "
                            + bundle.members().size(),
                    "Name one with --database NAME.");
        }
        return new EachDatabase(context, json).of(bundle, this::explain);
    }

    private int explain(Member member, JsonLines lines) {
        Explanation explanation = context.useCases().get().explain(member);
        if (json) {
            ExplainJson.lines(explanation).forEach(lines::line);
        } else {
            ExplainText.lines(explanation).forEach(context.output().out()::println);
        }
        if (sql != null) {
            write(explanation, sql, lines);
        }
        return ExitCode.DONE;
    }

    private void write(Explanation explanation, Path folder, JsonLines lines) {
        List<StatementFiles.Made> made = explanation.atDestination().stream()
                .map(object -> new StatementFiles.Made(object.phase(), object.object(), object.statement()))
                .toList();
        for (Path written : StatementFiles.write(folder, explanation.task().name(), made)) {
            if (json) {
                lines.line(ExplainJson.written(written));
            } else {
                context.output().out().println("Written: " + written);
            }
        }
    }
}
