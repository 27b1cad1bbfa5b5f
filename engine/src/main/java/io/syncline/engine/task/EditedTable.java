package io.syncline.engine.task;

import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import io.syncline.engine.route.CompletedCatalog;
import io.syncline.engine.task.EditPlan.Effect;
import io.syncline.engine.task.EditPlan.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a table can be loaded as an edited file says, and what of its destination goes by that.
 *
 * @param hindrance why no table can join this task; empty when tables can
 * @param there the tables of the destination
 */
record EditedTable(Task task, Optional<String> hindrance, Map<TableId, TableInfo> there) {

    Line added(TableRoute route) {
        return misfit(route, "it is chosen")
                .orElseGet(() -> there.containsKey(route.destination().table())
                        ? added(route, "; the table is there, and " + replaced(route))
                                .needingConsent()
                        : added(route, ""));
    }

    private String then(TableRoute route) {
        return CarriedTables.isRefreshed(task, route.source().table())
                ? "then loaded anew as often as `refresh` says"
                : "then follows";
    }

    private Line added(TableRoute route, String more) {
        return Line.of(
                route.source().table(),
                Effect.ADDED,
                "it is loaded into " + route.destination().table() + " while the others go on, " + then(route) + more);
    }

    /** @param edited what was edited */
    Line reloaded(TableRoute route, String edited) {
        return misfit(route, edited)
                .orElseGet(() -> Line.of(
                                route.source().table(),
                                Effect.RELOADED,
                                edited + ": it is loaded anew while the others go on, and " + replaced(route) + "; "
                                        + afterwards(route) + columns(route))
                        .needingConsent());
    }

    private String afterwards(TableRoute route) {
        return CarriedTables.isRefreshed(task, route.source().table())
                ? "then it is loaded anew as often as `refresh` says"
                : "then it follows";
    }

    private static String replaced(TableRoute route) {
        return route.origin() == null
                ? "all rows that it holds are replaced"
                : "its rows of this source table are replaced";
    }

    private String columns(TableRoute route) {
        List<Column> lacking = lacking(route);
        List<Column> idle = idle(route);
        return (lacking.isEmpty() ? "" : "; added there: " + names(lacking))
                + (idle.isEmpty() ? "" : "; not filled: " + names(idle));
    }

    /** A destination table that is there must take the rows, with what can be added to it. */
    private Optional<Line> misfit(TableRoute route, String edited) {
        TableId source = route.source().table();
        if (hindrance.isPresent()) {
            return Optional.of(Line.refused(
                    source,
                    edited + ", and " + hindrance.get(),
                    "Undo the edit; or clean the task and start it anew."));
        }
        TableId table = route.destination().table();
        List<Column> lacking = new ArrayList<>(lacking(route));
        if (task.runs(Stage.SCHEMA) && route.origin() == null) {
            lacking.removeAll(CompletedCatalog.made(route));
        }
        if (!lacking.isEmpty()) {
            return Optional.of(Line.refused(
                    source,
                    edited + ", and the destination table " + table + " lacks the columns " + names(lacking),
                    "Add the columns at the destination, then apply the file again."));
        }
        List<Column> unfillable = idle(route).stream()
                .filter(column -> !column.nullable() && column.defaultExpression() == null)
                .toList();
        if (!unfillable.isEmpty()) {
            return Optional.of(
                    Line.refused(
                            source,
                            edited + ", and nothing would fill the columns " + names(unfillable)
                                    + " of the destination table " + table
                                    + ", which must not be null and have no default",
                            "Carry the columns; or DROP NOT NULL, or drop the columns, at the destination, then apply the file again."));
        }
        return Optional.empty();
    }

    private List<Column> lacking(TableRoute route) {
        TableInfo info = there.get(route.destination().table());
        return info == null
                ? List.of()
                : route.destination().columns().stream()
                        .filter(column -> info.schema().indexOf(column.name()) < 0)
                        .toList();
    }

    /** What the destination table has and the rows do not fill. */
    private List<Column> idle(TableRoute route) {
        TableInfo info = there.get(route.destination().table());
        TableSchema filled = route.destination();
        return info == null
                ? List.of()
                : info.schema().columns().stream()
                        .filter(column -> !column.generated() && filled.indexOf(column.name()) < 0)
                        .filter(column ->
                                route.origin() == null || !column.name().equals(Origin.COLUMN))
                        .toList();
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }
}
