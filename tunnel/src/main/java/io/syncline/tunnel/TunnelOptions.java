package io.syncline.tunnel;

import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The SSH server between Syncline and a database, and how to be let in there.
 *
 * @param password null when a key is shown, or for servers that ask for neither
 * @param key file with a private key as ssh-keygen writes it, null without one
 * @param keyPassword of an encrypted key
 * @param hostKey the server's key as {@code ssh-keygen -lf} prints it, {@code SHA256:} and 43 characters of base64; null: it is one of {@code knownHosts}
 * @param knownHosts file in the form of OpenSSH's known_hosts (sshd(8)), hashed names included
 */
public record TunnelOptions(
        String host,
        int port,
        String user,
        @Nullable Secret password,
        @Nullable Path key,
        @Nullable Secret keyPassword,
        @Nullable String hostKey,
        Path knownHosts) {

    private static final int SSH = 22;

    /** The key of a connector's options under which these are. */
    public static final String KEY = "sshTunnel";

    /** The JSON Schema of these options, for a connector's own. */
    public static final String SCHEMA = """
            {
              "type": "object",
              "description": "An SSH server through which the database server is reached; host and port are then what they are seen from there.",
              "properties": {
                "host": {"type": "string", "minLength": 1, "description": "Name or address of the SSH server."},
                "port": {"type": "integer", "minimum": 1, "maximum": 65535, "default": 22, "description": "TCP port of the SSH server."},
                "user": {"type": "string", "minLength": 1, "description": "The account there. It needs no shell, only the right to forward."},
                "password": {"type": "string", "writeOnly": true, "description": "env:NAME or file:PATH of the account's password."},
                "key": {"type": "string", "format": "path", "minLength": 1, "description": "Path of a private key, as ssh-keygen writes it."},
                "keyPassword": {"type": "string", "writeOnly": true, "description": "env:NAME or file:PATH of the key's passphrase, when it is encrypted."},
                "hostKey": {"type": "string", "pattern": "^SHA256:[A-Za-z0-9+/]{43}$", "title": "a fingerprint as ssh-keygen -lf prints it: SHA256: and 43 characters", "description": "Fingerprint of the SSH server's key. Left out: the key must be in knownHosts."},
                "knownHosts": {"type": "string", "format": "path", "minLength": 1, "description": "Path of a known_hosts file. Left out: .ssh/known_hosts of the account that Syncline runs as."}
              },
              "required": ["host", "user"],
              "additionalProperties": false
            }
            """;

    /** Reads options that were checked against {@link #SCHEMA}; empty when the end is reached without a tunnel. */
    public static Optional<TunnelOptions> of(Endpoint endpoint) {
        if (!(endpoint.options().get(KEY) instanceof Map<?, ?> options)) {
            return Optional.empty();
        }
        String key = text(options, "key");
        String known = text(options, "knownHosts");
        return Optional.of(new TunnelOptions(
                String.valueOf(options.get("host")),
                options.get("port") instanceof Number port ? port.intValue() : SSH,
                String.valueOf(options.get("user")),
                secret(options, "password"),
                key == null ? null : Path.of(key),
                secret(options, "keyPassword"),
                text(options, "hostKey"),
                known == null ? Path.of(System.getProperty("user.home"), ".ssh", "known_hosts") : Path.of(known)));
    }

    /** For messages: no account, no secret. */
    public String address() {
        return host + ":" + port;
    }

    private static @Nullable String text(Map<?, ?> options, String key) {
        return options.get(key) instanceof String text ? text : null;
    }

    private static @Nullable Secret secret(Map<?, ?> options, String key) {
        return options.get(key) instanceof Secret secret ? secret : null;
    }
}
