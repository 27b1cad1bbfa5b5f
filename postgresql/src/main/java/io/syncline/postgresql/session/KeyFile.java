package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.task.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A private key as OpenSSL writes it: PEM of PKCS #8 (RFC 5958), encrypted or not (RFC 7468, sections 10 and 11).
 *
 * @param password of an encrypted key
 */
record KeyFile(Path path, @Nullable Secret password) {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    private static final String CONVERT = "Write it anew in this form: openssl pkcs8 -topk8 -in OLD -out NEW.";

    /**
     * @param algorithm of the certificate's public key
     * @throws SyncException TLS_FILES, without any part of the key
     */
    PrivateKey read(String algorithm) {
        Matcher pem = PEM.matcher(text());
        if (!pem.find()) {
            throw unusable("it holds no private key in PEM", CONVERT, null);
        }
        byte[] content = Base64.getMimeDecoder().decode(pem.group(2));
        return switch (pem.group(1)) {
            case "PRIVATE KEY" -> key(algorithm, new PKCS8EncodedKeySpec(content));
            case "ENCRYPTED PRIVATE KEY" -> key(algorithm, decrypted(content));
            default -> throw unusable("its key is of the older kind \"" + pem.group(1) + "\"", CONVERT, null);
        };
    }

    private String text() {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw unusable(
                    "it cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check the path, and that this process may read the file.",
                    e);
        }
    }

    private PrivateKey key(String algorithm, PKCS8EncodedKeySpec spec) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(spec);
        } catch (GeneralSecurityException e) {
            throw unusable(
                    "it holds no key for the certificate, which is of the kind " + algorithm,
                    "Name the key that the certificate was made for.",
                    e);
        }
    }

    private PKCS8EncodedKeySpec decrypted(byte[] content) {
        if (password == null) {
            throw unusable("its key is encrypted, and tlsKeyPassword is not set", "Set tlsKeyPassword.", null);
        }
        try {
            EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(content);
            PBEKeySpec secret = new PBEKeySpec(password.reveal().toCharArray());
            return info.getKeySpec(
                    SecretKeyFactory.getInstance(info.getAlgName()).generateSecret(secret));
        } catch (IOException | GeneralSecurityException e) {
            throw unusable("its key cannot be decrypted", "Check tlsKeyPassword.", e);
        }
    }

    private SyncException unusable(String why, String remedy, @Nullable Exception cause) {
        String what = "tlsKey: the file " + path + " is of no use: " + why;
        return cause == null
                ? new SyncException(ErrorCode.TLS_FILES, what, remedy)
                : new SyncException(ErrorCode.TLS_FILES, what, remedy, cause);
    }
}
