package io.syncline.tunnel;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A way to servers that an SSH server reaches. Each of them gets a port on this machine's loopback, as with {@code ssh -L}. The SSH session is opened when the first server is
 * asked for, opened again when it was lost, and ended with this. Thread-safe.
 */
public final class Tunnel implements AutoCloseable {

    private final SshLogin login;
    private final Duration patience;
    private final SshSockets sockets;
    /** Held while the way is made, which takes time; the fields are guarded by this object's monitor, which close must never wait for. */
    private final ReentrantLock making = new ReentrantLock();

    private final Map<InetSocketAddress, Integer> ports = new HashMap<>();
    private @Nullable Session session;
    private boolean closed;

    /** @param patience for each step of the way, such as the greeting of the SSH server */
    public Tunnel(TunnelOptions options, Duration patience) {
        this.login = new SshLogin(options);
        this.patience = patience;
        this.sockets = new SshSockets(patience);
    }

    /**
     * Where to connect instead of {@code server}. That port answers whether the server does or not: when the SSH server cannot reach it, the connection ends at once.
     *
     * @param server by a name or address that the SSH server understands; it need not be resolved
     */
    public InetSocketAddress to(InetSocketAddress server) throws TunnelFailure {
        making.lock();
        try {
            Session open = session();
            Integer port = known(server);
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port == null ? forward(open, server) : port);
        } finally {
            making.unlock();
        }
    }

    private Session session() throws TunnelFailure {
        Session known = current();
        if (known != null && known.isConnected()) {
            return known;
        }
        Session session = login.prepare();
        session.setSocketFactory(sockets);
        adopt(session);
        try {
            session.connect(Math.toIntExact(patience.toMillis()));
            return session;
        } catch (JSchException e) {
            session.disconnect();
            throw isClosed() ? ending() : login.failure(session, e);
        }
    }

    private int forward(Session open, InetSocketAddress server) throws TunnelFailure {
        try {
            int port = open.setPortForwardingL(
                    InetAddress.getLoopbackAddress().getHostAddress(), 0, server.getHostString(), server.getPort());
            remember(server, port);
            if (isClosed()) {
                open.disconnect();
                throw ending();
            }
            return port;
        } catch (JSchException e) {
            throw isClosed() ? ending() : login.failure(open, e);
        }
    }

    private synchronized @Nullable Session current() {
        return session;
    }

    private synchronized @Nullable Integer known(InetSocketAddress server) {
        return ports.get(server);
    }

    private synchronized void remember(InetSocketAddress server, int port) {
        ports.put(server, port);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private TunnelFailure ending() {
        return new TunnelFailure(
                TunnelFailure.Kind.UNREACHABLE, login.what("the run is ending"), "Start the task again.");
    }

    private synchronized void adopt(Session opening) throws TunnelFailure {
        if (closed) {
            throw ending();
        }
        Session lost = session;
        if (lost != null) {
            lost.disconnect();
        }
        ports.clear();
        session = opening;
    }

    /** Ends every connection through this, also while the way is being made. */
    @Override
    public void close() {
        Session ending;
        synchronized (this) {
            closed = true;
            ending = session;
        }
        sockets.close();
        // Whoever makes the way has just lost its connection, and ends the session itself: JSch does not bear both at
        // once.
        if (ending != null && making.tryLock()) {
            try {
                ending.disconnect();
            } finally {
                making.unlock();
            }
        }
    }
}
