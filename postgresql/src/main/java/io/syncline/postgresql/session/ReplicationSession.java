package io.syncline.postgresql.session;

import java.sql.Connection;

/**
 * A session of the walsender protocol (PostgreSQL documentation, Streaming Replication Protocol).
 *
 * @param connection understands replication commands and simple SQL
 * @param socket beneath it, to wait for input
 */
public record ReplicationSession(Connection connection, WaitableSocket socket) {}
