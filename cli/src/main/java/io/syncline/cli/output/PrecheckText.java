package io.syncline.cli.output;

import io.syncline.api.port.PrecheckItem.Result;
import io.syncline.engine.precheck.PrecheckReport;
import java.util.ArrayList;
import java.util.List;

/** A precheck's report for people. */
public final class PrecheckText {

    private PrecheckText() {}

    /** Every item, then the verdict. */
    public static List<String> all(PrecheckReport report) {
        List<String> lines = new ArrayList<>();
        report.lines().forEach(line -> add(line, lines));
        lines.add(verdict(report));
        return lines;
    }

    /** What is not passed, then the verdict. */
    static List<String> findings(PrecheckReport report) {
        List<String> lines = new ArrayList<>();
        report.lines().stream()
                .filter(line -> line.finding().result() != Result.PASSED)
                .forEach(line -> add(line, lines));
        lines.add(verdict(report));
        return lines;
    }

    private static void add(PrecheckReport.Line line, List<String> lines) {
        String word = switch (line.finding().result()) {
            case PASSED -> "passed ";
            case WARNING -> "warning";
            case FAILED -> "FAILED ";
        };
        lines.add(word + " " + line.id() + " (" + line.title() + "): "
                + line.finding().found());
        if (!line.finding().why().isEmpty()) {
            lines.add("          why: " + line.finding().why());
        }
        if (!line.finding().remedy().isEmpty()) {
            lines.add("          do:  " + line.finding().remedy());
        }
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
