package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.CommandLog.Answer;
import io.syncline.api.port.CommandLog.Command;
import io.syncline.api.port.CommandLog.Verb;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Has a run go on with its edited file when it is asked to: {@link Verb#APPLY}. Between two attempts, when nothing is applied. */
final class RunEdits {

    private final Connectors connectors;
    private final Supplier<TaskDocument> file;

    /** @param file reads the run's own file again */
    RunEdits(Connectors connectors, Supplier<TaskDocument> file) {
        this.connectors = connectors;
        this.file = file;
    }

    /** The task as the edited file has it, once the ledger has it too; empty when nothing was asked, or it was refused. */
    Optional<Task> accepted(RunContext context, Tenure tenure) {
        CommandLog log = tenure.ledger().commands();
        for (Command command : log.open(tenure.task().id())) {
            if (command.verb() == Verb.APPLY) {
                Answered answered = answered(context, tenure, command);
                log.answer(tenure.lease(), command.number(), answered.answer());
                if (answered.task().isPresent()) {
                    return answered.task();
                }
            }
        }
        return Optional.empty();
    }

    private record Answered(Answer answer, Optional<Task> task) {}

    private Answered answered(RunContext context, Tenure tenure, Command command) {
        Task task;
        TaskEdit.Agreed agreed;
        try {
            task = read(context, command);
            agreed = agreed(task, tenure, command);
        } catch (SyncException e) {
            // What is wrong with the file, or the ends that it names, is for who asked; the run goes on as before.
            return new Answered(
                    new Answer(false, e.code() + ": " + e.getMessage() + " " + e.remedy()), Optional.empty());
        }
        tenure.ledger().edit(tenure.lease(), agreed.edit());
        context.environment().marks().reach(Mark.EDITED);
        String done = "the run goes on with the edited file: " + agreed.plan().summary();
        context.notice("Edited: " + done + ".");
        return new Answered(new Answer(true, done), Optional.of(task));
    }

    private Task read(RunContext context, Command command) {
        if (context.options().heals()) {
            throw refused("the task is being healed", "Apply the file when the heal has ended.");
        }
        TaskDocument document = file.get();
        if (!document.digest().equals(command.arguments().getFirst())) {
            throw refused(
                    "the file that the run reads is another than the one that was applied, and after a crash it would go on with that",
                    "Put the same file where the run reads it, then apply it again.");
        }
        return document.task();
    }

    private TaskEdit.Agreed agreed(Task task, Tenure tenure, Command command) {
        List<String> consents =
                command.arguments().subList(1, command.arguments().size());
        try (Link link = Link.open(connectors, task, tenure.task().id())) {
            TaskEntry entry = new TaskLocator(link.destination().ledger())
                    .find(task, link.source())
                    .filter(found -> found.task().id().equals(tenure.task().id())
                            && found.epoch() == tenure.lease().epoch())
                    .orElseThrow(() -> refused(
                            "the edited file is about another task: another name, source, destination or ledger",
                            "Undo the edit of these; or start the file as a task of its own."));
            return new TaskEdit(task, link, entry).agreed(consents, command.askedBy());
        }
    }

    private static SyncException refused(String why, String remedy) {
        return new SyncException(ErrorCode.EDIT_REFUSED, why, remedy);
    }
}
