package io.syncline.cli.output;

import io.syncline.engine.stream.StreamProgress;

/** A stream's numbers in one line. */
record StreamView(StreamProgress progress) {

    /** {@code 12,034 changes/s, 3,011 transactions/s, latency p50 4.2 ms, p99 11 ms, queue 1.2 MB}. */
    String text() {
        String waits = progress.waitsFor().isEmpty() ? "" : ", waits for " + progress.waitsFor();
        return Amounts.count(Math.round(progress.changesPerSecond())) + " changes/s, "
                + Amounts.count(Math.round(progress.transactionsPerSecond())) + " transactions/s, latency p50 "
                + Amounts.latency(progress.p50()) + ", p99 " + Amounts.latency(progress.p99()) + ", queue "
                + Amounts.bytes(progress.queuedBytes()) + waits;
    }
}
