package io.syncline.engine.task;

import io.syncline.api.port.Right;
import java.util.List;

/**
 * What the roles of a task need at its ends.
 *
 * @param source at the address that {@link Explanation.Ends#source()} has
 * @param destination at the other one
 */
public record TaskRights(Explanation.Ends ends, List<Right> source, List<Right> destination) {

    public TaskRights {
        source = List.copyOf(source);
        destination = List.copyOf(destination);
    }
}
