package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.Databases;
import io.syncline.api.port.Databases.Database;
import io.syncline.api.task.Task;
import io.syncline.api.task.TaskDocument;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which databases a task file is about. Those that it names are members whether a server has them or not, so that a missing one is told like any other connection that
 * fails; those of patterns are looked up, and one that has started stays a member when its source is gone: its rows and its ledger are not.
 */
final class MemberChoice {

    private final Connectors connectors;
    private final TaskDocument document;

    MemberChoice(Connectors connectors, TaskDocument document) {
        this.connectors = connectors;
        this.document = document;
    }

    /** Those that a run takes up. */
    Bundle chosen() {
        if (!document.hasManyDatabases()) {
            return alone();
        }
        if (document.patterns().isEmpty()) {
            return bundle(document.named(), List.of());
        }
        try (Link link = Link.open(connectors, document.task(), "databases")) {
            Set<String> atSource = required(
                            link.source().databases(), document.task().source().type())
                    .all()
                    .keySet();
            Set<String> names = new TreeSet<>(document.named());
            atSource.stream().filter(document::isChosenByPattern).forEach(names::add);
            Map<String, Database> there = atDestination(link);
            there.keySet().stream()
                    .filter(name ->
                            !atSource.contains(name) && document.isChosenByPattern(name) && hasStarted(name, there))
                    .forEach(names::add);
            if (names.isEmpty()) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "databases: no database is chosen, since the source has none that the patterns match",
                        "Correct the patterns; names that hold * or ? are written in SQL double quotes.");
            }
            return bundle(
                    names,
                    document.patterns().stream()
                            .filter(rule -> names.stream().noneMatch(rule::matches))
                            .map(rule -> "The pattern " + rule.name() + " chooses no database of the source.")
                            .toList());
        }
    }

    /** Those that have started; the source is not asked. */
    Bundle known() {
        if (!document.hasManyDatabases()) {
            return alone();
        }
        Set<String> names = new TreeSet<>(document.named());
        Map<String, Database> there;
        try (Link link = Link.open(connectors, document.task(), "databases")) {
            there = atDestination(link);
        }
        there.keySet().stream().filter(document::isChosenByPattern).forEach(names::add);
        Set<String> started = new TreeSet<>(names);
        started.removeIf(name -> !hasStarted(name, there));
        if (started.isEmpty()) {
            throw new SyncException(
                    ErrorCode.TASK_UNKNOWN,
                    "no database of the task " + document.task().name() + " has started: the destination knows none",
                    "Run the task first; if it has started, check name, source and destination.");
        }
        return bundle(
                started,
                document.named().stream()
                        .filter(name -> !started.contains(name))
                        .map(name -> "The database " + name + " has not started.")
                        .toList());
    }

    private Bundle alone() {
        return new Bundle(List.of(new Member(document.task(), null, Set.of())), List.of());
    }

    private Map<String, Database> atDestination(Link link) {
        return required(
                        link.destination().databases(),
                        document.task().destination().type())
                .all();
    }

    /** By patterns a database has the same name at both ends. */
    private boolean hasStarted(String name, Map<String, Database> there) {
        Task task = document.of(name, 1);
        Database database = there.get(task.destination().database());
        if (database == null || !database.mayConnect()) {
            return false;
        }
        try (Link link = Link.open(connectors, task, "databases")) {
            return new TaskLocator(link.destination().ledger())
                    .find(task, link.source().address())
                    .isPresent();
        }
    }

    private Bundle bundle(Collection<String> names, List<String> notices) {
        List<Member> members = new ArrayList<>();
        Map<String, String> destinations = new HashMap<>();
        for (String name : names) {
            Task task = document.of(name, names.size());
            String other = destinations.putIfAbsent(task.destination().database(), name);
            if (other != null) {
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID,
                        "databases: " + other + " and " + name + " both go to the destination's database "
                                + task.destination().database()
                                + ", where their schemas would flow into each other",
                        "Give one of them another name with to, or leave it out with !" + name + ".");
            }
            members.add(new Member(task, document.task(), Set.copyOf(names)));
        }
        return new Bundle(members, notices);
    }

    private static Databases required(Optional<Databases> databases, String type) {
        return databases.orElseThrow(() -> new SyncException(
                ErrorCode.TASK_FILE_INVALID,
                "databases: a session of type " + type + " sees every database, so there is no list of databases",
                "Leave databases out, and choose objects."));
    }
}
