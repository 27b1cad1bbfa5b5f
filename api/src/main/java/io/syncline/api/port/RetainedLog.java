package io.syncline.api.port;

import org.jspecify.annotations.Nullable;

/**
 * What a source keeps back for one task's slot.
 *
 * @param bytes of log from the oldest that the slot needs to the log's end
 * @param left bytes that may still be written before the server gives the slot up; null when it never does
 * @param catalogAge how many transactions ago the oldest one began whose dead rows the system catalogs keep for the slot
 * @param ours whether the task made the slot, and may drop it
 */
public record RetainedLog(long bytes, @Nullable Long left, long catalogAge, boolean ours) {

    /** What is kept for this slot and another one of the task. */
    public RetainedLog with(RetainedLog other) {
        Long otherLeft = other.left;
        Long least = left == null || (otherLeft != null && otherLeft < left) ? otherLeft : left;
        return new RetainedLog(
                Math.max(bytes, other.bytes), least, Math.max(catalogAge, other.catalogAge), ours && other.ours);
    }
}
