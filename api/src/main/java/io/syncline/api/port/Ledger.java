package io.syncline.api.port;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a task knows, kept at the destination so that any process with the task's file can go on. Writes with a {@link Lease} fail with FENCED once another
 * process has a newer epoch (I7). Thread-safe.
 */
public interface Ledger {

    /**
     * A task's own row.
     *
     * @param identity of the source database, null until the first start
     * @param state the last written state's name
     * @param detail the failure's message, or what the state waits for; empty when there is nothing to say
     * @param owner who holds or held the lease: host, process and start time, for people
     * @param seen when the owner last renewed the lease, on the destination's clock; null when it released it
     * @param silence how long ago that was, measured by the destination; null when released
     * @param accepted what the task document said of the task as a whole when it was last accepted, in words of the engine's
     */
    record TaskEntry(
            TaskIdentity task,
            String sourceAddress,
            @Nullable SourceIdentity identity,
            String state,
            String detail,
            String owner,
            long epoch,
            @Nullable Instant seen,
            @Nullable Duration silence,
            String accepted) {}

    /**
     * A stream's row.
     *
     * @param position everything up to here is applied (I2)
     * @param catchUpTo the highest position at which anything was read; null once the stream has passed it (H of T5)
     * @param synchronizedFrom from which position on destination transactions end only at source transactions' ends; null before
     */
    record StreamEntry(
            StreamId stream,
            Position position,
            @Nullable Position catchUpTo,
            @Nullable Position synchronizedFrom) {}

    /** How far a table's load is. */
    enum LoadStatus {
        PLANNED,
        LOADED,
        /** Its key exists. */
        KEYED,
        /** Its rows are of before a gap in the source's log, and are not known to be the source's. */
        STALE
    }

    /**
     * A table's row.
     *
     * @param sourceVersion the version of the table that was planned (its oid)
     * @param sourceShape its columns and key when it was planned, in words: rows that were read from another shape may not be what the source has now
     * @param snapshot the id of the snapshot that its plan is tied to; null when its chunks are durable
     * @param exactFrom when the table was read under an exact snapshot other than the streams' start: its changes in transactions that this has reached are already
     *     in it and are skipped; null otherwise
     */
    record TableEntry(
            TableId source,
            TableId destination,
            long sourceVersion,
            String sourceShape,
            LoadStatus status,
            @Nullable String snapshot,
            @Nullable Positions exactFrom,
            List<ChunkEntry> chunks) {
        public TableEntry {
            chunks = List.copyOf(chunks);
        }
    }

    /** @param done null until the chunk's transaction committed */
    record ChunkEntry(Chunk chunk, @Nullable ChunkDone done) {}

    record ChunkDone(long rows, long bytes, Positions readAt) {}

    /**
     * A row to be read again.
     *
     * @param stream whose change asked for it: the row's changes after it was read come in that stream, and no other may write it
     * @param key text forms, in the order of the columns of the source table's key
     */
    record RefetchEntry(StreamId stream, TableId source, List<String> key) {
        public RefetchEntry {
            key = List.copyOf(key);
        }
    }

    /** Whether a suspended table comes back. */
    enum Return {
        NOT_ASKED,
        /** It is to be loaded anew. */
        ASKED,
        /** The joining streams have begun: it is emptied and loaded, then follows them. */
        JOINING,
        /** It is carried no more: the log lets go of it, then the ledger. Its rows stay. */
        LEAVING
    }

    /**
     * A table that the task's streams do not carry.
     *
     * @param from the streams' positions: its changes up to here are applied, later ones are not; empty when the streams had not started
     * @param cause who asked for it, or what was wrong with the table
     */
    record SuspendedEntry(TableId source, Positions from, String cause, Instant at, Return returns) {}

    /**
     * An object of the source that the schema stage did not make, or not as it is there.
     *
     * @param what the object with its kind
     * @param why the reason
     * @param again whether a later run tries again
     */
    record NotMade(String what, String why, boolean again) {}

    /**
     * Everything a run needs to go on.
     *
     * @param joining the rows of the streams that joining tables follow, named {@link StreamId#joining()}; empty when none joins
     */
    record TaskMemory(
            TaskEntry task,
            List<StreamEntry> streams,
            List<TableEntry> tables,
            List<RefetchEntry> refetches,
            List<SuspendedEntry> suspended,
            List<StreamEntry> joining) {

        /** Source names of the suspended tables of which this is so. */
        public Set<TableId> suspended(Set<Return> returns) {
            return suspended.stream()
                    .filter(table -> returns.contains(table.returns()))
                    .map(SuspendedEntry::source)
                    .collect(Collectors.toSet());
        }
    }

    /**
     * An edit of the task document, as the ledger takes it in.
     *
     * @param task as {@link TaskEntry#accepted()}
     * @param returning tables that are loaded anew, or for the first time
     * @param leaving tables that are carried no more
     * @param cause who asked for it
     */
    record Edit(String task, Set<TableId> returning, Set<TableId> leaving, String cause) {
        public Edit {
            returning = Set.copyOf(returning);
            leaving = Set.copyOf(leaving);
        }
    }

    /** False before {@link #install()}. */
    boolean isInstalled();

    /** Makes the ledger's schema and tables where they are missing; repeatable, safe when several do it at once. */
    void install();

    /** Tasks of this name; empty when the ledger is not installed. */
    List<TaskEntry> find(String name);

