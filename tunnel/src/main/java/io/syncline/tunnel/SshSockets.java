package io.syncline.tunnel;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * The connections to an SSH server, so that they can be ended at any moment: JSch itself ends one only once it has set it up, and waits for the server's greeting meanwhile.
 * Thread-safe.
 */
final class SshSockets implements SocketFactory, AutoCloseable {

    private final int patienceMillis;
    private final Set<Socket> open = new HashSet<>();
    private boolean closed;

    /** @param patience for a connection */
    SshSockets(Duration patience) {
        this.patienceMillis = Math.toIntExact(patience.toMillis());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        Socket socket = new Socket();
        keep(socket);
        try {
            socket.connect(new InetSocketAddress(host, port), patienceMillis);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private synchronized void keep(Socket socket) throws IOException {
        if (closed) {
            throw new IOException("the tunnel is closed");
        }
        open.removeIf(Socket::isClosed);
        open.add(socket);
    }

    @Override
    public InputStream getInputStream(Socket socket) throws IOException {
        return socket.getInputStream();
    }

    @Override
    public OutputStream getOutputStream(Socket socket) throws IOException {
        return socket.getOutputStream();
    }

    /** Ends every connection, also one that is being made; none is made after that. */
    @Override
    public void close() {
        Set<Socket> ending;
        synchronized (this) {
            closed = true;
            ending = Set.copyOf(open);
        }
        for (Socket socket : ending) {
            try {
                socket.close();
            } catch (IOException _) {
                // What is left of it ends with the process; nobody reads from it or writes to it.
            }
        }
    }
}
