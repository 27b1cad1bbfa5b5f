package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.Databases;
import io.syncline.api.port.Databases.Making;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.api.port.Right;
import io.syncline.api.port.Right.Grantor;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import java.util.List;
import java.util.Optional;

/** The destination's database of one of several, which the schema stage makes where it is missing. */
final class DestinationDatabase {

    /** Not there, and how it comes to be there. */
    record Missing(Finding finding, Making making) {

        /** Whoever makes it owns it; when that is not our role, more is needed then. */
        List<Right> rights() {
            boolean made = finding.result() != Result.FAILED;
            return List.of(new Right(Grantor.SUPERUSER, making.statement() + ";", finding.found(), made));
        }
    }

    private static final String WHY = "Rows go into a database that is there.";

    private final Connectors connectors;
    private final Task server;
    private final Task task;

    /** @param server through which databases are looked up and made */
    DestinationDatabase(Connectors connectors, Task server, Task task) {
        this.connectors = connectors;
        this.server = server;
        this.task = task;
    }

    /** Empty when it is there, or nobody can tell now: then its own connection says why. */
    Optional<Missing> missing() {
        try (Link link = Link.open(connectors, server, "databases")) {
            Optional<Databases> there = link.destination().databases();
            return there.isEmpty() || there.get().all().containsKey(name())
                    ? Optional.empty()
                    : Optional.of(missing(there.get(), link));
        } catch (SyncException e) {
            if (TaskChecks.isFinding(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private Missing missing(Databases there, Link link) {
        Making making = there.making(
                name(),
                link.source()
                        .databases()
                        .map(databases -> databases.all().get(task.source().database()))
                        .orElse(null));
        return new Missing(finding(there, making), making);
    }

    private Finding finding(Databases there, Making making) {
        String found = "The database " + name() + " does not exist";
        String remedy = making.statement() + ";";
        if (!task.runs(Stage.SCHEMA)) {
            return Finding.failed(found + ", and the task does not make it without the stage schema.", WHY, remedy);
        }
        if (!there.mayMake()) {
            return Finding.failed(found + ", and the role may not make it (it lacks CREATEDB).", WHY, remedy);
        }
        String made =
                found + "; the run makes it (" + making.statement() + "), and then looks at what concerns its content.";
        return making.differences().isEmpty()
                ? Finding.passed(made)
                : Finding.warning(
                        made + " In it " + String.join(", and ", making.differences()) + ".",
                        "Text may be ordered otherwise than at the source.",
                        "Make the database yourself, as you want it, before the run.");
    }

    void make(Making making) {
        try (Link link = Link.open(connectors, server, "databases")) {
            link.destination().databases().ifPresent(databases -> databases.make(making));
        }
    }

    private String name() {
        return task.destination().database();
    }
}
