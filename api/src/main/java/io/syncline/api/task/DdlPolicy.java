package io.syncline.api.task;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which changes of a table's shape the destination follows; every other one stops the task before the first row that it could concern.
 *
 * @param applied empty: nothing is made at the source to hear of them
 */
public record DdlPolicy(Set<DdlKind> applied) {

    public static final DdlPolicy DEFAULT = new DdlPolicy(EnumSet.allOf(DdlKind.class));

    public DdlPolicy {
        applied = Set.copyOf(applied);
    }

    public boolean applies(DdlKind kind) {
        return applied.contains(kind);
    }

    public boolean appliesAny() {
        return !applied.isEmpty();
    }
}
