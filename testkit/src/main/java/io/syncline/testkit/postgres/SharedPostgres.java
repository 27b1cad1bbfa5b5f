package io.syncline.testkit.postgres;

import io.syncline.embedded.PostgresServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Servers that all tests of one JVM share, one for each version and role, started when first asked for and ended with the JVM. A test gets a
 * database of its own ({@link #sourceDatabase}); one that stops, pauses or reconfigures a server starts its own with
 * {@link PostgresServer#builder}.
 */
public final class SharedPostgres {

    private static final Map<String, PostgresServer> SERVERS = new ConcurrentHashMap<>();

    private SharedPostgres() {}

    /** A server that can be read by logical replication: wal_level=logical, 50 slots, 50 walsenders. */
    public static PostgresServer source(String version) {
        return SERVERS.computeIfAbsent(
                "source " + version,
                _ -> PostgresServer.builder(version).logical().start());
    }

    /** A server like {@link #source}, with another system identifier, so that it can be told apart from it (I6). */
    public static PostgresServer destination(String version) {
        return SERVERS.computeIfAbsent(
                "destination " + version,
                _ -> PostgresServer.builder(version)
                        .logical()
                        .identity("destination")
                        .start());
    }

    /** A new database on {@link #source}. */
    public static TestDatabase sourceDatabase(String version) {
        return TestDatabase.create(source(version));
    }

    /** A new database on {@link #destination}. */
    public static TestDatabase destinationDatabase(String version) {
        return TestDatabase.create(destination(version));
    }
}
