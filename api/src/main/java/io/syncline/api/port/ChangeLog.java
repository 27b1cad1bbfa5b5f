package io.syncline.api.port;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.task.HoldBack;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What makes the source keep its log for one task: publication and slot on PostgreSQL. */
public interface ChangeLog {

    /**
     * Makes everything that streaming needs, in the order replica identity, helpers, publication, commit, slot (T7), after removing what a crashed start of the
     * same task left. Nothing is written to the ledger here: the caller does that next, and a crash between the two is answered by calling this again.
     *
     * @param whole those of {@code tables} of whose updated and deleted rows the log must carry the whole old row (T8)
     * @return a snapshot that stands exactly at the streams' start
     */
    Snapshot create(List<TableId> tables, Set<TableId> whole);

    /**
     * As {@link #create}, for streams that begin in a log that was kept before the task: no rows are copied, so that no snapshot is needed.
     *
     * @return where that log begins: it tells every later change of the tables
     * @throws io.syncline.api.error.SyncException SLOT_MISSING when the task file names no such log, SOURCE_GAP when it does not tell every change
     */
    Positions takeOver(List<TableId> tables, Set<TableId> whole);

    /** The statements with which {@link #create} would change the source now, in their order; it is only looked at. */
    List<String> plan(List<TableId> tables, Set<TableId> whole);

    /**
     * Makes the source tell of each change of a table's shape, in the transaction that makes it ({@link io.syncline.api.model.ChangeEvent.Altered}), from now on. Before
     * {@link #create}. Nothing is made where the role may not, or the log carries no such message.
     */
    void followAlterations();

    /** The statements with which {@link #followAlterations} would change the source now; it is only looked at. */
    List<String> planAlterations();

    /** Whether every change of a carried table's shape is told by the log. What a catalog says of a table is then only what it became by now, not what it is at the log's place. */
    boolean tellsAlterations();

    /**
     * Accepts the partitions that tables have now. Of tables that are going to be loaded anew, before the snapshot for that is taken: rows that came or went with a partition
     * are in no log (T9).
     */
    void acceptPartitions(Collection<TableSchema> tables);

    /**
     * Checks that streaming can go on from {@code recorded} without a gap: the slot exists, is not lost, and has confirmed nothing beyond it (T17, T23).
     *
     * @throws io.syncline.api.error.SyncException SLOT_MISSING, SOURCE_GAP
     */
    void requireIntact(Positions recorded);

    /**
     * Checks that a server of another lineage than {@code lineage} has everything up to {@code recorded} in its history, and a log for this task that it took over from
     * the one before (T23): a standby that was promoted. Whether the log goes on from there is {@link #requireIntact}'s.
     *
     * @param lineage of which {@code recorded} are positions
     * @throws io.syncline.api.error.SyncException SOURCE_GAP when rows that this task has seen are not in its history, SOURCE_IDENTITY when nobody can tell
     */
    void requireContinued(String lineage, Positions recorded);

    /**
     * Opens a stream at {@code from}. A process of this task that still holds it is waited for, or ended once it is proven ours.
     *
     * @param tables of the task, in the shape that they have at {@code from}: a log that carries more may leave out the others
     * @param holdBack how far behind what is confirmed to it the stream lets the log go
     * @throws io.syncline.api.error.SyncException SLOT_IN_USE when a stranger holds it
     */
    ChangeStream open(StreamId stream, Position from, Collection<TableSchema> tables, HoldBack holdBack);

    /**
     * The log as tables read it that join while the task runs: what {@link #create} makes of it is this log's and more of its tables, with a place of its own from which
     * it is kept, and {@link #drop} removes that place alone. Every transaction that commits behind that place began when this log held those tables already (T6).
     */
    ChangeLog joining();

    /** Tables that are not carried any more: the log need not hold them, and they may be dropped. By their versions; repeatable. */
    void leaveOut(Collection<Long> versions);

    /**
     * Tables that the task gives up: as {@link #leaveOut}, and what {@link #create} changed of them is put back. Repeatable.
     *
     * @return what could not be put back, with the statement to do it by hand
     */
    List<String> giveUp(Collection<Long> versions);

    /**
     * Checks that each transaction of this log tells whether a later exact snapshot ({@link Snapshots#exact()}) holds it already (T26).
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SETTINGS when it does not, so that no table can be loaded anew beside the stream
     */
    void requireExactSnapshots();

    /** Whether {@link #requireExactSnapshots} finds that they are. */
    boolean hasExactSnapshots();

    /** The end of the log at this moment in every stream: what has committed before this call is at or before it. */
    Positions now();

    /**
     * Makes an idle stream move, so that latency is measured and positions advance: a logical message where the log carries it, nothing elsewhere. Must need no
     * object at the source.
     */
    void heartbeat();

    /** What the source keeps for this task at this moment; empty when it keeps nothing (no slot, or one that is lost). */
    Optional<RetainedLog> retained();

    /**
     * Has the source drop the log that it keeps for this task; what else {@link #create} made stays. Repeatable. A reader is waited for, not ended: it may be another process
     * that has taken the task over.
     *
     * @return false when somebody reads it still
     */
    boolean release();

    /** Removes everything that {@link #create} made, and says what remains when something cannot be removed. Repeatable. */
    List<String> drop();
}
