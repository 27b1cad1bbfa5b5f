package io.syncline.api.port;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.List;

/** Writes the changes of one stream, one destination transaction at a time (I3). For one thread. */
public interface Applier extends AutoCloseable {

    /**
     * Begins a destination transaction: its first statement locks the stream's ledger row by compare-and-set on (epoch, position) and waits for the answer (T20).
     *
     * @param previous the position that this process believes the ledger to hold
     * @throws io.syncline.api.error.SyncException FENCED when the ledger says otherwise
     */
    Transaction begin(Position previous);

    /**
     * Returns once everything that this applier has committed outlives a crash of the destination, on its synchronous standbys too where it has any (I1). Between
     * transactions only.
     *
     * @throws io.syncline.api.error.SyncException FENCED when the lease does not hold any more
     */
    void makeDurable();

    interface Transaction extends AutoCloseable {

        /**
         * Applies a round under a savepoint: the groups first; when they collide (23505, 23P01), the round's sequence instead, in ever smaller parts (T38). What does not fit
         * then is a conflict, of which the table's rules say what becomes; it is noted in the ledger, in this transaction.
         *
         * @return rows that must be read again from the source; in {@link Round.Mode#STRICT} only those of conflicts
         * @throws io.syncline.api.error.SyncException CONFLICT_KEY_EXISTS or CONFLICT_ROW_MISSING (in STRICT mode), VALUE_REJECTED
         */
        List<RefetchRequest> apply(Round round);

        /** Empties tables, in the place in which the source did; a merged one of the rows of its source table. */
        void truncate(List<TableRoute> tables, boolean cascade, boolean restartIdentity);

        /**
         * Alters a table, in the place in which the source did, and writes its new shape into the ledger. What {@link #apply} did before it stays.
         *
         * @throws io.syncline.api.error.SyncException DESTINATION_SCHEMA, DESTINATION_RIGHTS when the destination's table cannot follow
         */
        void alter(TableAlteration alteration);

        /**
         * Lets a table go, in the place in which the source dropped it: the ledger knows nothing of it any more.
         *
         * @param keep whether the destination's table stays as it is
         * @throws io.syncline.api.error.SyncException DESTINATION_SCHEMA, DESTINATION_RIGHTS when the destination's table cannot be dropped
         */
        void drop(TableRoute table, boolean keep);

        /**
         * Writes rows that were read again: each replaces the destination's row of its key, or is inserted; asked keys that were not found are deleted. Raises the
         * stream's catch-up mark to {@code readAt} and clears the requests.
         */
        void refetched(TableRoute route, List<Row> asked, List<Row> found, Positions readAt);

        /** Notes requests in the ledger, so that a crash does not forget them. */
        void request(List<RefetchRequest> requests);

        /** Answers what somebody asked of the task's run, in this transaction. */
        void answer(long command, CommandLog.Answer answer);

        /**
         * Writes the position and commits both (I2). The answer may come before the commit is on the destination's disk: until {@link Applier#makeDurable} has
         * returned, a crash there may undo this transaction, and with it every later one.
         */
        void commit(Position position);

        /** Rolls back unless committed. */
        @Override
        void close();
    }

    @Override
    void close();
}
