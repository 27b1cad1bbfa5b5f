package io.syncline.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A TCP port on 127.0.0.1 that no other lease, of this JVM or another one, gets while this one is open. Whoever holds it may listen, stop
 * and listen again: nobody takes the port in between. The ports lie below the range from which Linux takes ports for outgoing connections,
 * and the lease itself is a listening socket on the same port of another loopback address, which the kernel frees when the JVM dies.
 */
public final class PortLease implements AutoCloseable {

    private static final int FIRST = 15_000;
    private static final int BEYOND_LAST = 32_000;
    private static final int ATTEMPTS = 200;

    private final ServerSocket guard;

    private PortLease(ServerSocket guard) {
        this.guard = guard;
    }

    /** Leases some free port. */
    public static PortLease any() {
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return open(ThreadLocalRandom.current().nextInt(FIRST, BEYOND_LAST));
            } catch (IOException e) {
                last = e;
            }
        }
        throw new EmbeddedPostgresException("No free TCP port was found on 127.0.0.1.", last);
    }

    /**
     * Leases the given port.
     *
     * @throws EmbeddedPostgresException when it is in use
     */
    public static PortLease of(int port) {
        try {
            return open(port);
        } catch (IOException e) {
            throw new EmbeddedPostgresException(
                    "The TCP port " + port + " of 127.0.0.1 is in use. Choose another one.", e);
        }
    }

    /** The leased port. */
    public int port() {
        return guard.getLocalPort();
    }

    @Override
    public void close() {
        try {
            guard.close();
        } catch (IOException e) {
            throw new EmbeddedPostgresException("The lease of the TCP port " + port() + " could not be given back.", e);
        }
    }

    private static PortLease open(int port) throws IOException {
        ServerSocket guard = listen(loopback(77), port);
        try {
            // the lease alone says nothing about programs that know no leases
            listen(loopback(1), port).close();
            return new PortLease(guard);
        } catch (IOException e) {
            guard.close();
            throw e;
        }
    }

    private static ServerSocket listen(InetAddress address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.bind(new InetSocketAddress(address, port), 1);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static InetAddress loopback(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }
}
