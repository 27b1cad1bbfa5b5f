package io.syncline.cli.command;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.cli.output.ControlReport;
import io.syncline.cli.output.JsonLines;
import io.syncline.document.ThrottleReader;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.Member;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code syncline control}. */
@Command(
        name = "control",
        description = {
            "Asks the run of a task, wherever it goes on, for something, and waits until it has obeyed.",
            "pause: end loading and streaming; the run keeps the task, the source keeps its log.",
            "resume: go on after a pause.",
            "suspend TABLE: apply no further changes of a table, named as schema.table at the source.",
            "resync TABLE: load a table anew while the others go on, then carry it as before.",
            "skip POSITION: leave out the changes of the one source transaction that ends there, which stopped the task.",
            "throttle LIMIT=VALUE ...: change how fast the source is read, until the run ends."
        })
final class ControlCommand implements Callable<Integer> {

    private final Context context;

    @Mixin
    private TaskFile file;

    @Parameters(index = "1", paramLabel = "VERB", description = "pause, resume, throttle, suspend, resync or skip")
    private Verb verb;

    @Parameters(
            index = "2..*",
            arity = "0..*",
            paramLabel = "ARGUMENT",
            description =
                    "Of throttle: load.queriesPerSecond, load.rowsPerSecond, load.bytesPerSecond, stream.rowsPerSecond,"
                            + " stream.bytesPerSecond, each with = and a number, a size such as 5MB, or none.")
    private List<String> arguments = List.of();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    ControlCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<String> checked = checked();
        Bundle bundle = file.known(context);
        if (verb.outlastsRuns() && bundle.members().size() > 1) {
            throw usage("is about one database: name it with --database");
        }
        if (verb == Verb.THROTTLE && file.namesOne()) {
            throw usage("changes limits that are shared by all databases: leave --database out");
        }
        return new EachDatabase(context, json).of(bundle, (member, lines) -> control(member, checked, lines));
    }

    private int control(Member member, List<String> checked, JsonLines lines) throws InterruptedException {
        String done = context.useCases().get().control(member.task(), verb, checked);
        if (json) {
            lines.line(new ControlReport(verb, checked, done).fields());
        } else {
            context.output().out().println(done);
        }
        return ExitCode.DONE;
    }

    private List<String> checked() {
        return switch (verb) {
            case PAUSE, RESUME -> {
                if (!arguments.isEmpty()) {
                    throw usage("takes no argument");
                }
                yield List.of();
            }
            case SUSPEND, RESYNC -> {
                if (arguments.size() != 1) {
                    throw usage("needs one table");
                }
                yield arguments;
            }
            case SKIP -> {
                if (arguments.size() != 1) {
                    throw usage("needs the one position that the failure names");
                }
                yield arguments;
            }
            case APPLY -> throw usage("is a command of its own: `syncline apply FILE`");
            case THROTTLE -> {
                if (arguments.isEmpty()) {
                    throw usage("needs at least one limit");
                }
                yield arguments.stream().map(new ThrottleReader()::change).toList();
            }
        };
    }

    private SyncException usage(String what) {
        return new SyncException(
                ErrorCode.USAGE, verb.name().toLowerCase(Locale.ROOT) + " " + what, "See `syncline control --help`.");
    }
}
