package io.syncline.engine.load;

import java.util.concurrent.atomic.LongAdder;

/** What one load has copied so far; written by the workers, read by the reporter. */
public final class LoadCounters {

    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    void add(long moreRows, long moreBytes) {
        rows.add(moreRows);
        bytes.add(moreBytes);
    }

    /** Rows of this run, those of unfinished chunks included. */
    public long rows() {
        return rows.sum();
    }

    /** Bytes of this run in COPY text form. */
    public long bytes() {
        return bytes.sum();
    }
}
