package io.syncline.engine.task;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Destination;
import io.syncline.api.port.Snapshot;
import io.syncline.api.schema.SchemaObject;
import io.syncline.engine.load.FullLoad;
import io.syncline.engine.load.LoadCounters;
import io.syncline.engine.load.LoadRules;
import io.syncline.engine.load.LoadScale;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;
import java.util.List;
import java.util.Map;

/** Copies tables under a snapshot, and tells how far it is. */
record TableCopy(RunContext context, Link link, Tenure tenure, Beside beside, Destination.Writers writers) {

    FullLoad load(LoadRules rules) {
        LoadScale scale = LoadScale.of(
                context.task().tuning(),
                link.source().isLocal() && link.destination().isLocal(),
                context.environment().processors());
        return new FullLoad(
                tenure.ledger(),
                tenure.lease(),
                writers,
                scale,
                context.control().load(),
                rules,
                context.environment().marks());
    }

    /**
     * What is left of the tables, as the ledger has them.
     *
     * @param first true when the snapshot stands at the streams' start
     * @param keys per destination table what is made behind its last row
     */
    Ended run(FullLoad load, RoutePlan plan, Snapshot snapshot, boolean first, Map<TableId, List<SchemaObject>> keys)
            throws InterruptedException {
        LoadCounters counters = new LoadCounters();
        LoadReport report = new LoadReport(
                context, plan, tenure.memory(link.source()::position).tables(), counters);
        var workers = beside.get(
                "plan",
                () -> load.stages(
                        plan.tables(),
                        tenure.memory(link.source()::position).tables(),
                        snapshot,
                        first,
                        keys,
                        counters));
        if (workers.isEmpty()) {
            return Ended.STOPPED;
        }
        Ended ended = beside.run(workers.get(), report.stage());
        report.tell();
        return ended;
    }
}
