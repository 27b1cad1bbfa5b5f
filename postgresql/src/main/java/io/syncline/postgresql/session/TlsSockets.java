package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts sockets as libpq does: the server's certificate must come from the named authorities wherever some are named, and from nobody in particular else; the host's
 * name in it is the driver's to check (verify-full). Our own certificate is shown to every server that asks for one.
 *
 * @param side for messages
 */
record TlsSockets(Side side, Tls tls) {

    /** @throws SyncException TLS_FILES when a named file cannot be used */
    SSLSocketFactory factory() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own(), trusted(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new SyncException(
                    ErrorCode.TLS_FILES,
                    side.word() + ": the named certificates cannot be used: " + e.getMessage(),
                    "Check tlsRootCertificate, tlsCertificate and tlsKey in the task file.",
                    e);
        }
    }

    private TrustManager[] trusted() throws GeneralSecurityException {
        if (tls.rootCertificate() == null) {
            return new TrustManager[] {new AnyServer()};
        }
        KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        try {
            authorities.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
        for (X509Certificate authority : certificates("tlsRootCertificate", tls.rootCertificate())) {
            authorities.setCertificateEntry(Integer.toString(authorities.size()), authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private KeyManager[] own() {
        if (tls.certificate() == null || tls.key() == null) {
            return new KeyManager[0];
        }
        List<X509Certificate> chain = certificates("tlsCertificate", tls.certificate());
        PrivateKey key = new KeyFile(Path.of(tls.key()), tls.keyPassword())
                .read(chain.getFirst().getPublicKey().getAlgorithm());
        return new KeyManager[] {new OwnCertificate(chain, key)};
    }

    private static List<X509Certificate> certificates(String option, String path) {
        try (var in = Files.newInputStream(Path.of(path))) {
            List<X509Certificate> read = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            if (read.isEmpty()) {
                throw unusable(option, path, "it holds no certificate", null);
            }
            return read;
        } catch (IOException e) {
            throw unusable(option, path, "it cannot be read (" + e.getClass().getSimpleName() + ")", e);
        } catch (CertificateException e) {
            throw unusable(option, path, "it holds no certificate in PEM or DER", e);
        }
    }

    private static SyncException unusable(String option, String path, String why, @Nullable Exception cause) {
        String what = option + ": the file " + path + " is of no use: " + why;
        String remedy = "Name a certificate file in PEM, and check that this process may read it.";
        return cause == null
                ? new SyncException(ErrorCode.TLS_FILES, what, remedy)
                : new SyncException(ErrorCode.TLS_FILES, what, remedy, cause);
    }
}
