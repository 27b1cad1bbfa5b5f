package io.syncline.api.port;

/**
 * A task as servers know it: what slots, publications and ledger rows are named after.
 *
 * @param name as in the task file
 * @param id 8 random characters of a-z0-9, made once and never changed
 */
public record TaskIdentity(String name, String id) {}
