package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.engine.load.LoadCounters;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.InTurn;
import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Watch;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads joining tables from their beginning, while the streams of the others go on: what the rows need is made, the log gets a second place with its exact snapshot, the tables are
 * copied under it, aside where they hold rows.
 */
final class JoiningLoad implements AutoCloseable {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final Streaming streaming;
    private final TableObjects objects;
    private final RoutePlan carried;
    private final Watch watch;
    private final LoadCounters counters = new LoadCounters();

    // Written by the stage that begins, read when it has ended.
    private volatile LoadAside.Prepared prepared = LoadAside.NOTHING;
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
        LoadReport report = new LoadReport(context, prepared.tables(), List.of(), counters);
        Ended ended = streaming.beside(carried, watch.over(workers), report.stage());
        report.tell();
        return ended;
    }

    private List<Stage> prepare(Set<TableId> tables) {
        link.source().changeLog(tenure.task()).requireExactSnapshots();
        LoadAside.Prepared found = new LoadAside(context, link, tenure, objects, carried).prepare(tables);
        prepared = found;
        return found.before();
    }

    /** From here on the ledger says that the tables join; before, nobody has touched their rows. */
    private List<Stage> begin() {
        RoutePlan joining = prepared.tables();
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
        return LoadRules.beside(context.task(), prepared.definitions());
    }

    private List<Stage> plan() {
        Snapshot exact = snapshot;
        if (exact == null) {
            throw new IllegalStateException("the snapshot is taken before chunks are planned");
        }
        Beside beside = new Beside(context, link, tenure);
        workers = new TableCopy(context, link, tenure, beside, objects.writers())
                .load(rules())
                .stages(prepared.tables().tables(), List.of(), exact, true, prepared.keys(), counters);
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
