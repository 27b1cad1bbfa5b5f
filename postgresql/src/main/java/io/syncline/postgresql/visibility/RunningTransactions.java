package io.syncline.postgresql.visibility;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/**
 * The transactions that hold their own lock. A transaction has it before anything of it is in the log (AssignTransactionId), and lets it go after it is seen (CommitTransaction: ProcArrayEndTransaction, then
 * ResourceOwnerRelease of locks; FinishPreparedTransaction: ProcArrayRemove, then the callbacks that release locks). So each snapshot that is taken after a look sees every transaction that was in the log before it and that
 * the look does not list. Every role may ask, from 9.4 on; {@code txid_current_snapshot()} does not do, since it does not list those that began behind its xmax.
 */
@FunctionalInterface
interface RunningTransactions {

    /** @param session in autocommit: nothing of it stays open */
    Map<Running, Holder> look(Connection session) throws SQLException;
}
