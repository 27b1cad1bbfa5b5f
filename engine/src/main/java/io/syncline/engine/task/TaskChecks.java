package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.Task;
import io.syncline.engine.precheck.FixedItem;
import io.syncline.engine.precheck.Precheck;
import io.syncline.engine.precheck.PrecheckReport;
import io.syncline.engine.route.RecordedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The precheck of a task: what choosing its tables brings up, then the items of both ends. */
final class TaskChecks {

    private static final String CHOICE = "objects";
    private static final String CHOICE_TITLE = "Chosen tables";
    private static final String DATABASE = "destination-database";
    private static final String DATABASE_TITLE = "Destination database";

    private final Connectors connectors;
    private final Set<String> together;

    /** @param together as {@link Member#together} */
    TaskChecks(Connectors connectors, Set<String> together) {
        this.connectors = connectors;
        this.together = together;
    }

    PrecheckReport precheck(Task task) {
        return precheck(task, null);
    }

    /** @param missing what is said of a destination database that is not there yet, in place of all that it would be asked; null when it is there */
    PrecheckReport precheck(Task task, @Nullable Finding missing) {
        try (Link link = Link.open(connectors, task, "precheck")) {
            List<PrecheckItem> items = new ArrayList<>();
            Optional<TaskMemory> memory = memory(task, link);
            RoutePlan plan = choose(task, link, memory, items);
            Set<TableId> ours = memory.map(TaskChecks::destinations).orElse(Set.of());
            PrecheckScope scope = new PrecheckScope(
                    task, plan.routes(), plan.partitioned(), ours, memory.isPresent(), together, version(link));
            if (!task.edited().labels().isEmpty() && !plan.tables().isEmpty()) {
                items.add(new SchemaFilesItem(task, link, plan));
            }
            items.addAll(
                    0,
                    missing == null
                            ? link.destination().prechecks(scope)
                            : List.of(new FixedItem(DATABASE, DATABASE_TITLE, missing)));
            items.addAll(0, link.source().prechecks(scope));
            return new Precheck().run(items);
        }
    }

    /** The chosen tables; empty with a failed item when they cannot be chosen. */
    private static RoutePlan choose(Task task, Link link, Optional<TaskMemory> memory, List<PrecheckItem> items) {
        String id = memory.map(known -> known.task().task().id()).orElse(Explanation.UNKNOWN_ID);
        RoutePlanner planner = new RoutePlanner(task, id, link.destination().database());
        try {
            CatalogReader destination = destinationCatalog(link);
            boolean started = memory.isPresent() && !memory.get().streams().isEmpty();
            RoutePlan plan = started
                    ? planner.started(
                            RecordedCatalog.of(link.source(), memory.get()),
                            destination,
                            CarriedTables.choice(memory.get()))
                    : planner.plan(link.source().catalog(), destination);
            String found = plan.tables().size() + " tables are chosen." + merged(plan);
            Finding finding = plan.notices().isEmpty()
                    ? Finding.passed(found)
                    : Finding.warning(
                            found + " " + String.join(" ", plan.notices()),
                            "A pattern without a table is often a misspelt name.",
                            "Correct or remove the pattern in the task file.");
            items.add(new FixedItem(CHOICE, CHOICE_TITLE, finding));
            return plan;
        } catch (SyncException e) {
            items.add(new FixedItem(CHOICE, CHOICE_TITLE, notChosen(e)));
            return new RoutePlan(List.of(), List.of());
        }
    }

    private static String merged(RoutePlan plan) {
        return plan.merged().entrySet().stream()
                .map(group -> " " + group.getValue().size() + " of them are merged into " + group.getKey() + ".")
                .collect(Collectors.joining());
    }

    /** The connection's own item says why a server does not answer. */
    private static Finding notChosen(SyncException failure) {
        String why = "Without its tables a task cannot start.";
        return switch (failure.code()) {
            case SOURCE_UNREACHABLE, DESTINATION_UNREACHABLE, AUTHENTICATION ->
                Finding.failed(
                        "The tables could not be looked up, since a server could not be asked.",
                        why,
                        "Mend the connection first, then run the precheck again.");
            default -> Finding.failed(String.valueOf(failure.getMessage()), why, failure.remedy());
        };
    }

    private static @Nullable CatalogReader destinationCatalog(Link link) {
        try {
            CatalogReader catalog = link.destination().catalog();
            catalog.tables(table -> false);
            return catalog;
        } catch (SyncException e) {
            // The destination's own connectivity item tells the user; the source's tables can be looked at all the
            // same.
            return null;
        }
    }

    private static Set<TableId> destinations(TaskMemory memory) {
        return memory.tables().stream().map(Ledger.TableEntry::destination).collect(Collectors.toSet());
    }

    /** Empty when the task has never started, or nobody can tell. */
    private static Optional<TaskMemory> memory(Task task, Link link) {
        try {
            Ledger ledger = link.destination().ledger();
            return new TaskLocator(ledger)
                    .find(task, link.source())
                    .map(entry -> ledger.read(entry.task().id(), link.source()::position));
        } catch (SyncException e) {
            if (isFinding(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** True when the ledger could not be asked for a reason that the items of the precheck tell better, all at once and with their remedies. */
    static boolean isFinding(SyncException failure) {
        return switch (failure.code()) {
            case AUTHENTICATION, DESTINATION_RIGHTS, SESSION_SETTINGS -> true;
            default -> failure.isTransient();
        };
    }

    private static String version(Link link) {
        try {
            return link.source().version();
        } catch (SyncException e) {
            // Told by the source's connectivity item.
            return "";
        }
    }
}
