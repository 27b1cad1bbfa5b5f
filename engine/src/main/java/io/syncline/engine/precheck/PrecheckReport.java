package io.syncline.engine.precheck;

import io.syncline.api.port.PrecheckItem;
import java.util.List;

/** The results of all items, in their order. */
public record PrecheckReport(List<Line> lines) {

    public record Line(String id, String title, PrecheckItem.Finding finding) {}

    public PrecheckReport {
        lines = List.copyOf(lines);
    }

    /** True when nothing failed; warnings do not count. */
    public boolean passed() {
        return lines.stream().noneMatch(line -> line.finding().result() == PrecheckItem.Result.FAILED);
    }

    /** Passed items and warnings in per cent of all. */
    public int successRate() {
        long failed = lines.stream()
                .filter(line -> line.finding().result() == PrecheckItem.Result.FAILED)
                .count();
        return lines.isEmpty() ? 100 : (int) (100 * (lines.size() - failed) / lines.size());
    }
}
