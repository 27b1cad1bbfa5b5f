package io.syncline.cli.command;

import io.syncline.api.error.SyncException;
import io.syncline.api.task.Task;
import io.syncline.cli.output.Failures;
import io.syncline.cli.output.JsonDisplay;
import io.syncline.cli.output.JsonLines;
import io.syncline.cli.output.Labels;
import io.syncline.engine.task.Bundle;
import io.syncline.engine.task.Member;
import io.syncline.engine.task.TaskEvent;

/** Does a command's work for each database that it is about, one after the other. Where there are several, each is told with its name, and one that fails leaves the others alone. */
final class EachDatabase {

    /** The work for one database. */
    @FunctionalInterface
    interface Work {

        /**
         * @param lines for programs, with the database's name where there are several
         * @return the exit code
         */
        int of(Member member, JsonLines lines) throws InterruptedException;
    }

    private final Context context;
    private final boolean json;
    private final String remark;

    EachDatabase(Context context, boolean json) {
        this(context, json, "");
    }

    /** @param remark what a line begins with, for people, that is not of the work itself */
    EachDatabase(Context context, boolean json, String remark) {
        this.context = context;
        this.json = json;
        this.remark = remark;
    }

    /** The first exit code that is not {@link ExitCode#DONE}, if there is one. */
    int of(Bundle bundle, Work work) throws InterruptedException {
        if (!bundle.isOfMany()) {
            return work.of(
                    bundle.members().getFirst(), new JsonLines(context.output().out()));
        }
        bundle.notices().forEach(this::tell);
        int first = ExitCode.DONE;
        for (Member member : bundle.members()) {
            int code = one(member, work);
            first = first == ExitCode.DONE ? code : first;
        }
        return first;
    }

    private void tell(String notice) {
        if (json) {
            new JsonDisplay(new JsonLines(context.output().out()), context.clock()).on(new TaskEvent.Notice(notice));
        } else {
            context.output().out().println(remark + "note: " + Labels.of(notice));
        }
    }

    private int one(Member member, Work work) throws InterruptedException {
        Task task = member.task();
        JsonLines lines = new JsonLines(context.output().out(), task.source().database());
        if (!json) {
            context.output()
                    .out()
                    .println(remark + "Database " + Labels.of(task.source().database()) + ":");
        }
        try {
            return work.of(member, lines);
        } catch (SyncException e) {
            int code = ExitCode.of(e);
            if (json) {
                lines.line(Failures.fields(e, code));
            }
            context.output().out().flush();
            context.failures().tell(task.source().database(), e);
            return code;
        } finally {
            if (!json) {
                context.output().out().println();
            }
        }
    }
}
