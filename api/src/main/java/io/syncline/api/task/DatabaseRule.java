package io.syncline.api.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code databases}.
 *
 * @param name of databases at the source: a glob, or the exact name when {@code quoted} or without wildcards
 * @param leavesOut true for databases that no pattern shall choose
 * @param to the destination's database, for an entry that is one database; null: the same name
 * @param id of the task in that database's ledger, only needed when several have one name and source; else null
 * @param objects what is carried of these databases; empty: as the task says
 * @param except what no pattern with wildcards among {@code objects} chooses
 */
public record DatabaseRule(
        String name,
        boolean quoted,
        boolean leavesOut,
        @Nullable String to,
        @Nullable String id,
        List<ObjectRule> objects,
        List<ObjectPattern> except) {

    public DatabaseRule {
        objects = List.copyOf(objects);
        except = List.copyOf(except);
    }

    /** True when it is one database, whether the source has it or not. */
    public boolean isExact() {
        return quoted || !Glob.hasWildcard(name);
    }

    public boolean matches(String database) {
        return isExact() ? name.equals(database) : Glob.matches(name, database);
    }
}
