package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckItem.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What the items of one end found, by id. */
record Findings(Map<String, Finding> byId) {

    static Findings of(List<PrecheckItem> items) {
        Map<String, Finding> findings = new LinkedHashMap<>();
        items.forEach(item -> findings.put(item.id(), item.check()));
        return new Findings(findings);
    }

    Finding get(String id) {
        Finding finding = byId.get(id);
        if (finding == null) {
            throw new AssertionError("no item " + id + " among " + byId.keySet());
        }
        return finding;
    }

    Set<String> ids() {
        return byId.keySet();
    }

    /** The ids of those that failed. */
    List<String> failed() {
        return byId.entrySet().stream()
                .filter(finding -> finding.getValue().result() == Result.FAILED)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Those that did not pass. */
    Map<String, Result> troubles() {
        return byId.entrySet().stream()
                .filter(finding -> finding.getValue().result() != Result.PASSED)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, finding -> finding.getValue().result()));
    }
}