    /** All tasks of this destination, oldest first; empty when the ledger is not installed. */
    List<TaskEntry> tasks();

    Optional<TaskEntry> task(String id);

    /** Writes a new task row with a random id, before anything is made at the source. */
    TaskEntry register(String name, String sourceAddress, String accepted);

    /**
     * Takes the task over: refuses while its owner renewed the lease within {@code silence}; else ends the owner's sessions, then raises the epoch of the task and of
     * its streams in one transaction (T20).
     *
     * @throws io.syncline.api.error.SyncException TASK_RUNNING
     */
    Lease acquire(String task, String owner, Duration silence);

    /** Says that the owner lives; every 2 seconds. Durable, with all that was committed before it. Throws FENCED when it was taken over. */
    void renew(Lease lease);

    /** Ends ownership, so that the next run need not wait. */
    void release(Lease lease);

    TaskMemory read(String task, PositionReader positions);

    void state(Lease lease, String state, String detail);

    /** Writes identity and start of the streams, in one transaction, directly after the slot was made; replaces an earlier start that no chunk was read under. */
    void start(Lease lease, SourceIdentity identity, Positions start);

    /**
     * Forgets where the streams stand and what is tied to their positions: marks of chunks, exact positions, rows to be read again and in quarantine. Every table becomes
     * {@link LoadStatus#STALE}. One transaction, before the log is kept anew from another position.
     */
    void stale(Lease lease);

    /** Accepts another lineage of the same system (T23). */
    void identity(Lease lease, SourceIdentity identity);

    /** Writes or replaces a table's plan; chunks that are done must not be in the ledger any more. */
    void plan(Lease lease, TableEntry table);

    void status(Lease lease, TableId source, LoadStatus status);

    /**
     * Notes that a table is to be loaded anew ({@link LoadStatus#PLANNED}). It is named by its version: the ledger may not know yet what it is called where it was altered.
     *
     * @param database the source's
     * @param version as {@link TableEntry#sourceVersion()}
     */
    void outdated(Lease lease, String database, long version);

    /** Sets or clears the catch-up mark of a stream. */
    void catchUpTo(Lease lease, StreamId stream, @Nullable Position position);

    void synchronizedFrom(Lease lease, StreamId stream, Position position);

    /** Advances a stream that had nothing to apply (T18): compare-and-set on {@code previous}. Durable, with all that was committed before it. */
    void advance(Lease lease, StreamId stream, Position previous, Position next);

    /**
     * Suspends a table at the positions that the ledger holds, and forgets which rows of it were to be read again. While nothing is applied: right after
     * {@link #acquire}, so that no commit of an earlier attempt can arrive any more. Durable, with all that was committed before it. Repeatable: the first positions
     * stay, the cause is the last one's. A table that was to come back does not.
     */
    void suspend(Lease lease, TableId source, String cause);

    /** Has a table loaded anew; it is suspended first, when it is not. Like {@link #suspend} while nothing is applied. */
    void bringBack(Lease lease, TableId source, String cause);

    /**
     * Begins to bring tables back, or begins anew: in one transaction their former plans and marks go, they are {@link Return#JOINING}, and the joining streams stand at
     * {@code start}.
     *
     * @param tables as they are now, without chunks
     * @param start of the streams' logs, by the names of the source
     */
    void joining(Lease lease, List<TableEntry> tables, Positions start);

    /**
     * Ends the joining: in one transaction the tables are the streams' again, but for what they hold already up to {@code exactFrom}, and the joining streams are gone.
     *
     * @param exactFrom where the joining streams ended, by the names of the source
     */
    void joined(Lease lease, Positions exactFrom);

    /** Gives it up: the tables stay suspended, with this cause, and nothing is asked; the joining streams are gone. */
    void notJoined(Lease lease, Collection<TableId> tables, String cause);

    /** A table that is loaded anew from time to time, and whose changes are in no stream, is carried again: it is suspended no more. */
    void carriedAgain(Lease lease, TableId source);

    /** Of tables that are loaded anew from time to time: of which moment, on the clock of the run that read them, their rows are. */
    Map<TableId, Instant> refreshed(String task);

    /** What the task document said of each table when that was last accepted; nothing of tables that an older program started. */
    Map<TableId, String> accepted(String task);

    /** Writes what the task document says of the task, and of these tables; of others it stays. */
    void accept(Lease lease, String task, Map<TableId, String> tables);

    /** Takes an edit in, in one transaction. Like {@link #suspend} while nothing is applied, and durable. */
    void edit(Lease lease, Edit edit);

    /** Tables that were {@link Return#LEAVING} have left: everything that is kept of them goes, but for what was made at the destination. */
    void left(Lease lease, Collection<TableId> tables);

    /** What did not find the destination as the source was, and what became of it. */
    Conflict.Report conflicts(String task);

    /** What the destination refused, and what became of it. */
    BadValue.Report badValues(String task);

    /** Replaces the list of what the schema stage did not make. */
    void notMade(Lease lease, List<NotMade> objects);

    /** That list. */
    List<NotMade> notMade(String task);

    /** What people ask of the task's run. */
    CommandLog commands();

    /** Removes what this task made at the destination (objects it lists, its rows), and the ledger itself with its last task. Tables are dropped only when asked. */
    List<String> forget(Lease lease, boolean dropTables);

    /** Reads back positions of the task's source. */
    interface PositionReader {
        Position position(String text);
    }
}
