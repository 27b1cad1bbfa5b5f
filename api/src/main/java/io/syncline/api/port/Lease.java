package io.syncline.api.port;

/**
 * The right of one process to write for a task (I7).
 *
 * @param task the task's id
 * @param epoch grows with every takeover; a writer with an older one fails with FENCED
 */
public record Lease(String task, long epoch) {}
