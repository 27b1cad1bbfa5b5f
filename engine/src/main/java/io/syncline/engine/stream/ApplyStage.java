package io.syncline.engine.stream;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.CrashMarks.Mark;
import io.syncline.engine.run.Stage;
import io.syncline.engine.stream.coalesce.Coalescer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies a stream's batches, one destination transaction after the other (I3), and hands committed positions back for confirmation once they are durable (I1). While the stream
 * catches up, rows that the log does not tell completely are read again when it has reached the end of catching up, which moves that end (T5).
 */
final class ApplyStage implements Stage {

    /** How often a batch is applied when the destination is busy (40001, 40P01, 55P03; T42), before the task itself starts again. */
    private static final int ATTEMPTS = 3;

    private final BatchQueue queue;
    private final Batcher batcher;
    private final ApplyPorts ports;
    private final AppliedPosition applied;
    private final CatchUpEnd catchUpEnd;
    private final ProgressMeter meter;
    private final CrashMarks marks;

    private Applier.@Nullable Transaction transaction;
    /** Why a part of a large transaction cannot be applied, while the transaction's end is read to. */
    private @Nullable SyncException failing;

    ApplyStage(
            BatchQueue queue,
            Batcher batcher,
            ApplyPorts ports,
            AppliedPosition applied,
            CatchUpEnd catchUpEnd,
            ProgressMeter meter,
            CrashMarks marks) {
        this.queue = queue;
        this.batcher = batcher;
        this.ports = ports;
        this.applied = applied;
        this.catchUpEnd = catchUpEnd;
        this.meter = meter;
        this.marks = marks;
    }

    @Override
    public String name() {
        return "apply";
    }

    @Override
    public Progress poll() throws InterruptedException {
        queue.requireSound();
        try {
            return work();
        } catch (RuntimeException | Error e) {
            throw queue.fail(e);
        }
    }

    /** The failure of a large transaction is told with the transaction's end, by which it is named. */
    private Progress tellWhenNamed(SyncException failure, @Nullable Batch further) {
        if (further == null && batcher.isExhausted()) {
            throw failure;
        }
        Piece.End end = further == null ? null : further.end();
        if (end != null) {
            throw failure.inTransaction(end.position().text());
        }
        return further == null ? Progress.IDLE : Progress.WORKED;
    }

    private Progress work() throws InterruptedException {
        if (failing != null) {
            return tellWhenNamed(failing, batcher.next());
        }
        if (transaction == null) {
            applied.settleWhenDue();
            if (catchUpEnd.step(batcher)) {
                return Progress.WORKED;
            }
        }
        meter.waitsFor(StreamProgress.SOURCE);
        Batch batch = batcher.next();
        if (batch != null) {
            meter.waitsFor(StreamProgress.DESTINATION);
            applyWithPatience(batch);
            return Progress.WORKED;
        }
        if (transaction != null || !idle()) {
            return Progress.IDLE;
        }
        if (catchUpEnd.step(batcher)) {
            return Progress.WORKED;
        }
        applied.settle();
        return Progress.DONE;
    }

    /** True when there will never be more to do. */
    private boolean idle() {
        boolean over = batcher.isExhausted();
        Position idle = batcher.idle();
        if (idle != null) {
            meter.nothingBefore(idle);
            if (over) {
                applied.advance(idle);
            } else {
                applied.advanceWhenDue(idle);
            }
        }
        return over;
    }

    /** A batch that holds all of its destination transaction can be applied again after the destination rolled it back. */
    private void applyWithPatience(Batch batch) {
        for (int attempt = 1; ; attempt++) {
            try {
                apply(batch);
                return;
            } catch (SyncException e) {
                if (e.isLasting() && !isCommitted(batch)) {
                    singleOut(batch, e);
                    return;
                }
                if (e.code() != ErrorCode.DESTINATION_BUSY || !batch.isWhole() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Then it is not applied again, whatever has failed behind its commit (I2). */
    private boolean isCommitted(Batch batch) {
        Piece.End end = batch.end();
        return end != null && applied.get().reached(end.position());
    }

    /**
     * What fails for good is told with the end of its source transaction. Of several transactions each is applied alone then: those before the one that fails stay, and what does
     * not fail alone was not the fault of any.
     *
     * @throws SyncException the failure of the one that fails, named
     */
    private void singleOut(Batch batch, SyncException failure) {
        Piece.End end = batch.end();
        if (end == null) {
            failing = failure;
        } else if (batch.ends().size() == 1) {
            throw failure.inTransaction(end.position().text());
        } else {
            batch.each().forEach(this::applyWithPatience);
        }
    }

    private void apply(Batch batch) {
        if (transaction == null && batch.end() == null) {
            // A transaction of several batches may last: what was committed before it does not wait for its end.
            applied.settle();
        }
        Applier.Transaction current =
                transaction != null ? transaction : ports.applier().begin(applied.get());
        transaction = null;
        try {
            List<RefetchRequest> requests = applySteps(batch, current);
            Piece.End end = batch.end();
            if (end == null) {
                transaction = current;
                marks.reach(Mark.LARGE_TRANSACTION_ROUND);
            } else {
                current.commit(end.position());
                marks.reach(Mark.BATCH_COMMITTED);
                applied.committed(end.position());
                current.close();
            }
            catchUpEnd.requested(requests);
            meter.applied(batch, applied.get());
        } catch (RuntimeException | Error e) {
            transaction = null;
            rollBack(current, e);
            throw e;
        }
    }

    private static void rollBack(Applier.Transaction failed, Throwable cause) {
        try {
            failed.close();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private List<RefetchRequest> applySteps(Batch batch, Applier.Transaction current) {
        List<RefetchRequest> requests = new ArrayList<>();
        boolean first = true;
        for (Batch.Step step : batch.steps()) {
            switch (step) {
                case Batch.Changes(var changes) -> {
                    Coalescer.Coalesced coalesced = Coalescer.coalesce(
                            catchUpEnd.mode(), ports.shaping().of(changes));
                    requests.addAll(coalesced.requests());
                    requests.addAll(current.apply(coalesced.round()));
                    if (first) {
                        marks.reach(Mark.BATCH_APPLYING);
                        first = false;
                    }
                }
                case Batch.Emptying(Piece.Truncate truncate) -> {
                    current.truncate(truncate.tables(), truncate.cascade(), truncate.restartIdentity());
                    marks.reach(Mark.TRUNCATED);
                }
                case Batch.Dropping(TableRoute table, boolean keep) -> {
                    catchUpEnd.requireStrict(table);
                    current.drop(table, keep);
                    marks.reach(Mark.ALTERED);
                }
                case Batch.LeavingOut(Piece.LeftOut leftOut) ->
                    current.answer(leftOut.command(), new CommandLog.Answer(true, leftOut.what()));
                case Batch.Altering(TableAlteration alteration) -> {
                    catchUpEnd.requireStrict(alteration.before());
                    current.alter(alteration);
                    marks.reach(Mark.ALTERED);
                }
            }
        }
        if (!requests.isEmpty()) {
            current.request(requests);
        }
        return requests;
    }

    @Override
    public void close() {
        try (ports) {
            if (transaction != null) {
                transaction.close();
                transaction = null;
            }
        }
    }
}
