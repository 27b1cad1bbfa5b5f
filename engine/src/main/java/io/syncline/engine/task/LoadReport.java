package io.syncline.engine.task;

import io.syncline.api.port.Ledger.ChunkDone;
import io.syncline.api.port.Ledger.ChunkEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.engine.load.LoadCounters;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.Periodic;
import io.syncline.engine.run.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Tells once a second how far the full load is. */
final class LoadReport {

    private final RunContext context;
    private final RoutePlan plan;
    private final LoadCounters counters;
    private final Instant began;
    private final long rowsBefore;
    private final long bytesBefore;

    /** @param known the ledger's entries when this run's load began */
    LoadReport(RunContext context, RoutePlan plan, List<TableEntry> known, LoadCounters counters) {
        this.context = context;
        this.plan = plan;
        this.counters = counters;
        this.began = context.environment().clock().instant();
        long rows = 0;
        long bytes = 0;
        for (TableEntry table : known) {
            for (ChunkEntry chunk : table.chunks()) {
                ChunkDone done = chunk.done();
                rows += done == null ? 0 : done.rows();
                bytes += done == null ? 0 : done.bytes();
            }
        }
        this.rowsBefore = rows;
        this.bytesBefore = bytes;
    }

    Stage stage() {
        return new Periodic(
                "load report", Duration.ofSeconds(1), context.environment().clock(), this::tell);
    }

    void tell() {
        long rows = rowsBefore + counters.rows();
        long estimate = plan.tables().stream()
                .mapToLong(table -> Math.max(0, table.info().estimatedRows()))
                .sum();
        Duration elapsed = Duration.between(began, context.environment().clock().instant());
        context.listener()
                .on(new TaskEvent.LoadProgress(
                        plan.tables().size(),
                        rows,
                        bytesBefore + counters.bytes(),
                        Math.max(estimate, rows),
                        elapsed,
                        counters.rows(),
                        counters.bytes()));
    }
}
