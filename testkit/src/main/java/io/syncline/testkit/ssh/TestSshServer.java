package io.syncline.testkit.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;

/** An SSH server on loopback that forwards connections for one account and counts them; it has no shell. */
public final class TestSshServer implements AutoCloseable {

    public static final String USER = "tunnel";
    public static final String PASSWORD = "test ssh password";

    private final KeyPair hostKey = keyPair();
    private final AtomicReference<@Nullable PublicKey> authorized = new AtomicReference<>();
    private final AtomicInteger forwarded = new AtomicInteger();
    private final SshServer server;

    private TestSshServer() {
        server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPasswordAuthenticator((user, password, session) -> user.equals(USER) && password.equals(PASSWORD));
        server.setPublickeyAuthenticator(this::isAuthorized);
        server.setForwardingFilter(new AcceptAllForwardingFilter() {
            @Override
            protected boolean checkAcceptance(String request, Session session, SshdSocketAddress target) {
                forwarded.incrementAndGet();
                return true;
            }
        });
    }

    /** Starts a server with a key of its own on a free port. */
    public static TestSshServer start() throws IOException {
        TestSshServer started = new TestSshServer();
        started.server.start();
        return started;
    }

    private boolean isAuthorized(String user, PublicKey key, ServerSession session) {
        return user.equals(USER) && KeyUtils.compareKeys(key, authorized.get());
    }

    /** Lets in who holds the private key. */
    public void authorize(PublicKey key) {
        authorized.set(key);
    }

    public int port() {
        return server.getPort();
    }

    /** As {@code ssh-keygen -lf} prints it. */
    public String fingerprint() {
        return KeyUtils.getFingerPrint(hostKey.getPublic());
    }

    /** The server's line in a known_hosts file. */
    public String knownHostsLine() {
        return "[127.0.0.1]:" + port() + " " + PublicKeyEntry.toString(hostKey.getPublic());
    }

    /** How many connections were forwarded so far. */
    public int forwarded() {
        return forwarded.get();
    }

    /** Ends every session, as an SSH server does that is started again. */
    public void dropSessions() {
        server.getActiveSessions().forEach(session -> session.close(true));
    }

    /** A key pair of the kind ecdsa-sha2-nistp256. */
    public static KeyPair keyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has this curve", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }
}
