package io.syncline.cli.output;

import io.syncline.engine.task.TaskEvent.LoadProgress;
import java.time.Duration;
import java.util.Optional;

/** What follows from the numbers of a full load. */
record LoadView(LoadProgress progress) {

    /** 0 to 1; the catalog's estimate may be wrong, so that only the end says 1. */
    double share() {
        return progress.estimatedRows() == 0 ? 0 : Math.min(1, (double) progress.rows() / progress.estimatedRows());
    }

    double rowsPerSecond() {
        return Amounts.rate(progress.rowsThisRun(), progress.elapsed());
    }

    double bytesPerSecond() {
        return Amounts.rate(progress.bytesThisRun(), progress.elapsed());
    }

    /** How long the rest takes at the rate so far; empty before there is one, and when nothing is left. */
    Optional<Duration> left() {
        double rate = rowsPerSecond();
        return rate <= 0 || progress.rows() == progress.estimatedRows()
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds((long) ((progress.estimatedRows() - progress.rows()) / rate)));
    }

    /** {@code 1,203,000 of about 2,000,000 rows, 350,000 rows/s, 45.3 MB/s, 3 s left}. */
    String text() {
        return Amounts.count(progress.rows()) + " of about " + Amounts.count(progress.estimatedRows()) + " rows, "
                + Amounts.count(Math.round(rowsPerSecond())) + " rows/s, " + Amounts.bytes(Math.round(bytesPerSecond()))
                + "/s"
                + left().map(time -> ", " + Amounts.time(time) + " left").orElse("");
    }
}
