package io.syncline.api.port;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import java.util.Collection;
import java.util.List;

/** What makes the source keep its log for one task: publication and slot on PostgreSQL. */
public interface ChangeLog {

    /**
     * Makes everything that streaming needs, in the order replica identity, helpers, publication, commit, slot (T7), after removing what a crashed start of the
     * same task left. Nothing is written to the ledger here: the caller does that next, and a crash between the two is answered by calling this again.
     *
     * @return a snapshot that stands exactly at the streams' start
     */
    Snapshot create(List<TableId> tables);

    /**
     * Checks that streaming can go on from {@code recorded} without a gap: the slot exists, is not lost, and has confirmed nothing beyond it (T17, T23).
     *
     * @throws io.syncline.api.error.SyncException SLOT_MISSING, SOURCE_GAP
     */
    void requireIntact(Positions recorded);

    /**
     * Opens a stream at {@code from}. A process of this task that still holds it is waited for, or ended once it is proven ours.
     *
     * @param tables of the task: a log that carries more may leave out the others
     * @throws io.syncline.api.error.SyncException SLOT_IN_USE when a stranger holds it
     */
    ChangeStream open(StreamId stream, Position from, Collection<TableId> tables);

    /**
     * Checks that each transaction of this log tells whether a later exact snapshot ({@link Snapshots#exact()}) holds it already (T26).
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SETTINGS when it does not, so that a table without a key cannot be loaded again beside the stream
     */
    void requireExactSnapshots();

    /** The end of the log at this moment in every stream: what has committed before this call is at or before it. */
    Positions now();

    /**
     * Makes an idle stream move, so that latency is measured and positions advance: a logical message where the log carries it, nothing elsewhere. Must need no
     * object at the source.
     */
    void heartbeat();

    /** Removes everything that {@link #create} made, and says what remains when something cannot be removed. Repeatable. */
    List<String> drop();
}
