package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import io.syncline.tunnel.TunnelOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where and as whom to connect.
 *
 * @param hosts the servers among which the primary is looked for, at least one; when there is only one it is taken as it is
 * @param password null for servers that ask for none
 * @param tunnel the SSH server from which the hosts are reached; empty: from here
 * @param tls {@link TlsMode#PREFER} on loopback, {@link TlsMode#REQUIRE} elsewhere or with certificates, unless told
 */
public record ConnectionOptions(
        List<ServerHost> hosts,
        String database,
        String user,
        @Nullable Secret password,
        Optional<TunnelOptions> tunnel,
        Tls tls) {

    public ConnectionOptions {
        hosts = List.copyOf(hosts);
    }

    /** One server. */
    public static ConnectionOptions to(
            String host, int port, String database, String user, @Nullable Secret password, Tls tls) {
        return new ConnectionOptions(
                List.of(new ServerHost(host, port)), database, user, password, Optional.empty(), tls);
    }

    /** The same account, database and way, at one other server. */
    ConnectionOptions at(ServerHost server) {
        return new ConnectionOptions(List.of(server), database, user, password, tunnel, tls);
    }

    /** The JSON Schema of these options. */
    public static final String SCHEMA = """
            {
              "type": "object",
              "properties": {
                "host": {
                  "type": ["string", "array"],
                  "minLength": 1,
                  "minItems": 1,
                  "uniqueItems": true,
                  "items": {"type": "string", "minLength": 1},
                  "title": "a name or address, or a list of them, each with its port where that differs: [a, \\"b:5433\\"]",
                  "description": "Name or address of the server; or of several, among which the primary is found, and found again after a failover."
                },
                "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 5432, "description": "TCP port of the server."},
                "database": {"type": "string", "minLength": 1, "maxLength": 63, "description": "The database to read or write."},
                "user": {"type": "string", "minLength": 1, "maxLength": 63, "description": "The role to connect as."},
                "password": {"type": "string", "writeOnly": true, "description": "env:NAME or file:PATH of the role's password."},
                "tls": {
                  "enum": ["disable", "prefer", "require", "verify-ca", "verify-full"],
                  "description": "Encryption of the connection, as libpq's sslmode. Left out: prefer on loopback without certificates, else require."
                },
                "tlsRootCertificate": {"type": "string", "format": "path", "minLength": 1, "description": "Path of the file with the authorities that the server's certificate must come from, in PEM."},
                "tlsCertificate": {"type": "string", "format": "path", "minLength": 1, "description": "Path of Syncline's own certificate, in PEM, for servers that ask for one."},
                "tlsKey": {"type": "string", "format": "path", "minLength": 1, "description": "Path of that certificate's private key, in PEM (PKCS #8)."},
                "tlsKeyPassword": {"type": "string", "writeOnly": true, "description": "env:NAME or file:PATH of the key's passphrase, when it is encrypted."},
                "publication": {"type": "string", "minLength": 1, "maxLength": 63, "description": "Source, PostgreSQL 10 and later: a publication that was made for this task. Left out: the task makes its own, or needs none."},
                "slot": {"type": "string", "pattern": "^[a-z0-9_]{1,63}$", "description": "Source, PostgreSQL 10 and later: a logical replication slot that was made for this task, with pgoutput or test_decoding. Left out: the task makes its own."},
                "segments": %s,
                "log": %s,
                "sshTunnel": %s
              },
              "required": ["host", "database", "user"]
            }
            """.formatted(SegmentAddresses.SCHEMA, LogPlace.SCHEMA, TunnelOptions.SCHEMA);

    /** Reads options that were checked against {@link #SCHEMA}. */
    public static ConnectionOptions of(Endpoint endpoint) {
        List<ServerHost> hosts = hosts(endpoint);
        return new ConnectionOptions(
                hosts,
                text(endpoint, "database", ""),
                text(endpoint, "user", ""),
                endpoint.options().get("password") instanceof Secret secret ? secret : null,
                TunnelOptions.of(endpoint),
                Tls.of(endpoint, hosts.stream().allMatch(ServerHost::isLoopback)));
    }

    /** Whether the server is on this machine, as far as its address tells. */
    public boolean isLocal() {
        return tunnel.isEmpty() && hosts.stream().allMatch(ServerHost::isLoopback);
    }

    /** The form that names this end in the ledger and in messages: no account, no secret. */
    public String address() {
        return "postgresql://" + hosts.stream().map(ServerHost::toString).collect(Collectors.joining(",")) + "/"
                + database + tunnel.map(way -> " by way of " + way.address()).orElse("");
    }

    /** Whether the primary has to be found. */
    public boolean hasSeveralHosts() {
        return hosts.size() > 1;
    }

    /** For the driver. */
    String url() {
        return "jdbc:postgresql://" + hosts.stream().map(ServerHost::inUrl).collect(Collectors.joining(",")) + "/"
                + URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static List<ServerHost> hosts(Endpoint endpoint) {
        int port = endpoint.options().get("port") instanceof Number number ? number.intValue() : 5432;
        return switch (endpoint.options().get("host")) {
            case String one -> List.of(ServerHost.parse(one, port));
            case List<?> several ->
                several.stream()
                        .map(host -> ServerHost.parse(String.valueOf(host), port))
                        .toList();
            case null, default ->
                throw new SyncException(
                        ErrorCode.TASK_FILE_INVALID, "host is neither a text nor a list", "Name the server.");
        };
    }

    private static String text(Endpoint endpoint, String key, String fallback) {
        return endpoint.options().get(key) instanceof String value ? value : fallback;
    }
}
