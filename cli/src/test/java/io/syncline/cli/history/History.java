package io.syncline.cli.history;

import io.syncline.api.port.CrashMarks.Mark;
import java.util.List;

/**
 * What is written, and how it is carried.
 *
 * @param before the task starts
 * @param during its load, or whatever it does by then
 * @param after it has begun to stream
 * @param batchRows how many changes make a batch
 * @param batchDelay in milliseconds
 * @param kills where the task's runs die, one after another
 */
record History(
        List<HistoryTable> tables,
        List<HistoryStep> before,
        List<HistoryStep> during,
        List<HistoryStep> after,
        int batchRows,
        int batchDelay,
        List<Kill> kills) {

    /** A run dies when it comes to a mark for the n-th time, counted from 1. */
    record Kill(Mark mark, int n) {}
}
