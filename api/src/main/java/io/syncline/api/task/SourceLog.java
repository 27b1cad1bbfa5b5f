package io.syncline.api.task;

/**
 * How much log the source may keep for the task, and what becomes of the task when log is gone that the destination had not seen.
 *
 * @param limit in bytes: when the source keeps more, it is let go; {@link #UNLIMITED}: never
 * @param heals whether the task then begins at a new position by itself and makes the rows the source's again; else it stops
 */
public record SourceLog(long limit, boolean heals) {

    public static final long UNLIMITED = Long.MAX_VALUE;

    public static final SourceLog DEFAULT = new SourceLog(UNLIMITED, false);

    public boolean hasLimit() {
        return limit != UNLIMITED;
    }
}
