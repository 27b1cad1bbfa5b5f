package io.syncline.engine.task;

import io.syncline.api.port.Destination;
import io.syncline.api.port.Source;

/** Both ends of a task, open. */
record Link(Source source, Destination destination) implements AutoCloseable {

    static Link open(Connectors connectors, io.syncline.api.task.Task task, String holder) {
        Source source = connectors.source(task, holder);
        try {
            return new Link(source, connectors.destination(task, holder));
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try (source) {
            destination.close();
        }
    }
}
