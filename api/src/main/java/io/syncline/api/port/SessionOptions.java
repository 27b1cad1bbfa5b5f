package io.syncline.api.port;

/**
 * What all sessions of a run have in common.
 *
 * @param application shown by the server for each session, {@code syncline <task id>}; proves that a session is ours
 * @param searchPath what sessions set as search_path, empty by default (T47)
 */
public record SessionOptions(String application, String searchPath) {}
