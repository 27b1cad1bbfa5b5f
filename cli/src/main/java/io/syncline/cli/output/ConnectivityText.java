package io.syncline.cli.output;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.Connectivity.ClockSkew;
import io.syncline.engine.task.ConnectivityReport;
import io.syncline.engine.task.ConnectivityReport.End;
import io.syncline.engine.task.ConnectivityReport.NotReached;
import io.syncline.engine.task.ConnectivityReport.Reached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How both ends are reached, for people and for programs. */
public final class ConnectivityText {

    private ConnectivityText() {}

    /** Each end, what follows, and the verdict. */
    public static List<String> lines(ConnectivityReport report) {
        List<String> lines = new ArrayList<>();
        add(report.source(), "Source", lines);
        add(report.destination(), "Destination", lines);
        report.load()
                .ifPresent(load -> lines.add(
                        "At this rate the source's database is copied in " + Amounts.time(load) + " at best."));
        warnings(report).forEach(warning -> lines.add("warning: " + warning));
        lines.add(
                report.failure().isEmpty()
                        ? "Both ends can be used."
                        : "The test is not passed: not both ends can be used.");
        return lines;
    }

    private static void add(End end, String title, List<String> lines) {
        lines.add(title + " " + end.address());
        switch (end.outcome()) {
            case Reached(var found) -> add(found, lines);
            case NotReached(var cause) -> {
                lines.add("  FAILED " + cause.code() + ": " + cause.getMessage());
                lines.add("    do: " + cause.remedy());
            }
        }
    }

    private static void add(Connectivity found, List<String> lines) {
        lines.add("  server:     " + Labels.of(found.server()));
        lines.add("  encryption: " + found.encryption());
        lines.add("  round trip: " + Amounts.latency(found.roundTrip()));
        lines.add("  throughput: " + megabits(found.bytesPerSecond()));
        lines.add("  clock:      " + clock(found.clock()) + " this machine's");
        lines.add("  database:   " + Amounts.bytes(found.databaseBytes()));
    }

    private static String clock(ClockSkew clock) {
        return Amounts.latency(clock.ahead().abs()) + (clock.ahead().isNegative() ? " behind" : " ahead of");
    }

    private static String megabits(double bytesPerSecond) {
        return String.format(Locale.ROOT, "%,.1f Mb/s", bytesPerSecond * 8 / 1e6);
    }

    private static List<String> warnings(ConnectivityReport report) {
        List<String> warnings = new ArrayList<>();
        for (End end : List.of(report.source(), report.destination())) {
            if (end.outcome() instanceof Reached(var found)) {
                if (found.bytesPerSecond() < ConnectivityReport.ENOUGH) {
                    warnings.add("The way to the " + end.name() + " carries " + megabits(found.bytesPerSecond())
                            + ", less than " + megabits(ConnectivityReport.ENOUGH)
                            + report.load().map(ConnectivityText::loading).orElse("") + ".");
                }
                if (found.clock().exceeds(ConnectivityReport.CLOCK_LIMIT)) {
                    warnings.add("The clock of the " + end.name() + " is " + clock(found.clock())
                            + " this machine's: latencies would be told wrong. Have both follow a time server.");
                }
            }
        }
        report.clocks()
                .filter(clocks -> clocks.exceeds(ConnectivityReport.CLOCK_LIMIT))
                .ifPresent(
                        clocks -> warnings.add(
                                "The clock of the source is " + clock(clocks)
                                        + " the destination's: times that both write cannot be compared. Have both follow a time server."));
        return warnings;
    }

    private static String loading(Duration load) {
        return ": copying the source's database takes " + Amounts.time(load) + " at least";
    }

    /** An event for each end, and one for what follows. */
    public static List<Map<String, @Nullable Object>> fields(ConnectivityReport report) {
        return List.of(
                fields(report.source()),
                fields(report.destination()),
                Fields.event("connections")
                        .put("passed", report.failure().isEmpty())
                        .put(
                                "clockAheadSeconds",
                                report.clocks()
                                        .map(clocks -> seconds(clocks.ahead()))
                                        .orElse(null))
                        .put(
                                "bytesPerSecond",
                                report.throughput().map(Math::round).orElse(null))
                        .put(
                                "loadSeconds",
                                report.load().map(Duration::toSeconds).orElse(null))
                        .put("warnings", warnings(report))
                        .map());
    }

    private static Map<String, @Nullable Object> fields(End end) {
        Fields fields = Fields.event("connection").put("end", end.name()).put("address", end.address());
        return switch (end.outcome()) {
            case Reached(var found) -> fields(fields.put("reached", true), found);
            case NotReached(var cause) -> fields(fields.put("reached", false), cause);
        };
    }

    private static Map<String, @Nullable Object> fields(Fields fields, Connectivity found) {
        return fields.put("server", found.server())
                .put("encryption", found.encryption())
                .put("roundTripSeconds", seconds(found.roundTrip()))
                .put("bytesPerSecond", Math.round(found.bytesPerSecond()))
                .put("clockAheadSeconds", seconds(found.clock().ahead()))
                .put("clockUncertaintySeconds", seconds(found.clock().uncertainty()))
                .put("databaseBytes", found.databaseBytes())
                .map();
    }

    private static Map<String, @Nullable Object> fields(Fields fields, SyncException cause) {
        return fields.put("code", cause.code().name())
                .put("message", cause.getMessage())
                .put("remedy", cause.remedy())
                .map();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
