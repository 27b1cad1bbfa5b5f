package io.syncline.postgresql.session;

/**
 * What a server is.
 *
 * @param version {@code server_version_num}: of Greenplum, that of the PostgreSQL within
 */
public record ServerSystem(int version, Dialect dialect) {}
