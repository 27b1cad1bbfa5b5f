package io.syncline.postgresql.session;

import java.net.InetAddress;
import java.net.Socket;
import java.util.function.Consumer;
import javax.net.SocketFactory;

/**
 * Makes the driver's sockets. It instantiates this class by its name (pgjdbc's property {@code socketFactory}) and has no other way to tell which socket it uses: whoever
 * connects binds {@link #MADE} around the call, on its own thread, and is given each socket as it is made; by {@link #WAY} it tells how they find
 * the server. The last socket is the one in use: the driver opens another when
 * the server refuses TLS.
 */
public final class SessionSocketFactory extends SocketFactory {

    static final ScopedValue<Consumer<WaitableSocket>> MADE = ScopedValue.newInstance();

    static final ScopedValue<Way> WAY = ScopedValue.newInstance();

    /** Kept, since the driver asks for one more socket, on whatever thread, when it cancels a statement. */
    private final Way way = WAY.orElse(Way.DIRECT);

    @Override
    public Socket createSocket() {
        WaitableSocket socket = new WaitableSocket(way);
        if (MADE.isBound()) {
            MADE.get().accept(socket);
        }
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unconnected();
    }

    private static UnsupportedOperationException unconnected() {
        return new UnsupportedOperationException("sockets are made unconnected, so that the driver's time-out counts");
    }
}
