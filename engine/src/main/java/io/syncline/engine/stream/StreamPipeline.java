package io.syncline.engine.stream;

import io.syncline.api.port.CrashMarks;
import io.syncline.engine.run.Stage;
import java.time.InstantSource;

/**
 * The way of one stream's changes to the destination: a stage that reads and a stage that applies, with a queue between them. Both may be driven by a thread of
 * their own, or by one in turns. Their polls wait no longer than {@link StreamLimits#slice()}, but for what the ports do.
 */
public final class StreamPipeline {

    private final StreamReader reader;
    private final ApplyStage applier;
    private final ProgressMeter meter;
    private final CatchUp catchUp;

    /**
     * @param listener hears when the stream has caught up; never, when the start says that it has before
     * @throws io.syncline.api.error.SyncException TASK_CHANGED, LEDGER_INVALID when the start's refetches do not fit the routes
     */
    public StreamPipeline(
            StreamStart start,
            StreamPorts ports,
            Routes routes,
            StreamLimits limits,
            CatchUpListener listener,
            CrashMarks marks,
            InstantSource clock) {
        BatchQueue queue = new BatchQueue(limits.queueBytes());
        ConfirmLedger confirms = new ConfirmLedger();
        this.meter = new ProgressMeter(start.stream(), start.applied(), queue, clock);
        this.reader = new StreamReader(
                ports.changes(),
                start.applied(),
                new TransactionReader(
                        start.stream(),
                        routes,
                        ports.alterations(),
                        table -> ports.ledger()
                                .outdated(ports.lease(), table.table().database(), table.version()),
                        limits,
                        start.skips()),
                queue,
                confirms,
                limits.slice());

        this.catchUp = CatchUp.of(start);
        ShapedChanges shaping = new ShapedChanges(ports.shaper());
        Refetch refetch = new Refetch(start.stream(), ports.rows(), shaping, ports.applier(), limits.batchBytes());
        refetch.add(start.refetches().stream()
                .map(entry -> RefetchKeys.request(entry, routes))
                .toList());
        AppliedPosition applied = new AppliedPosition(start.stream(), start.applied(), ports, confirms, clock);
        this.applier = new ApplyStage(
                queue,
                new Batcher(queue, limits, catchUp, clock),
                new ApplyPorts(ports.applier(), shaping),
                applied,
                new CatchUpEnd(catchUp, refetch, applied, listener),
                meter,
                marks);
    }

    /** Reads the source; DONE only after {@link #finish()}. */
    public Stage reader() {
        return reader;
    }

    /** Writes the destination; DONE when the reader is done and everything it read is applied, its last position included. */
    public Stage applier() {
        return applier;
    }

    /** Ends both stages at the end of the transaction that is being read, with everything before it applied. From any thread; returns at once. */
    public void finish() {
        reader.finish();
    }

    /** From now on the stream is no longer catching up: latencies of before do not count any more. From any thread. */
    public void synchronizedNow() {
        meter.forgetLatencies();
    }

    /** Whether rows that were read besides the stream are ahead of it, or are still to be read; as of a {@link #progress} that was asked before. From any thread. */
    public boolean isCatchingUp() {
        return catchUp.isOpen();
    }

    /** From any thread. */
    public StreamProgress progress() {
        return meter.snapshot();
    }
}
