package io.syncline.postgresql.stream;

import io.syncline.api.port.TaskIdentity;
import java.util.Locale;

/**
 * The one name of a task's slot and publication: {@code dts_sync_<task>_<id>}. Slots allow only lower-case letters, digits and underscores, 63 of them (PostgreSQL
 * documentation, Replication Slots); what does not fit is cut from the task's name, and the id tells tasks of one name apart (T49).
 */
record ChangeLogName(String text) {

    private static final String PREFIX = "dts_sync_";
    private static final int MAX_BYTES = 63;

    /** Of the ids that ledgers give. */
    private static final int ID = 8;

    static ChangeLogName of(TaskIdentity task) {
        return new ChangeLogName(PREFIX + folded(task.name(), task.id().length()) + "_" + task.id());
    }

    /** What stands for a task in the names of all that bear its name. */
    static String family(String task) {
        return folded(task, ID);
    }

    private static String folded(String task, int id) {
        String folded = task.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return folded.substring(0, Math.min(folded.length(), MAX_BYTES - PREFIX.length() - 1 - id));
    }

    @Override
    public String toString() {
        return text;
    }
}
