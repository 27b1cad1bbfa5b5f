package io.syncline.engine.task;

import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.TaskEntry;
import io.syncline.api.task.Task;
import io.syncline.engine.task.EditPlan.Effect;
import java.util.Collection;

/** An edited task file against the ledger of its task. */
record TaskEdit(Task task, Link link, TaskEntry entry) {

    EditPlan plan() {
        Ledger ledger = link.destination().ledger();
        String id = entry.task().id();
        return new EditPlanner(
                        task,
                        link,
                        ledger.read(id, link.source()::position),
                        ledger.accepted(id),
                        ledger.badValues(id).quarantined())
                .plan();
    }

    /**
     * The plan for the ledger, when all of it can be, and was agreed to.
     *
     * @param consents what the user has agreed to
     * @throws io.syncline.api.error.SyncException EDIT_REFUSED
     */
    Agreed agreed(Collection<String> consents, String askedBy) {
        EditPlan plan = plan();
        plan.requireApplicable();
        plan.requireConsent(consents);
        return new Agreed(
                plan,
                new Ledger.Edit(
                        AcceptedWords.of(task).text(),
                        plan.tables(Effect.ADDED, Effect.RELOADED),
                        plan.tables(Effect.REMOVED),
                        "the task file was edited, and applied by " + askedBy));
    }

    record Agreed(EditPlan plan, Ledger.Edit edit) {}
}
