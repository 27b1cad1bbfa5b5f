package io.syncline.engine.route;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which tables a task carries, and where to.
 *
 * @param tables by source name
 * @param notices what the user should know about patterns that matched nothing
 */
public record RoutePlan(List<Planned> tables, List<String> notices) {

    /**
     * @param info the source table as its catalog has it now
     * @param columns the names of its columns at the destination
     * @param operations the kinds of change that are carried
     * @param partitions what becomes of its partitions, if it has any
     * @param rule that chose it
     */
    public record Planned(
            TableInfo info,
            TableRoute route,
            ColumnNames columns,
            Set<Operation> operations,
            Partitions partitions,
            ObjectRule rule) {}

    public RoutePlan {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    /** Source names of the tables that get no partitions at the destination. */
    public Set<TableId> flattened() {
        return tables.stream()
                .filter(planned -> planned.partitions() == Partitions.FLATTEN)
                .map(planned -> planned.route().source().table())
                .collect(Collectors.toSet());
    }

    /** Destination names of the tables that get the partitions of the source's where the schema stage makes them. */
    public Set<TableId> partitioned() {
        return tables.stream()
                .filter(planned -> planned.info().partitioned() && planned.partitions() == Partitions.KEEP)
                .map(planned -> planned.route().destination().table())
                .collect(Collectors.toSet());
    }

    /** Source names of the tables with a filter or computed columns: of their changes the whole old row must be known (T8). */
    public Set<TableId> shaped() {
        return routes().stream()
                .filter(route -> route.shaping() != null)
                .map(route -> route.source().table())
                .collect(Collectors.toSet());
    }

    /** Destination tables that are merged, each with the source tables that become it. */
    public SortedMap<TableId, List<TableId>> merged() {
        SortedMap<TableId, List<TableId>> merged = new TreeMap<>();
        MergedTables.groups(routes())
                .forEach((target, routes) -> merged.put(
                        target,
                        routes.stream().map(route -> route.source().table()).toList()));
        return merged;
    }

    /** Those whose changes are followed. */
    public RoutePlan followed() {
        return only(planned -> planned.rule().refresh() == null);
    }

    /** The others, which are loaded anew from time to time. */
    public RoutePlan refreshed() {
        return only(planned -> planned.rule().refresh() != null);
    }

    private RoutePlan only(Predicate<Planned> wanted) {
        return new RoutePlan(tables.stream().filter(wanted).toList(), notices);
    }

    public List<TableRoute> routes() {
        return tables.stream().map(Planned::route).toList();
    }
}
