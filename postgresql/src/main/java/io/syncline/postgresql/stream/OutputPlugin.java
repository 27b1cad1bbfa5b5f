package io.syncline.postgresql.stream;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.stream.message.MessageDecoder;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** What differs by the output plugin that a slot has: what is made at the source besides the slot, how reading starts, and how messages are read. */
interface OutputPlugin {

    /** As CREATE_REPLICATION_SLOT names it. */
    String name();

    /** What follows the name in CREATE_REPLICATION_SLOT so that a snapshot is exported. */
    String exporting();

    /**
     * Makes, or requires, what the log must hold of these tables, before the slot exists (T7).
     *
     * @param whole those of which it must hold whole old rows (T8)
     */
    void prepare(List<TableId> tables, Set<TableId> whole);

    /**
     * Checks, of a slot that was made before the task, that what {@link #prepare} would make has been there as long as the log that the slot keeps.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_GAP when it has not, or nobody can tell
     */
    void requireSince(ChangeLogName slot, List<TableId> tables);

    /** Makes, or requires, the same of further tables, before the slot exists that they join by. Repeatable. */
    void extend(List<TableId> tables, Set<TableId> whole);

    /** What needs not be held any more; by oid. Repeatable. */
    void leaveOut(Set<Long> tables);

    /**
     * What the task gives up: as {@link #leaveOut}, and what {@link #prepare} changed of it is put back; by oid. Repeatable.
     *
     * @return what could not be put back
     */
    List<String> giveUp(Set<Long> tables);

    /** The statements with which {@link #prepare} would change the source; it is only looked at. */
    List<String> plan(List<TableId> tables, Set<TableId> whole);

    /**
     * @param ledger up to where the destination holds what the source had
     * @throws io.syncline.api.error.SyncException SLOT_MISSING or SOURCE_GAP when the log does not tell everything behind it any more
     */
    void requireIntact(Lsn ledger);

    /**
     * Whether each transaction tells if a later snapshot holds it already (T26).
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SETTINGS when it does not
     */
    void requireExactSnapshots();

    /** Whether it does. */
    boolean hasExactSnapshots();

    /** The options of START_REPLICATION. */
    String options();

    /** @param tables of the task, in the shapes that they have at {@code start} */
    MessageDecoder decoder(Lsn start, Collection<TableSchema> tables);

    /** Partitions that these tables have now are the known ones, since the tables are loaded anew (T9). */
    void acceptPartitions(Collection<TableSchema> tables);

    /** Whether event triggers of the task could tell what its tables became: they look them up in the publication that the task makes. */
    boolean tellsAlterations();

    /** Whether a logical message moves an idle stream. */
    boolean carriesMessages();

    /**
     * Called from time to time while the stream is read.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when a table is not the one any more that is read
     */
    void look();
}
