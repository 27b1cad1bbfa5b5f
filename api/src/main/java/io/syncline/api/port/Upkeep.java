package io.syncline.api.port;

import io.syncline.api.model.TableId;
import java.util.Collection;
import java.util.List;

/** What somebody must do for a destination from time to time, since the system does not do it by itself. Thread-safe. */
public interface Upkeep {

    /**
     * Rows that changes have left behind and that nobody has taken away yet, by what the server has counted. Takes one short transaction.
     *
     * @param tables tables that are gone are left out; a partition is counted by itself, under its own name
     * @return those that have any
     */
    List<DeadRows> deadRows(Collection<TableId> tables);

    /**
     * Of one table, or one partition.
     *
     * @param dead versions of rows that no transaction needs, or will need soon
     * @param live rows, as far as the server knows
     * @param remedy the statement that takes the dead ones away
     */
    record DeadRows(TableId table, long dead, long live, String remedy) {}
}
