package io.syncline.api.task;

import java.util.EnumSet;
import java.util.Set;

/**
 * Which changes of tables the destination follows; every other one stops the task before the first row that it could concern.
 *
 * @param applied empty: nothing is made at the source to hear of them
 * @param ignored neither followed nor a reason to stop
 */
public record DdlPolicy(Set<DdlKind> applied, Set<DdlKind> ignored) {

    /** All but what takes rows away for good. */
    public static final DdlPolicy DEFAULT = new DdlPolicy(EnumSet.complementOf(EnumSet.of(DdlKind.DROP_TABLE)));

    public DdlPolicy(Set<DdlKind> applied) {
        this(applied, Set.of());
    }

    public DdlPolicy {
        applied = Set.copyOf(applied);
        ignored = Set.copyOf(ignored);
    }

    public boolean applies(DdlKind kind) {
        return applied.contains(kind);
    }

    public boolean ignores(DdlKind kind) {
        return ignored.contains(kind);
    }

    public boolean appliesAny() {
        return !applied.isEmpty();
    }
}
