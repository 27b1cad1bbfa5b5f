package io.syncline.postgresql.stream;

import io.syncline.api.port.TaskIdentity;
import java.util.Locale;

/**
 * The name of a task's slot and publication: {@code dts_sync_<task>_<id>}. Slots allow only lower-case letters, digits and underscores, 63 of them (PostgreSQL
 * documentation, Replication Slots); what does not fit is cut from the task's name, and the id tells tasks of one name apart (T49).
 */
public record ChangeLogName(String text) {

    private static final String PREFIX = "dts_sync_";
    private static final int MAX_BYTES = 63;

    private static final String JOINING = "_joining";

    /** Of the ids that ledgers give. */
    private static final int ID = 8;

    static ChangeLogName of(TaskIdentity task) {
        return of(task, "");
    }

    /** Of the slot that joining tables are read from. */
    static ChangeLogName joining(TaskIdentity task) {
        return of(task, JOINING);
    }

    /** What stands for a task in the names of all publications of tasks that bear its name. */
    static String family(String task) {
        return folded(task, 1 + ID);
    }

    /** A regular expression that matches the slots of all tasks that bear its name, but for those that joining tables are read from. */
    public static String pattern(String task) {
        return "^" + PREFIX + family(task) + "_[a-z0-9]{" + ID + "}$";
    }

    private static ChangeLogName of(TaskIdentity task, String end) {
        String tail = "_" + task.id() + end;
        return new ChangeLogName(PREFIX + folded(task.name(), tail.length()) + tail);
    }

    private static String folded(String task, int tail) {
        String folded = task.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        return folded.substring(0, Math.min(folded.length(), MAX_BYTES - PREFIX.length() - tail));
    }

    @Override
    public String toString() {
        return text;
    }
}
