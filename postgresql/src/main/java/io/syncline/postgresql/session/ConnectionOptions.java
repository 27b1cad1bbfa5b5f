package io.syncline.postgresql.session;

import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Where and as whom to connect.
 *
 * @param password null for servers that ask for none
 * @param tls {@link TlsMode#PREFER} on loopback, {@link TlsMode#REQUIRE} elsewhere or with certificates, unless told
 */
public record ConnectionOptions(
        String host,
        int port,
        String database,
        String user,
        @Nullable Secret password,
        Tls tls) {

    /** The JSON Schema of these options. */
    public static final String SCHEMA = """
            {
              "type": "object",
              "properties": {
                "host": {"type": "string", "minLength": 1, "description": "Name or address of the server."},
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
                "slot": {"type": "string", "pattern": "^[a-z0-9_]{1,63}$", "description": "Source, PostgreSQL 10 and later: a logical replication slot that was made for this task, with pgoutput or test_decoding. Left out: the task makes its own."}
              },
              "required": ["host", "database", "user"]
            }
            """;

    /** Reads options that were checked against {@link #SCHEMA}. */
    public static ConnectionOptions of(Endpoint endpoint) {
        String host = text(endpoint, "host", "");
        return new ConnectionOptions(
                host,
                endpoint.options().get("port") instanceof Number port ? port.intValue() : 5432,
                text(endpoint, "database", ""),
                text(endpoint, "user", ""),
                endpoint.options().get("password") instanceof Secret secret ? secret : null,
                Tls.of(endpoint, isLoopback(host)));
    }

    /** Whether the server is on this machine, as far as its address tells. */
    public boolean isLocal() {
        return isLoopback(host);
    }

    /** The form that names this end in the ledger and in messages: no account, no secret. */
    public String address() {
        return "postgresql://" + host + ":" + port + "/" + database;
    }

    private static String text(Endpoint endpoint, String key, String fallback) {
        return endpoint.options().get(key) instanceof String value ? value : fallback;
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.startsWith("127.") || host.equals("::1") || host.startsWith("/");
    }
}
