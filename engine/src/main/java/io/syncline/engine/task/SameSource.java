package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.port.Ledger.StreamEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Stage;
import io.syncline.engine.load.FullLoad;

/** Proves that an attempt goes on at the source that its ledger speaks of: a position means nothing in another database, or in another history of the same one (I6, T23). */
final class SameSource {

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;

    SameSource(RunContext context, Link link, Tenure tenure) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
    }

    /** Another history is accepted, and the ledger learns of it, when it holds all that the task has seen. */
    void require(TaskMemory memory) {
        SourceIdentity known = memory.task().identity();
        if (known == null) {
            return;
        }
        SourceIdentity seen = link.source().identity();
        requireSystem(known, seen);
        if (!known.lineage().equals(seen.lineage())) {
            follow(memory, known, seen);
        }
    }

    /** Another history of the same database may be followed, another database never. */
    void requireSystem(SourceIdentity known, SourceIdentity seen) {
        if (!known.system().equals(seen.system())) {
            throw new SyncException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the source at " + link.source().address() + " is another database (" + seen.system()
                            + ") than the one this task started with (" + known.system()
                            + "); its log positions mean nothing here",
                    "Point the task at the database it started with, or clean the task and start it anew.");
        }
    }

    private void follow(TaskMemory memory, SourceIdentity known, SourceIdentity seen) {
        if (!context.task().runs(Stage.INCREMENTAL) || memory.streams().isEmpty()) {
            throw new SyncException(
                    ErrorCode.SOURCE_IDENTITY,
                    "the source at " + link.source().address() + " was promoted or restored: its timeline is "
                            + seen.lineage() + ", the rows that are copied already are of timeline " + known.lineage()
                            + ", and nothing tells what differs",
                    "Clean the task and start it anew.");
        }
        link.source().changeLog(tenure.task()).requireContinued(known.lineage(), seenUpTo(memory));
        tenure.ledger().identity(tenure.lease(), seen);
        context.notice("The source at " + link.source().address() + " goes on from timeline " + known.lineage()
                + " on timeline " + seen.lineage() + ", with all that this task has seen.");
    }

    /** What was applied, and what was read of rows beyond that. */
    private static Positions seenUpTo(TaskMemory memory) {
        Positions seen = FullLoad.readUpTo(memory.tables()).merge(Streaming.positions(memory));
        for (StreamEntry stream : memory.streams()) {
            Position read = stream.catchUpTo();
            if (read != null) {
                seen = seen.merge(Positions.of(stream.stream(), read));
            }
        }
        return seen;
    }
}
