package io.syncline.cli.endtoend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A listener on 127.0.0.1 that is no PostgreSQL server. */
final class Endpoint implements AutoCloseable {

    private static final int MOST_READ = 1024;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<Socket> held = new ArrayList<>();
    private final byte @Nullable [] answer;

    private Endpoint(byte @Nullable [] answer) throws IOException {
        this.answer = answer;
        Thread.ofVirtual().name("endpoint").start(this::accept);
    }

    /** Answers what a client says first with these bytes, and closes. */
    static Endpoint answering(byte[] answer) throws IOException {
        return new Endpoint(answer);
    }

    /** Accepts and never says a word. */
    static Endpoint silent() throws IOException {
        return new Endpoint(null);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                if (answer == null) {
                    hold(socket);
                    continue;
                }
                try (socket) {
                    if (answer.length > 0) {
                        socket.getInputStream().read(new byte[MOST_READ]);
                        socket.getOutputStream().write(answer);
                    }
                }
            }
        } catch (SocketException e) {
            // the test is over
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private synchronized void hold(Socket socket) {
        held.add(socket);
    }

    @Override
    public synchronized void close() throws IOException {
        listener.close();
        for (Socket socket : held) {
            socket.close();
        }
    }
}
