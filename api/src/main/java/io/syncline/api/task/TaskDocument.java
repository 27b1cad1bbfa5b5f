package io.syncline.api.task;

/**
 * A task file as it was read at one moment.
 *
 * @param digest of its text: SHA-256 of the UTF-8 bytes, in hexadecimal digits
 */
public record TaskDocument(Task task, String digest) {}
