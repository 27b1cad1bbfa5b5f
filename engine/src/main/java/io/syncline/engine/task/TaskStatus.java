package io.syncline.engine.task;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Upkeep.DeadRows;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A task as its ledger tells it.
 *
 * @param running whether a process renewed its lease a moment ago
 * @param state the last written state
 * @param conflicts what did not find the destination as the source was
 * @param badValues what the destination refused
 * @param skips source transactions that people asked to be left out, oldest first
 * @param notMade objects of the source that are not at the destination, or not as they are at the source
 * @param refreshed of which moment the rows of the tables are that are loaded anew from time to time
 * @param crowded tables at the destination with many dead rows, the most first, as its server tells now; empty when it does not
 * @param retry how long its run tries again, or would
 */
public record TaskStatus(
        Ledger.TaskMemory memory,
        boolean running,
        TaskState state,
        Conflict.Report conflicts,
        BadValue.Report badValues,
        List<Ledger.NotMade> notMade,
        List<CommandLog.Entry> skips,
        SortedMap<TableId, Instant> refreshed,
        List<DeadRows> crowded,
        EffectiveRetry retry) {
    public TaskStatus {
        notMade = List.copyOf(notMade);
        skips = List.copyOf(skips);
        crowded = List.copyOf(crowded);
        refreshed = Collections.unmodifiableSortedMap(new TreeMap<>(refreshed));
    }
}
