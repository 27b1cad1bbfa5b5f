package io.syncline.testkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One client's connection through the proxy: two sockets and the four threads between them. */
final class ProxiedConnection {

    private final Socket client;
    private final Socket server;
    private final List<Thread> threads;
    private final Consumer<ProxiedConnection> ended;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Directions in which bytes may still pass. */
    private final AtomicInteger open = new AtomicInteger(2);

    /**
     * Prepares a connection.
     *
     * @param ended told once, when both sockets are closed
     * @param cutAll told when a lane's limit is reached
     */
    ProxiedConnection(Pair sockets, Lanes lanes, Consumer<ProxiedConnection> ended, Consumer<Cut> cutAll) {
        this.client = sockets.client();
        this.server = sockets.server();
        this.ended = ended;
        Forwarder toServer = new Forwarder(client, server, lanes.of(Direction.TO_SERVER));
        Forwarder toClient = new Forwarder(server, client, lanes.of(Direction.TO_CLIENT));
        this.threads = List.of(
                thread(() -> toServer.read(this::broken)),
                thread(() -> toClient.read(this::broken)),
                thread(() -> writeToEnd(toServer, cutAll)),
                thread(() -> writeToEnd(toClient, cutAll)));
    }

    /** The two ends. */
    record Pair(Socket client, Socket server) {}

    /** Begins to forward. */
    void start() {
        threads.forEach(Thread::start);
    }

    /** Ends both sockets and, unless one of them calls, all threads. */
    void cut(Cut how) {
        if (closed.compareAndSet(false, true)) {
            close(client, how);
            close(server, how);
            threads.stream()
                    .filter(thread -> !thread.equals(Thread.currentThread()))
                    .forEach(Thread::interrupt);
            ended.accept(this);
        }
    }

    private void broken() {
        cut(Cut.RESET);
    }

    private void writeToEnd(Forwarder forwarder, Consumer<Cut> cutAll) {
        forwarder.write(this::broken, cutAll);
        if (open.decrementAndGet() == 0) {
            cut(Cut.END);
        }
    }

    private static void close(Socket socket, Cut how) {
        try {
            if (how == Cut.RESET) {
                // close() then drops what is unsent and sends RST
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket of the proxy could not be closed", e);
        }
    }

    private static Thread thread(Runnable work) {
        return Thread.ofVirtual().name("fault-proxy").unstarted(work);
    }
}
