package io.syncline.cli.demo;

import io.syncline.cli.output.Amounts;
import io.syncline.cli.output.CompareText;
import io.syncline.engine.stream.StreamProgress;
import io.syncline.engine.task.TaskEvent.LoadProgress;
import io.syncline.engine.verify.CompareReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the demo did, on one screen.
 *
 * @param busy the stream's numbers while the clients were writing
 * @param written transactions of the shop's clients
 */
record DemoSummary(
        Duration time,
        Optional<LoadProgress> load,
        Optional<StreamProgress> busy,
        Optional<StreamProgress> last,
        double mostChangesPerSecond,
        long written,
        CompareReport compare) {

    List<String> text() {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("The demo of Syncline, PostgreSQL " + DemoServers.VERSION + " to PostgreSQL " + DemoServers.VERSION
                + ", took " + Amounts.time(time) + ":");
        load.ifPresent(progress -> lines.add("  full load    " + Amounts.count(progress.rows()) + " rows, "
                + Amounts.bytes(progress.bytes()) + " in " + Amounts.time(progress.elapsed()) + ": "
                + Amounts.count(Math.round(Amounts.rate(progress.rowsThisRun(), progress.elapsed()))) + " rows/s, "
                + Amounts.bytes(Math.round(Amounts.rate(progress.bytesThisRun(), progress.elapsed()))) + "/s"));
        last.ifPresent(progress -> lines.add("  incremental  " + Amounts.count(progress.changes()) + " changes of "
                + Amounts.count(progress.transactions()) + " transactions applied (the clients committed "
                + Amounts.count(written) + " in all), up to " + Amounts.count(Math.round(mostChangesPerSecond))
                + " changes/s"));
        busy.ifPresent(progress -> lines.add("  latency      p50 " + Amounts.latency(progress.p50()) + ", p99 "
                + Amounts.latency(progress.p99()) + ", from the source's commit to the destination's"));
        lines.add("  compare      " + CompareText.verdict(compare));
        return lines;
    }
}
