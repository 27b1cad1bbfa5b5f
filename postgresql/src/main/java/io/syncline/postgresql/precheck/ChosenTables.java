package io.syncline.postgresql.precheck;

import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Task;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PartitionReader;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.catalog.RelationReader;
import io.syncline.postgresql.session.Sessions;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the task's patterns match at the source, whether it can be carried or not. Read once for all items of a precheck. */
final class ChosenTables {

    private final Task task;
    private final String database;
    private final RelationReader reader;
    private final Predicate<Relation> wanted;
    private @Nullable List<Relation> matched;
    private @Nullable Map<Long, Relation> carried;
    private @Nullable List<Partition> partitions;

    ChosenTables(Sessions sessions, Task task) {
        this(sessions, task, relation -> true);
    }

    private ChosenTables(Sessions sessions, Task task, Predicate<Relation> wanted) {
        this.task = task;
        this.database = sessions.connection().database();
        this.reader = new RelationReader(sessions, List.of(PostgresCatalog.DEFAULT_LEDGER_SCHEMA));
        this.wanted = wanted;
    }

    /** Those that the log is read for: tables that are loaded anew from time to time need not be in it. */
    static ChosenTables followed(Sessions sessions, Task task) {
        return new ChosenTables(sessions, task, relation -> {
            ObjectRule rule = task.rule(relation.id().schema(), relation.id().name());
            return rule == null || rule.refresh() == null;
        });
    }

    /** Tables that can be carried. */
    List<Relation> tables(CatalogSession session) {
        return matched(session).stream().filter(Relation::carried).toList();
    }

    /** A parameter for {@code ?::oid[]}. */
    String oids(CatalogSession session) {
        return CatalogSession.oids(byOid(session).keySet());
    }

    /** Tables that can be carried, by oid. */
    Map<Long, Relation> byOid(CatalogSession session) {
        Map<Long, Relation> known = carried;
        if (known == null) {
            known = tables(session).stream().collect(Collectors.toMap(Relation::oid, relation -> relation));
            carried = known;
        }
        return known;
    }

    /** The partitions of chosen tables. */
    List<Partition> partitions(CatalogSession session) {
        List<Partition> known = partitions;
        if (known == null) {
            List<Long> roots = tables(session).stream()
                    .filter(table -> table.kind() == Relation.Kind.PARTITIONED)
                    .map(Relation::oid)
                    .toList();
            known = roots.isEmpty() ? List.of() : PartitionReader.read(session, database, roots);
            partitions = known;
        }
        return known;
    }

    /** Tables that can be carried, and their partitions, by oid. */
    Map<Long, Relation> withPartitions(CatalogSession session) {
        Map<Long, Relation> all = new HashMap<>(byOid(session));
        partitions(session)
                .forEach(partition -> all.put(
                        partition.oid(),
                        new Relation(partition.oid(), partition.id(), Relation.Kind.PARTITION, partition.unlogged())));
        return all;
    }

    /** The name of a chosen table. */
    String name(CatalogSession session, long oid) {
        return Objects.requireNonNull(byOid(session).get(oid)).id().toString();
    }

    /** What matches, is no table of its own, and does not come with one. */
    List<Relation> others(CatalogSession session) {
        Set<Long> coming = partitions(session).stream().map(Partition::oid).collect(Collectors.toSet());
        return matched(session).stream()
                .filter(relation -> !relation.carried() && !coming.contains(relation.oid()))
                .toList();
    }

    static List<String> names(Collection<Relation> relations) {
        return relations.stream()
                .map(relation -> relation.id().toString())
                .sorted()
                .toList();
    }

    private List<Relation> matched(CatalogSession session) {
        List<Relation> known = matched;
        if (known == null) {
            known = reader.read(session).stream()
                    .filter(relation -> task.objects().stream()
                            .anyMatch(rule -> rule.pattern()
                                    .matches(
                                            relation.id().schema(),
                                            relation.id().name())))
                    .filter(wanted)
                    .toList();
            matched = known;
        }
        return known;
    }
}
