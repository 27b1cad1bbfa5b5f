package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.Connectivity;
import io.syncline.api.task.Task;
import io.syncline.engine.task.ConnectivityReport.End;
import io.syncline.engine.task.ConnectivityReport.NotReached;
import io.syncline.engine.task.ConnectivityReport.Outcome;
import io.syncline.engine.task.ConnectivityReport.Reached;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Tests how both ends of a task are reached: one after the other, so that neither is measured while the other takes the machine. */
record BothEnds(Connectors connectors, InstantSource clock) {

    ConnectivityReport test(Task task) {
        try (Link link = Link.open(connectors, task, "test")) {
            return new ConnectivityReport(
                    new End(
                            "source",
                            link.source().address(),
                            outcome(() -> link.source().connectivity(clock))),
                    new End(
                            "destination",
                            link.destination().address(),
                            outcome(() -> link.destination().connectivity(clock))));
        }
    }

    private static Outcome outcome(Supplier<Connectivity> measure) {
        try {
            return new Reached(measure.get());
        } catch (SyncException e) {
            return new NotReached(e);
        }
    }
}
