package io.syncline.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.task.Endpoint;
import io.syncline.api.task.Secret;
import io.syncline.testkit.postgres.Await;
import io.syncline.testkit.ssh.TestSshServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final String PASSPHRASE = "test passphrase";

    @TempDir
    Path folder;

    private TestSshServer ssh;
    private ServerSocket answering;
    private InetSocketAddress target;

    @BeforeEach
    void start() throws IOException {
        ssh = TestSshServer.start();
        answering = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        target = InetSocketAddress.createUnresolved("localhost", answering.getLocalPort());
        Thread.ofVirtual().start(this::answer);
    }

    private void answer() {
        try {
            while (true) {
                try (Socket socket = answering.accept()) {
                    socket.getOutputStream().write('!');
                }
            }
        } catch (IOException e) {
            assertThat(answering.isClosed()).as("the test is over: " + e).isTrue();
        }
    }

    @AfterEach
    void stop() throws IOException {
        answering.close();
        ssh.close();
    }

    @Test
    void aServerAnswersThroughTheTunnel() throws Exception {
        try (Tunnel tunnel = tunnel(Map.of("password", new Secret(TestSshServer.PASSWORD)))) {
            InetSocketAddress here = tunnel.to(target);
            assertThat(here.getAddress().isLoopbackAddress()).isTrue();
            assertThat(answered(here)).isTrue();
            assertThat(tunnel.to(target)).isEqualTo(here);
            assertThat(ssh.forwarded()).isEqualTo(1);
        }
    }

    @Test
    void aLostSessionIsOpenedAgain() throws Exception {
        try (Tunnel tunnel = tunnel(Map.of("password", new Secret(TestSshServer.PASSWORD)))) {
            InetSocketAddress before = tunnel.to(target);
            assertThat(answered(before)).isTrue();
            ssh.dropSessions();
            Await.until("the tunnel is open again", PATIENCE, () -> answered(tunnel.to(target)));
        }
    }

    @Test
    void anEncryptedKeyLetsIn() throws Exception {
        Path key = encryptedKey();
        try (Tunnel tunnel = tunnel(Map.of("key", key.toString(), "keyPassword", new Secret(PASSPHRASE)))) {
            assertThat(answered(tunnel.to(target))).isTrue();
        }
        assertRefused(Map.of("key", key.toString(), "keyPassword", new Secret("wrong")), key.toString());
        assertRefused(Map.of("key", folder.resolve("none").toString()), "none");
    }

    @Test
    void aServerIsKnownFromAFile() throws Exception {
        Path known = Files.writeString(folder.resolve("known"), ssh.knownHostsLine() + "\n");
        Map<String, Object> options = options(Map.of("password", new Secret(TestSshServer.PASSWORD)));
        options.remove("hostKey");
        options.put("knownHosts", known.toString());
        try (Tunnel tunnel = new Tunnel(read(options), PATIENCE)) {
            assertThat(answered(tunnel.to(target))).isTrue();
        }
        Files.writeString(known, "");
        assertRefused(options, "known one", ssh.fingerprint());
        assertThat(known).as("no key is learnt").isEmptyFile();
        Files.delete(known);
        assertRefused(options, known.toString());
    }

    @Test
    void anotherServerIsNotTrusted() {
        String other = "SHA256:" + "A".repeat(43);
        assertRefused(
                Map.of("password", new Secret(TestSshServer.PASSWORD), "hostKey", other),
                "known one",
                ssh.fingerprint());
    }

    @Test
    void anAccountThatIsNotLetInIsTold() {
        assertRefused(Map.of("password", new Secret("wrong")), "account");
        assertRefused(Map.of(), "account");
    }

    @Test
    void nobodyThereIsNotARefusal() throws IOException {
        ssh.close();
        try (Tunnel tunnel = tunnel(Map.of("password", new Secret(TestSshServer.PASSWORD)))) {
            assertThatThrownBy(() -> tunnel.to(target))
                    .isInstanceOfSatisfying(
                            TunnelFailure.class, e -> assertThat(e.kind()).isEqualTo(TunnelFailure.Kind.UNREACHABLE));
        }
    }

    /** Often, since it is a race against each step of the connecting. */
    @RepeatedTest(20)
    void aSilentServerDoesNotHoldUpTheEnd() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Map<String, Object> options = options(Map.of("password", new Secret(TestSshServer.PASSWORD)));
            options.put("port", silent.getLocalPort());
            Tunnel tunnel = new Tunnel(read(options), Duration.ofMinutes(5));
            CompletableFuture<@Nullable Exception> failed = new CompletableFuture<>();
            Thread opening = Thread.ofVirtual().start(() -> failed.complete(failure(tunnel)));
            try (Socket accepted = silent.accept()) {
                assertThat(accepted.isConnected()).isTrue();
                tunnel.close();
                assertThat(opening.join(PATIENCE)).isTrue();
                assertThat(failed).succeedsWithin(PATIENCE).isInstanceOf(TunnelFailure.class);
            }
            assertThat(failure(tunnel)).hasMessageContaining("ending");
        }
    }

    private @Nullable Exception failure(Tunnel tunnel) {
        try {
            tunnel.to(target);
            return null;
        } catch (TunnelFailure e) {
            return e;
        }
    }

    private Path encryptedKey() throws IOException, GeneralSecurityException {
        KeyPair pair = TestSshServer.keyPair();
        ssh.authorize(pair.getPublic());
        OpenSSHKeyEncryptionContext encryption = new OpenSSHKeyEncryptionContext();
        encryption.setPassword(PASSPHRASE);
        encryption.setCipherType("256");
        Path file = folder.resolve("id_ecdsa");
        try (OutputStream out = Files.newOutputStream(file)) {
            OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", encryption, out);
        }
        return file;
    }

    private void assertRefused(Map<String, Object> more, String... words) {
        try (Tunnel tunnel = tunnel(more)) {
            assertThatThrownBy(() -> tunnel.to(target)).isInstanceOfSatisfying(TunnelFailure.class, e -> {
                assertThat(e.kind()).isEqualTo(TunnelFailure.Kind.REFUSED);
                assertThat(e).hasMessageContainingAll(words);
                assertThat(e.getMessage()).doesNotContain(TestSshServer.PASSWORD, PASSPHRASE, "wrong");
            });
        }
    }

    private Tunnel tunnel(Map<String, Object> more) {
        return new Tunnel(read(more.containsKey("knownHosts") ? more : options(more)), PATIENCE);
    }

    private Map<String, Object> options(Map<String, Object> more) {
        Map<String, Object> options = new HashMap<>(Map.of(
                "host", "127.0.0.1", "port", ssh.port(), "user", TestSshServer.USER, "hostKey", ssh.fingerprint()));
        options.putAll(more);
        return options;
    }

    private static TunnelOptions read(Map<String, Object> options) {
        return TunnelOptions.of(new Endpoint("any", Map.of(TunnelOptions.KEY, options)))
                .orElseThrow();
    }

    /** Whether the answering server's one character comes; through a session that was just lost nothing may ever come. */
    private static boolean answered(InetSocketAddress address) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
            return socket.getInputStream().read() == '!';
        } catch (IOException e) {
            return false;
        }
    }
}
