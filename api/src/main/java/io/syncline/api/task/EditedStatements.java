package io.syncline.api.task;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the user wrote for objects of the schema stage, in place of the statements that it would run.
 *
 * @param byObject SQL by the label of the object that it makes ({@link io.syncline.api.schema.ObjectRef#label}); an empty text leaves the object out
 */
public record EditedStatements(Map<String, String> byObject) {

    public static final EditedStatements NONE = new EditedStatements(Map.of());

    public EditedStatements {
        byObject = Map.copyOf(byObject);
    }

    /** The statement for an object; empty where the user says nothing of it. */
    public Optional<String> of(String label) {
        return Optional.ofNullable(byObject.get(label));
    }

    /** Whether the user does without the object. */
    public boolean leavesOut(String label) {
        return of(label).filter(String::isEmpty).isPresent();
    }

    /** The objects that the user speaks of. */
    public Set<String> labels() {
        return byObject.keySet();
    }
}
