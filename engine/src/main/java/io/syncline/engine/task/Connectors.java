package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Connector;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DestinationOptions;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.port.Source;
import io.syncline.api.task.Task;
import java.util.List;
import java.util.stream.Collectors;

/** The connectors that were found, and the ends that they open. */
public final class Connectors {

    private final List<Connector> all;

    public Connectors(List<Connector> all) {
        this.all = List.copyOf(all);
    }

    /** @param holder whose sessions these are: the task's id, or what the user does before there is one */
    Source source(Task task, String holder) {
        return named(task.source().type())
                .source(task.source(), session(task, holder))
                .orElseThrow(() -> new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "source: " + task.source().type() + " cannot be a source",
                        "Choose another type for the source."));
    }

    Destination destination(Task task, String holder) {
        return named(task.destination().type())
                .destination(
                        task.destination(),
                        session(task, holder),
                        new DestinationOptions(task.ledgerSchema(), task.edited()))
                .orElseThrow(() -> new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "destination: " + task.destination().type() + " cannot be a destination",
                        "Choose another type for the destination."));
    }

    private static SessionOptions session(Task task, String holder) {
        return new SessionOptions("syncline " + holder, task.searchPath());
    }

    private Connector named(String type) {
        return all.stream()
                .filter(connector -> connector.type().equals(type))
                .findFirst()
                .orElseThrow(() -> {
                    String known = all.stream().map(Connector::type).sorted().collect(Collectors.joining(", "));
                    return new SyncException(
                            ErrorCode.TASK_FILE_INVALID,
                            "there is no connector of type " + type,
                            "Use one of: " + known + ".");
                });
    }
}
