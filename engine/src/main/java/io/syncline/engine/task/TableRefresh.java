package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Loader;
import io.syncline.api.port.Snapshot;
import io.syncline.engine.load.LoadCounters;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.run.InTurn;
import io.syncline.engine.run.Stage;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Loads one table anew: read in one snapshot into a shadow, whose rows take the place of the former ones in one transaction with the moment of which they are
 * (docs/design/refresh.md).
 */
final class TableRefresh implements Stage {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final LoadAside aside;
    private final TableId table;
    private final boolean returns;
    private final InTurn parts;
    private LoadAside.Prepared prepared = LoadAside.NOTHING;
    private Instant readAt = Instant.EPOCH;
    private @Nullable Snapshot snapshot;

    /** @param returns whether it was suspended, or is new: then what belongs to it is made too */
    TableRefresh(RunContext context, Link link, Tenure tenure, LoadAside aside, TableId table, boolean returns) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.aside = aside;
        this.table = table;
        this.returns = returns;
        this.parts = new InTurn(
                "refresh", List.of(this::prepare, this::copy, this::closeSnapshot, this::objects, this::end));
    }

    TableId table() {
        return table;
    }

    /** A moment after which the rows were read. */
    Instant readAt() {
        return readAt;
    }

    @Override
    public String name() {
        return "refresh";
    }

    @Override
    public Progress poll() throws InterruptedException {
        return parts.poll();
    }

    private List<Stage> prepare() {
        prepared = returns ? aside.prepare(Set.of(table)) : aside.prepareAgain(Set.of(table));
        return prepared.before();
    }

    private List<Stage> copy() {
        readAt = context.environment().clock().instant();
        Snapshot view = link.source().snapshots().unpositioned();
        snapshot = view;
        LoadRules rules = LoadRules.refreshing(context.task(), prepared.definitions(), readAt);
        try (Loader loader = aside.objects().writers().loader(rules.former())) {
            prepared.tables().routes().forEach(loader::restart);
        }
        // Where it was edited what is carried of the table, the rows that come are of the edited file.
        new Acceptance(context, tenure).accept(prepared.tables().tables());
        Beside beside = new Beside(context, link, tenure);
        return new TableCopy(context, link, tenure, beside, aside.objects().writers())
                .load(rules)
                .stages(prepared.tables().tables(), List.of(), view, true, prepared.keys(), new LoadCounters());
    }

    private List<Stage> objects() {
        return returns ? List.of(aside.objects().rest(aside.carried(), prepared.tables())) : List.of();
    }

    /** Only now: a run that died before finds it suspended, and begins anew. */
    private List<Stage> end() {
        if (returns) {
            tenure.ledger().carriedAgain(tenure.lease(), table);
        }
        return List.of();
    }

    private List<Stage> closeSnapshot() {
        Snapshot open = snapshot;
        snapshot = null;
        if (open != null) {
            open.close();
        }
        return List.of();
    }

    @Override
    public void close() {
        parts.close();
        closeSnapshot();
    }
}
