package io.syncline.engine.route;

import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.task.Operation;
import java.util.List;
import java.util.Set;

/**
 * Which tables a task carries, and where to.
 *
 * @param tables by source name
 * @param notices what the user should know about patterns that matched nothing
 */
public record RoutePlan(List<Planned> tables, List<String> notices) {

    /**
     * @param info the source table as its catalog has it now
     * @param operations the kinds of change that are carried
     */
    public record Planned(TableInfo info, TableRoute route, Set<Operation> operations) {}

    public RoutePlan {
        tables = List.copyOf(tables);
        notices = List.copyOf(notices);
    }

    public List<TableRoute> routes() {
        return tables.stream().map(Planned::route).toList();
    }
}
