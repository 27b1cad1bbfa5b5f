package io.syncline.engine.task;

import io.syncline.api.port.TaskIdentity;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.engine.route.RoutePlan;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a task would do, before it does it.
 *
 * @param task its id is {@link #UNKNOWN_ID} before the first start
 * @param ends where rows come from and go to
 * @param workers how many chunks are copied at once
 * @param atSource the statements that change the source, in their order
 * @param atDestination the objects that are made, in their order
 * @param notices what the user should know about the choice of tables
 */
public record Explanation(
        TaskIdentity task,
        Ends ends,
        List<Table> tables,
        int workers,
        List<String> atSource,
        List<Made> atDestination,
        List<LeftOut> leftOut,
        List<String> notices) {

    /** Stands for the id that the first start makes. */
    public static final String UNKNOWN_ID = "xxxxxxxx";

    public Explanation {
        tables = List.copyOf(tables);
        atSource = List.copyOf(atSource);
        atDestination = List.copyOf(atDestination);
        leftOut = List.copyOf(leftOut);
        notices = List.copyOf(notices);
    }

    /** Addresses without secrets. */
    public record Ends(String source, String destination) {}

    /** @param chunks an estimate, 0 when rows are not copied */
    public record Table(RoutePlan.Planned planned, long chunks) {}

    /** @param statement empty when the task's schema files leave the object out */
    public record Made(Phase phase, ObjectRef object, String statement) {
        public boolean isLeftOut() {
            return statement.isEmpty();
        }
    }

    /** What stays behind at the source, and what the user does without. */
    public List<LeftOut> allLeftOut() {
        return Stream.concat(
                        leftOut.stream(),
                        atDestination.stream()
                                .filter(Made::isLeftOut)
                                .map(made -> new LeftOut(made.object().toString(), "the schema files leave it out")))
                .toList();
    }

    /** Whether the task has never started. */
    public boolean isNew() {
        return task.id().equals(UNKNOWN_ID);
    }
}
