package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.api.schema.SchemaObject;
import io.syncline.engine.load.LoadCounters;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.route.CompletedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.run.InTurn;
import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Watch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Loads joining tables from their beginning, while the streams of the others go on: what the rows need is made, the log gets a second place with its exact snapshot, the tables are
 * copied under it, aside where they hold rows.
 */
final class JoiningLoad implements AutoCloseable {

    private static final RoutePlan NOTHING = new RoutePlan(List.of(), List.of());

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Streaming streaming;
    private final TableObjects objects;
    private final RoutePlan carried;
    private final Watch watch;
    private final LoadCounters counters = new LoadCounters();

    // Written by the stage that begins, read when it has ended.
    private volatile RoutePlan joining = NOTHING;
    private volatile Map<TableId, List<SchemaObject>> keys = Map.of();
    private volatile Map<TableId, SchemaObject.Table> definitions = Map.of();
    private volatile @Nullable Snapshot snapshot;
    private volatile List<Stage> workers = List.of();

    JoiningLoad(
            RunContext context,
            Link link,
            Tenure tenure,
            Streaming streaming,
            TableObjects objects,
            RoutePlan carried,
            Watch watch) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.streaming = streaming;
        this.objects = objects;
        this.carried = carried;
        this.watch = watch;
    }

    Ended run(Set<TableId> tables) throws InterruptedException {
        Stage begin = new InTurn("join", List.of(() -> prepare(tables), this::begin, this::plan));
        if (streaming.beside(carried, watch.over(List.of(begin))) == Ended.STOPPED) {
            return Ended.STOPPED;
        }
        LoadReport report = new LoadReport(context, joining, List.of(), counters);
        Ended ended = streaming.beside(carried, watch.over(workers), report.stage());
        report.tell();
        return ended;
    }

    private List<Stage> prepare(Set<TableId> tables) {
        link.source().changeLog(tenure.task()).requireExactSnapshots();
        joining = plan(tables);
        requireAll(tables);
        new Acceptance(context, tenure).requirePlaces(joining, tenure.memory(link.source()::position));
        if (objects.made()) {
            joining.routes().forEach(JoiningLoad::requireTypes);
        }
        link.destination()
                .requireQuiet(joining.routes().stream()
                        .map(route -> route.destination().table())
                        .toList());
        JoiningObjects made = objects.read(carried, joining);
        keys = Attempt.keysByTable(made.of(SchemaObject.Phase.KEYS));
        definitions = definitions(made);
        return objects.beforeLoad(made);
    }

    /** Of tables that are one source table's alone: what they lack is added with their rows. */
    private Map<TableId, SchemaObject.Table> definitions(JoiningObjects made) {
        Set<TableId> own = joining.routes().stream()
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

    private void requireAll(Set<TableId> tables) {
        List<TableId> found =
                joining.routes().stream().map(route -> route.source().table()).toList();
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

    /** From here on the ledger says that the tables join; before, nobody has touched their rows. */
    private List<Stage> begin() {
        Snapshot exact = link.source()
                .changeLog(tenure.task())
                .joining()
                .create(
                        joining.routes().stream()
                                .map(route -> route.source().table())
                                .toList(),
                        joining.shaped());
        snapshot = exact;
        new Acceptance(context, tenure).accept(joining.tables());
        context.environment().marks().reach(Mark.SLOT_CREATED);
        tenure.ledger()
                .joining(
                        tenure.lease(),
                        joining.routes().stream()
                                .map(route -> Attempt.listed(route, LoadStatus.PLANNED))
                                .toList(),
                        exact.positions());
        context.environment().marks().reach(Mark.JOINING_BEGUN);
        try (Loader loader = objects.writers().loader(rules().former())) {
            joining.routes().forEach(loader::restart);
        }
        return List.of();
    }

    private LoadRules rules() {
        return LoadRules.beside(context.task(), definitions);
    }

    private List<Stage> plan() {
        Snapshot exact = snapshot;
        if (exact == null) {
            throw new IllegalStateException("the snapshot is taken before chunks are planned");
        }
        Beside beside = new Beside(context, link, tenure);
        workers = new TableCopy(context, link, tenure, beside, objects.writers())
                .load(rules())
                .stages(joining.tables(), List.of(), exact, true, keys, counters);
        return List.of();
    }

    @Override
    public void close() {
        Snapshot open = snapshot;
        if (open != null) {
            open.close();
        }
    }
}
