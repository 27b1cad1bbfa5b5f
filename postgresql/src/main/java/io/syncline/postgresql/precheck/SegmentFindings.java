package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Makes one finding of those of all segments: it is as bad as the worst, and names the segments that fall short. */
final class SegmentFindings {

    private SegmentFindings() {}

    /** @param found by content id */
    static Finding together(SortedMap<Integer, Finding> found) {
        Result worst = found.values().stream()
                .map(Finding::result)
                .max(Result::compareTo)
                .orElse(Result.PASSED);
        Collection<Finding> lacking =
                found.values().stream().filter(one -> one.result() == worst).toList();
        return switch (worst) {
            case PASSED -> Finding.passed(found(found, worst));
            case WARNING -> Finding.warning(found(found, worst), lines(lacking, Finding::why, " "), remedies(lacking));
            case FAILED -> Finding.failed(found(found, worst), lines(lacking, Finding::why, " "), remedies(lacking));
        };
    }

    private static String found(SortedMap<Integer, Finding> found, Result worst) {
        Map<String, TreeSet<Integer>> segments = new LinkedHashMap<>();
        found.forEach((content, one) -> {
            if (one.result() == worst) {
                segments.computeIfAbsent(one.found(), _ -> new TreeSet<>()).add(content);
            }
        });
        return segments.entrySet().stream()
                .map(group -> who(group.getValue(), found.size()) + ": " + group.getKey())
                .collect(Collectors.joining(" "));
    }

    private static String who(Set<Integer> segments, int all) {
        if (segments.size() == all) {
            return "On every segment";
        }
        String named = Listing.names(segments.stream().map(String::valueOf).toList());
        return (segments.size() == 1 ? "On segment " : "On segments ") + named;
    }

    private static String remedies(Collection<Finding> found) {
        return lines(found, Finding::remedy, "\n");
    }

    private static String lines(Collection<Finding> found, Function<Finding, String> part, String between) {
        List<String> distinct = found.stream().map(part).distinct().toList();
        return String.join(between, distinct);
    }
}
