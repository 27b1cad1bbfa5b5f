package io.syncline.testkit.proxy;

import io.syncline.embedded.PortLease;
import io.syncline.embedded.PostgresServer;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy on 127.0.0.1 in front of a server, with faults on command. Each fault counts from the moment its method returns; the port stays
 * the same throughout.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 128;

    private final InetSocketAddress target;
    private final PortLease lease = PortLease.any();
    private final Lanes lanes = new Lanes(new Lane(), new Lane());
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private @Nullable Listener listener;

    private record Listener(ServerSocket socket, Thread acceptor) {}

    private FaultProxy(InetSocketAddress target) {
        this.target = target;
    }

    /** Starts a proxy in front of a port of 127.0.0.1. */
    public static FaultProxy to(int port) {
        FaultProxy proxy = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        proxy.accept();
        return proxy;
    }

    /** Starts a proxy in front of a server. */
    public static FaultProxy to(PostgresServer server) {
        return to(server.port());
    }

    /** The port on 127.0.0.1 that clients connect to. */
    public int port() {
        return lease.port();
    }

    /** The number of connections that are open. */
    public int connections() {
        return connections.size();
    }

    /** How many bytes have passed in a direction, over all connections. */
    public long forwarded(Direction direction) {
        return lanes.of(direction).forwarded();
    }

    /** Ends all connections that are open; new ones are accepted. */
    public void cut(Cut how) {
        List.copyOf(connections).forEach(connection -> connection.cut(how));
    }

    /** Ends all connections as soon as so many more bytes have passed in a direction, once. */
    public void cutAfter(Direction direction, long bytes, Cut how) {
        lanes.of(direction).cutAfter(bytes, how);
    }

    /** Lets no byte pass in a direction; connections stay open, and new ones are accepted. */
    public void stall(Direction direction) {
        lanes.of(direction).stall();
    }

    /** Lets no byte pass in either direction. */
    public void stall() {
        stall(Direction.TO_SERVER);
        stall(Direction.TO_CLIENT);
    }

    /** Ends the stall of both directions; nothing is lost by it. */
    public void flow() {
        lanes.toServer().flow();
        lanes.toClient().flow();
    }

    /** Delays every byte that is read from now on in a direction; zero ends it. */
    public void delay(Direction direction, Duration latency) {
        lanes.of(direction).delay(latency);
    }

    /** Refuses new connections; those that are open stay so. */
    public synchronized void refuse() {
        if (listener != null) {
            close(listener.socket());
            awaitEnd(listener.acceptor());
            listener = null;
        }
    }

    /** While a thread waits in accept, a closed port goes on taking connections. */
    private static void awaitEnd(Thread acceptor) {
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the proxy's port closes", e);
        }
    }

    /** Accepts new connections again. */
    public synchronized void accept() {
        if (listener != null) {
            return;
        }
        try {
            ServerSocket opened = new ServerSocket();
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), BACKLOG);
            listener = new Listener(
                    opened, Thread.ofVirtual().name("fault-proxy-listener").start(() -> acceptUntilClosed(opened)));
        } catch (IOException e) {
            throw new UncheckedIOException("the proxy cannot listen on port " + port(), e);
        }
    }

    /** Ends everything. */
    @Override
    public void close() {
        refuse();
        cut(Cut.RESET);
        lease.close();
    }

    private void acceptUntilClosed(ServerSocket opened) {
        while (true) {
            Socket client;
            try {
                client = opened.accept();
            } catch (IOException _) {
                return; // refuse() has closed the listener
            }
            connect(client);
        }
    }

    /** A server that is not there looks through the proxy like one that hangs up at once. */
    private void connect(Socket client) {
        Socket server = new Socket();
        try {
            server.connect(target);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException _) {
            close(server);
            close(client);
            return;
        }
        ProxiedConnection connection = new ProxiedConnection(
                new ProxiedConnection.Pair(client, server), lanes, connections::remove, this::cut);
        connections.add(connection);
        connection.start();
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket of the proxy could not be closed", e);
        }
    }
}
