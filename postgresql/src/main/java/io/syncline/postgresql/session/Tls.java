package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a connection is encrypted, and who proves to be whom. Files are PEM and are read anew for each session, so that a renewed certificate counts from the next one on.
 *
 * @param mode libpq's sslmode
 * @param rootCertificate path of the authorities that may have signed the server's certificate, or null; where it is named they are asked in every mode, as libpq does
 * @param certificate path of our own certificate with those that lead to its authority, or null; never without {@code key}
 * @param key path of its private key in PKCS #8, or null
 * @param keyPassword of an encrypted key, or null
 */
public record Tls(
        TlsMode mode,
        @Nullable String rootCertificate,
        @Nullable String certificate,
        @Nullable String key,
        @Nullable Secret keyPassword) {

    /** In a mode that needs no files. */
    public static Tls of(TlsMode mode) {
        return new Tls(mode, null, null, null, null);
    }

    /**
     * Reads options that were checked against {@link ConnectionOptions#SCHEMA}.
     *
     * @param loopback whether the server is on this machine, where encryption is not required unless it is told
     * @throws SyncException TASK_FILE_INVALID when the options contradict each other
     */
    static Tls of(Endpoint endpoint, boolean loopback) {
        String root = path(endpoint, "tlsRootCertificate");
        String certificate = path(endpoint, "tlsCertificate");
        String key = path(endpoint, "tlsKey");
        boolean named = Stream.of(root, certificate, key).anyMatch(file -> file != null);
        TlsMode mode = endpoint.options().get("tls") instanceof String word
                ? mode(word)
                : loopback && !named ? TlsMode.PREFER : TlsMode.REQUIRE;
        Secret password = endpoint.options().get("tlsKeyPassword") instanceof Secret secret ? secret : null;
        Tls tls = new Tls(mode, root, certificate, key, password);
        tls.requireSense(named);
        return tls;
    }

    private void requireSense(boolean named) {
        if (named && !mode.requires()) {
            throw invalid(
                    "tls: " + mode.word() + " may go without encryption, and then the named certificates prove nothing",
                    "Use require, verify-ca or verify-full, or name no certificates.");
        }
        if (mode.verifies() && rootCertificate == null) {
            throw invalid(
                    "tls: " + mode.word() + " needs tlsRootCertificate: nothing says which authorities are trusted",
                    "Name the authority's file; for a server with a certificate of a public authority the bundle of this"
                            + " machine, such as /etc/ssl/certs/ca-certificates.crt.");
        }
        if ((certificate == null) != (key == null)) {
            throw invalid(
                    "tlsCertificate and tlsKey go together; one of them is missing", "Name both files, or neither.");
        }
        if (keyPassword != null && key == null) {
            throw invalid("tlsKeyPassword belongs to a tlsKey, and none is named", "Name the key, or no password.");
        }
    }

    private static @Nullable String path(Endpoint endpoint, String name) {
        return endpoint.options().get(name) instanceof String path ? path : null;
    }

    private static TlsMode mode(String word) {
        return Arrays.stream(TlsMode.values())
                .filter(mode -> mode.word().equals(word))
                .findFirst()
                .orElseThrow(() -> invalid(
                        "tls: " + word + " is no TLS mode", "Use disable, prefer, require, verify-ca or verify-full."));
    }

    private static SyncException invalid(String what, String remedy) {
        return new SyncException(ErrorCode.TASK_FILE_INVALID, what, remedy);
    }
}
