package io.syncline.api.task;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a task file said at one moment: one task, or the same for many databases, of which each is a task of its own, since a position, a snapshot and a ledger belong to one database.
 *
 * @param task with many databases: what they share; its ends name the databases through which the others are looked up
 * @param databases which they are; empty: the task is about the databases that its ends name
 * @param digest of the file's text: SHA-256 of the UTF-8 bytes, in hexadecimal digits
 */
public record TaskDocument(Task task, List<DatabaseRule> databases, String digest) {

    public TaskDocument {
        databases = List.copyOf(databases);
    }

    public boolean hasManyDatabases() {
        return !databases.isEmpty();
    }

    /** The databases that are named one by one. */
    public Set<String> named() {
        return databases.stream()
                .filter(rule -> rule.isExact() && !rule.leavesOut())
                .map(DatabaseRule::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The entries that have to be looked up in a server's list. */
    public List<DatabaseRule> patterns() {
        return databases.stream()
                .filter(rule -> !rule.isExact() && !rule.leavesOut())
                .toList();
    }

    /** Whether a pattern chooses the database and nothing leaves it out. */
    public boolean isChosenByPattern(String database) {
        return rule(database).filter(rule -> !rule.isExact()).isPresent();
    }

    /** Whether the file is about the database, by name or by pattern. */
    public boolean chooses(String database) {
        return rule(database).isPresent();
    }

    /**
     * The task of one of the databases that it chooses.
     *
     * @param together how many of them share this process
     */
    public Task of(String database, int together) {
        DatabaseRule rule = rule(database)
                .orElseThrow(() -> new IllegalArgumentException("nothing chooses the database " + database));
        return task.between(
                task.source().in(database),
                task.destination().in(rule.to() == null ? database : rule.to()),
                rule.id(),
                rule.objects().isEmpty() ? task.objects() : rule.objects(),
                rule.objects().isEmpty() ? task.except() : rule.except(),
                task.tuning().among(together));
    }

    /** As a file of its own would say it. */
    public TaskDocument only(String database, int together) {
        return new TaskDocument(of(database, together), List.of(), digest);
    }

    /** An entry that names the database counts more than patterns, of which the first counts. */
    private Optional<DatabaseRule> rule(String database) {
        List<DatabaseRule> matching =
                databases.stream().filter(rule -> rule.matches(database)).toList();
        Optional<DatabaseRule> named = matching.stream()
                .filter(rule -> rule.isExact() && !rule.leavesOut())
                .findFirst();
        boolean leftOut = matching.stream().anyMatch(DatabaseRule::leavesOut);
        return named.isPresent() || leftOut ? named : matching.stream().findFirst();
    }
}
