package io.syncline.postgresql.precheck;

import io.syncline.api.task.Task;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.catalog.RelationReader;
import io.syncline.postgresql.session.Sessions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the task's patterns match at the source, whether it can be carried or not. Read once for all items of a precheck. */
final class ChosenTables {

    private final Task task;
    private final RelationReader reader;
    private @Nullable List<Relation> matched;
    private @Nullable Map<Long, Relation> carried;

    ChosenTables(Sessions sessions, Task task) {
        this.task = task;
        this.reader = new RelationReader(sessions, List.of(PostgresCatalog.DEFAULT_LEDGER_SCHEMA));
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

    /** The name of a chosen table. */
    String name(CatalogSession session, long oid) {
        return Objects.requireNonNull(byOid(session).get(oid)).id().toString();
    }

    /** What matches and is no ordinary table. */
    List<Relation> others(CatalogSession session) {
        return matched(session).stream().filter(relation -> !relation.carried()).toList();
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
                    .toList();
            matched = known;
        }
        return known;
    }
}
