package io.syncline.cli.command;

import io.syncline.api.error.SyncException;
import io.syncline.api.task.TaskDocument;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.JsonDisplay;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Labels;
import io.syncline.cli.output.PlainDisplay;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.BundleRun;
import io.syncline.engine.task.Member;
import io.syncline.engine.task.RunOptions;
import io.syncline.engine.task.RunOutcome;
import io.syncline.engine.task.TaskEvent;
import io.syncline.engine.task.TaskListener;
import java.time.ZoneId;
import java.util.function.Supplier;

/** A run of several databases at once, each told with its name, until all have ended or a signal stops them. */
final class RunningTogether implements BundleRun.Listener {

    private final Context context;
    private final boolean json;
    private int exitCode = ExitCode.DONE;

    RunningTogether(Context context, boolean json) {
        this.context = context;
        this.json = json;
    }

    /** The exit code of the member that failed first, if one did. */
    int run(TaskDocument document, Bundle bundle, RunOptions options, Supplier<TaskDocument> file) {
        bundle.notices().forEach(this::notice);
        BundleRun run = context.useCases().get().run(document, bundle, options, file, this);
        try (var _ = context.stopping().during(run::stop)) {
            run.run();
        }
        return exitCode();
    }

    @Override
    public TaskListener of(Member member) {
        return json ? jsonDisplay(member) : plainDisplay(Labels.of(name(member)) + ": ");
    }

    @Override
    public void notice(String text) {
        TaskListener display =
                json ? new JsonDisplay(new JsonLines(context.output().out()), context.clock()) : plainDisplay("");
        display.on(new TaskEvent.Notice(text));
    }

    @Override
    public synchronized void ended(Member member, RunOutcome outcome) {
        int code = Running.exitCode(context, outcome);
        keep(code);
        if (outcome instanceof RunOutcome.Failed(SyncException cause)) {
            failed(member, cause, code);
            context.failures().tell(name(member), cause);
        } else if (json) {
            jsonDisplay(member).end(Running.word(outcome), code);
        }
    }

    @Override
    public synchronized void broke(Member member, Throwable defect) {
        keep(ExitCode.INTERNAL);
        failed(member, defect, ExitCode.INTERNAL);
        context.failures().tellUnexpected(name(member), defect);
    }

    private void failed(Member member, Throwable failure, int code) {
        if (json) {
            lines(member).line(Failures.fields(failure, code));
        }
    }

    private void keep(int code) {
        exitCode = exitCode == ExitCode.DONE ? code : exitCode;
    }

    private synchronized int exitCode() {
        return exitCode;
    }

    private JsonDisplay jsonDisplay(Member member) {
        return new JsonDisplay(lines(member), context.clock());
    }

    private JsonLines lines(Member member) {
        return new JsonLines(context.output().out(), name(member));
    }

    private PlainDisplay plainDisplay(String label) {
        return new PlainDisplay(context.output().out(), context.clock(), ZoneId.systemDefault(), label);
    }

    private static String name(Member member) {
        return member.task().source().database();
    }
}
