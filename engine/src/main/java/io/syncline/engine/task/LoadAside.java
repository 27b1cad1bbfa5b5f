package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.schema.SchemaObject;
import io.syncline.engine.route.CompletedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.run.Stage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Prepares a load of tables beside the streams: whether they can be loaded as both ends are now, and what their rows need at the destination.
 *
 * @param carried the plan of the others, where the task stands
 */
record LoadAside(RunContext context, Link link, Tenure tenure, TableObjects objects, RoutePlan carried) {

    static final Prepared NOTHING = new Prepared(new RoutePlan(List.of(), List.of()), Map.of(), Map.of(), List.of());

    /**
     * @param tables as they are now
     * @param keys per destination table what is made behind its last row
     * @param definitions by destination table: what it lacks of this is added with its rows
     * @param before makes what the rows need
     */
    record Prepared(
            RoutePlan tables,
            Map<TableId, List<SchemaObject>> keys,
            Map<TableId, SchemaObject.Table> definitions,
            List<Stage> before) {}

    /** With the objects of the tables. */
    Prepared prepare(Set<TableId> tables) {
        RoutePlan plan = checked(tables);
        JoiningObjects made = objects.read(carried, plan);
        return new Prepared(
                plan,
                Attempt.keysByTable(made.of(SchemaObject.Phase.KEYS)),
                definitions(plan, made),
                objects.beforeLoad(made));
    }

    /** Of tables that have their objects already: they are looked up only where the destination lacks something of them. */
    Prepared prepareAgain(Set<TableId> tables) {
        RoutePlan plan = checked(tables);
        boolean whole = plan.routes().stream().map(TableRoute::destination).allMatch(this::isWhole);
        if (!whole) {
            return prepare(tables);
        }
        return new Prepared(plan, Map.of(), Map.of(), List.of());
    }

    private boolean isWhole(TableSchema wanted) {
        Optional<TableSchema> there = link.destination().catalog().table(wanted.table());
        return there.isPresent()
                && wanted.columns().stream().allMatch(column -> there.get().indexOf(column.name()) >= 0);
    }

    private RoutePlan checked(Set<TableId> tables) {
        RoutePlan plan = plan(tables);
        requireAll(plan, tables);
        new Acceptance(context, tenure).requirePlaces(plan, tenure.memory(link.source()::position));
        if (objects.made()) {
            plan.routes().forEach(LoadAside::requireTypes);
        }
        link.destination()
                .requireQuiet(plan.routes().stream()
                        .map(route -> route.destination().table())
                        .toList());
        return plan;
    }

    /** Of tables that are one source table's alone: what they lack is added with their rows. */
    private static Map<TableId, SchemaObject.Table> definitions(RoutePlan plan, JoiningObjects made) {
        Set<TableId> own = plan.routes().stream()
                .filter(route -> route.origin() == null)
                .map(route -> route.destination().table())
                .collect(Collectors.toSet());
        return made.of(SchemaObject.Phase.BEFORE_LOAD).stream()
                .filter(SchemaObject.Table.class::isInstance)
                .map(SchemaObject.Table.class::cast)
                .filter(table -> own.contains(table.table()))
                .collect(Collectors.toMap(SchemaObject.Table::table, Function.identity()));
    }

    /** Where the task makes its tables, columns that one of them lacks are added with its rows; a merged table is not one source table's to alter. */
    private RoutePlan plan(Set<TableId> tables) {
        RoutePlanner planner = new RoutePlanner(
                context.task(), tenure.task().id(), link.destination().database());
        CatalogReader there = link.destination().catalog();
        if (objects.made()) {
            List<TableRoute> own = planner.started(link.source().catalog(), null, tables::contains).routes().stream()
                    .filter(route -> route.origin() == null)
                    .toList();
            there = new CompletedCatalog(there, own);
        }
        return planner.started(link.source().catalog(), there, tables::contains);
    }

    private static void requireAll(RoutePlan plan, Set<TableId> tables) {
        List<TableId> found =
                plan.routes().stream().map(route -> route.source().table()).toList();
        for (TableId table : tables) {
            if (!found.contains(table)) {
                throw new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "the source has no table " + table + " any more, or it is not chosen",
                        "Leave the table suspended.");
            }
        }
    }

    /** A table that the task made when its source was another would take the values, and might round or cut them. */
    private static void requireTypes(TableRoute route) {
        for (int i = 0; i < route.destination().columns().size(); i++) {
            Column there = route.destination().columns().get(i);
            int from = route.sourceColumn(i);
            if (from == TableRoute.COMPUTED) {
                continue;
            }
            Column here = route.source().columns().get(from);
            if (!here.type().name().equals(there.type().name())) {
                throw new SyncException(
                        ErrorCode.DESTINATION_SCHEMA,
                        "the column " + there.name() + " of the destination table "
                                + route.destination().table() + " is "
                                + there.type().name() + ", the source's is "
                                + here.type().name(),
                        "ALTER the destination's column to the source's type; then ask for resync again.");
            }
        }
    }
}
