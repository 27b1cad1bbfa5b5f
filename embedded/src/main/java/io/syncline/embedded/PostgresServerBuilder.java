package io.syncline.embedded;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Describes a server: version, settings, port and identity. Without more words it is a quick one for tests, which does not fsync. */
public final class PostgresServerBuilder {

    private final String version;
    private final Map<String, String> settings = new LinkedHashMap<>(Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "fsync", "off"));
    private ClusterIdentity identity = new ClusterIdentity.Shared("default");
    private @Nullable Integer port;

    PostgresServerBuilder(String version) {
        this.version = version;
    }

    /** Sets a parameter of postgresql.conf, for example {@code wal_level} to {@code logical}. */
    public PostgresServerBuilder setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Makes the server a source of logical replication with room for many slots. */
    public PostgresServerBuilder logical() {
        return setting("wal_level", "logical")
                .setting("max_replication_slots", "50")
                .setting("max_wal_senders", "50");
    }

    /** Lets commits reach the disk, as on a server that somebody relies on. */
    public PostgresServerBuilder durable() {
        return setting("fsync", "on");
    }

    /** Uses a fixed port instead of any free one. */
    public PostgresServerBuilder port(int port) {
        this.port = port;
        return this;
    }

    /**
     * Gives the cluster a system identifier that differs from that of clusters with other names, but is the same in each one with this
     * name. The first use of a name costs an initdb, the others nothing.
     *
     * @param name letters, digits and hyphens
     */
    public PostgresServerBuilder identity(String name) {
        if (!name.matches("[a-zA-Z0-9-]+")) {
            throw new IllegalArgumentException(
                    "an identity is named by letters, digits and hyphens, not \"" + name + "\"");
        }
        identity = new ClusterIdentity.Shared(name);
        return this;
    }

    /** Gives the cluster a system identifier that no other one has (I6), for the price of an initdb: a second or two. */
    public PostgresServerBuilder ownIdentity() {
        identity = new ClusterIdentity.Own();
        return this;
    }

    /**
     * Makes the server a hot standby, from 17 on one that takes over the logical slots that are meant for a failover.
     *
     * @param primary of the same version, stopped in good order; it must run again before the standby can follow it
     * @param slot the name of a physical slot at the primary, which the caller makes
     */
    public PostgresServerBuilder standbyOf(PostgresServer primary, String slot) {
        if (primary.isRunning()) {
            throw new IllegalStateException("the primary is running, and its files are not those of one moment");
        }
        identity = new ClusterIdentity.StandbyOf(primary.dataDirectory());
        return setting(
                        "primary_conninfo",
                        "host=" + primary.host() + " port=" + primary.port() + " user=" + PostgresServer.USER
                                + " password=" + PostgresServer.PASSWORD + " dbname=postgres")
                .setting("primary_slot_name", slot)
                .setting("hot_standby_feedback", "on")
                .setting("sync_replication_slots", "on");
    }

    /**
     * Makes the cluster, starts the server and waits until it accepts connections.
     *
     * @throws EmbeddedPostgresException with the end of the server's log when it does not start
     */
    public PostgresServer start() {
        return PostgresServer.create(this);
    }

    String version() {
        return version;
    }

    Map<String, String> settings() {
        return Collections.unmodifiableMap(settings);
    }

    ClusterIdentity identity() {
        return identity;
    }

    PortLease lease() {
        return port == null ? PortLease.any() : PortLease.of(port);
    }
}
