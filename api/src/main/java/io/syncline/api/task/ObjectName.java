package io.syncline.api.task;

/** A schema and a table as the user wrote them, quotes resolved. */
public record ObjectName(String schema, String table) {}
