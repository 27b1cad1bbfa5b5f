package io.syncline.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.testkit.postgres.Await;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client on one side, an echo server on the other. */
class FaultProxyTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final byte[] WORD = {1, 2, 3, 4, 5, 6, 7, 8};

    private final ServerSocket echo = echoServer();
    private final FaultProxy proxy = FaultProxy.to(echo.getLocalPort());

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void forwardsAndEndsWithTheClient() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo(WORD);
            assertThat(proxy.connections()).isOne();
            assertThat(proxy.forwarded(Direction.TO_SERVER)).isEqualTo(WORD.length);
            client.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        Await.until("no connection is left", LIMIT, () -> proxy.connections() == 0);
    }

    @Test
    void forwardsMoreThanItHolds() throws Exception {
        byte[] much = new byte[20_000_000];
        for (int index = 0; index < much.length; index++) {
            much[index] = (byte) ((index * 31) >>> 7);
        }
        try (Socket client = connect()) {
            Thread sender = Thread.ofVirtual().start(() -> send(client, much));
            assertThat(client.getInputStream().readNBytes(much.length)).isEqualTo(much);
            sender.join();
        }
    }

    @Test
    void resetsAllConnections() throws IOException {
        try (Socket first = connect();
                Socket second = connect()) {
            ask(first);
            ask(second);
            proxy.cut(Cut.RESET);
            for (Socket client : new Socket[] {first, second}) {
                assertThatThrownBy(() -> client.getInputStream().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessageContaining("reset");
            }
            assertThat(proxy.connections()).isZero();
            try (Socket third = connect()) {
                assertThat(ask(third)).isEqualTo(WORD);
            }
        }
    }

    @Test
    void endsAllConnectionsInOrder() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            proxy.cut(Cut.END);
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesNewConnectionsOnly() throws IOException {
        try (Socket open = connect()) {
            ask(open);
            proxy.refuse();
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            assertThat(ask(open)).isEqualTo(WORD);
            proxy.accept();
            try (Socket other = connect()) {
                assertThat(ask(other)).isEqualTo(WORD);
            }
        }
    }

    @Test
    void stallsAndLosesNothing() throws IOException {
        for (Direction direction : Direction.values()) {
            try (Socket client = connect()) {
                proxy.stall(direction);
                client.getOutputStream().write(WORD);
                client.setSoTimeout(200);
                assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                proxy.flow();
                client.setSoTimeout((int) LIMIT.toMillis());
                assertThat(client.getInputStream().readNBytes(WORD.length)).isEqualTo(WORD);
            }
        }
    }

    @Test
    void aStalledConnectionCanBeCut() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            proxy.stall();
            client.getOutputStream().write(WORD);
            proxy.cut(Cut.RESET);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(proxy.connections()).isZero();
        }
    }

    @Test
    void delaysEachWay() throws IOException {
        try (Socket client = connect()) {
            ask(client);
            proxy.delay(Direction.TO_SERVER, Duration.ofMillis(60));
            proxy.delay(Direction.TO_CLIENT, Duration.ofMillis(40));
            long begin = System.nanoTime();
            ask(client);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        }
    }

    @Test
    void cutsAtAByte() throws IOException {
        try (Socket client = connect()) {
            proxy.cutAfter(Direction.TO_CLIENT, 5, Cut.END);
            client.getOutputStream().write(WORD);
            assertThat(client.getInputStream().readAllBytes()).containsExactly(1, 2, 3, 4, 5);
        }
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo(WORD);
        }
    }

    @Test
    void looksLikeAServerThatHangsUpWhenTheServerIsGone() throws IOException {
        echo.close();
        try (Socket client = connect()) {
            int read = client.getInputStream().read();
            assertThat(read).isEqualTo(-1);
        } catch (SocketException reset) {
            // The same, seen a moment later: the proxy's end was closed before this one was accepted.
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static byte[] ask(Socket client) throws IOException {
        client.getOutputStream().write(WORD);
        return client.getInputStream().readNBytes(WORD.length);
    }

    private static void send(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ServerSocket echoServer() {
        try {
            ServerSocket server = new ServerSocket();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofVirtual().start(() -> {
                while (!server.isClosed()) {
                    try {
                        Socket client = server.accept();
                        Thread.ofVirtual().start(() -> echo(client));
                    } catch (IOException _) {
                        return; // closed by the test
                    }
                }
            });
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException _) {
            return; // cut by the proxy
        }
    }
}
