package io.syncline.cli.output;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.engine.precheck.PrecheckReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A precheck's report for people. */
public final class PrecheckText {

    private PrecheckText() {}

    /** Every item, then the verdict. */
    public static List<String> all(PrecheckReport report) {
        List<String> lines = new ArrayList<>();
        add(report.lines(), lines);
        lines.add(verdict(report));
        return lines;
    }

    /** What is not passed, then the verdict. */
    static List<String> findings(PrecheckReport report) {
        List<String> lines = new ArrayList<>();
        add(
                report.lines().stream()
                        .filter(line -> line.finding().result() != Result.PASSED)
                        .toList(),
                lines);
        lines.add(verdict(report));
        return lines;
    }

    /** Neighbours that warn of the same, such as all that could not be checked, are told once. */
    private static void add(List<PrecheckReport.Line> items, List<String> lines) {
        for (int first = 0, next; first < items.size(); first = next) {
            PrecheckReport.Line line = items.get(first);
            next = first + 1;
            while (line.finding().result() == Result.WARNING
                    && next < items.size()
                    && items.get(next).finding().equals(line.finding())) {
                next++;
            }
            add(named(items.subList(first, next)), line.finding(), lines);
        }
    }

    private static void add(String named, Finding finding, List<String> lines) {
        String word = switch (finding.result()) {
            case PASSED -> "passed ";
            case WARNING -> "warning";
            case FAILED -> "FAILED ";
        };
        lines.add(word + " " + named + ": " + finding.found());
        if (!finding.why().isEmpty()) {
            lines.add("          why: " + finding.why());
        }
        if (!finding.remedy().isEmpty()) {
            // Several statements stand below each other, so that they can be copied.
            lines.add("          do:  " + finding.remedy().replace("\n", "\n               "));
        }
    }

    private static String named(List<PrecheckReport.Line> alike) {
        return alike.size() == 1
                ? alike.getFirst().id() + " (" + alike.getFirst().title() + ")"
                : alike.stream().map(PrecheckReport.Line::id).collect(Collectors.joining(", "));
    }

    private static String verdict(PrecheckReport report) {
        long failed = report.lines().stream()
                .filter(line -> line.finding().result() == Result.FAILED)
                .count();
        return report.passed()
                ? "The precheck is passed."
                : "The precheck is not passed: " + failed + " of "
                        + report.lines().size() + " items failed (success rate " + report.successRate() + " %).";
    }
}
