package io.syncline.cli.command;

import io.syncline.cli.output.CompareText;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Output;
import io.syncline.engine.task.Member;
import io.syncline.engine.verify.CompareOptions;
import io.syncline.engine.verify.CompareOptions.ShowKeys;
import io.syncline.engine.verify.CompareReport;
import io.syncline.engine.verify.TableResult;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code syncline compare}. */
@Command(
        name = "compare",
        description = {
            "Compares the rows of both ends, also while the task runs.",
            "Ends with exit code 5 when rows differ, and prints their keys."
        })
final class CompareCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Option(
            names = "--show-keys",
            paramLabel = "HOW",
            defaultValue = "plain",
            description = "plain: the values of the key's columns; hash: a digest of them (default: ${DEFAULT-VALUE}).")
    private ShowKeys showKeys;

    @Option(names = "--show-values", description = "Also prints the values that differ.")
    private boolean showValues;

    @Option(
            names = "--max-differences",
            paramLabel = "N",
            defaultValue = "20",
            description = "How many rows are printed for a table; all are counted (default: ${DEFAULT-VALUE}).")
    private int maxDifferences;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    CompareCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return new EachDatabase(context, json).of(file.known(context), this::compare);
    }

    private int compare(Member member, JsonLines lines) throws InterruptedException {
        Output output = context.output();
        Consumer<TableResult> done = json
                ? table -> lines.line(CompareText.tableFields(table))
                : table -> CompareText.table(table).forEach(output.out()::println);
        CompareReport report = context.useCases()
                .get()
                .compare(member.task(), new CompareOptions(showKeys, showValues, maxDifferences), done);
        if (json) {
            lines.line(CompareText.verdictFields(report));
        } else {
            output.out().println(CompareText.verdict(report));
        }
        return report.isSame() ? ExitCode.DONE : ExitCode.DIFFERENCES;
    }
}
