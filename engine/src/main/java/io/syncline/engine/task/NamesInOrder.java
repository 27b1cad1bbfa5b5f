package io.syncline.engine.task;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.engine.route.PlannedShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Alterations of several tables, of which only the last names are known, in an order in which no name is taken twice. For one transaction. */
final class NamesInOrder {

    private NamesInOrder() {}

    /** Tables that have exchanged their names have one that nobody else gives in between. */
    static List<TableAlteration> of(List<TableAlteration> alterations) {
        List<TableAlteration> open = new ArrayList<>(alterations);
        List<TableAlteration> ordered = new ArrayList<>();
        while (!open.isEmpty()) {
            Set<TableId> taken = new HashSet<>();
            open.forEach(alteration -> {
                taken.add(alteration.before().source().table());
                taken.add(alteration.before().destination().table());
            });
            Optional<TableAlteration> free = open.stream()
                    .filter(alteration -> isFree(alteration, taken))
                    .findFirst();
            if (free.isPresent()) {
                open.remove(free.get());
                ordered.add(free.get());
            } else {
                TableAlteration first = open.removeFirst();
                TableRoute aside = aside(first.before());
                ordered.add(
                        new TableAlteration(first.before(), aside, List.of(), PlannedShape.of(aside), first.anew()));
                open.add(new TableAlteration(aside, first.after(), first.changes(), first.sourceShape(), first.anew()));
            }
        }
        return ordered;
    }

    private static boolean isFree(TableAlteration alteration, Set<TableId> taken) {
        TableId source = alteration.after().source().table();
        TableId destination = alteration.after().destination().table();
        return (source.equals(alteration.before().source().table()) || !taken.contains(source))
                && (!alteration.renames() || !taken.contains(destination));
    }

    private static TableRoute aside(TableRoute route) {
        String name = "syncline_" + route.source().version();
        return new TableRoute(
                named(route.source(), name), named(route.destination(), name), route.sourceColumns(), route.shaping());
    }

    private static TableSchema named(TableSchema table, String name) {
        TableId id = new TableId(table.table().database(), table.table().schema(), name);
        return new TableSchema(id, table.version(), table.columns(), table.key());
    }
}
