package io.syncline.testkit.proxy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pooler on 127.0.0.1 that gives a server's process to its clients transaction by transaction, as PgBouncer does with {@code pool_mode = transaction}, and that takes the settings
 * a session starts with. It has one connection to the server, for one user and database; who comes after the first is let in without a question.
 */
public final class TransactionPooler implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int CANCEL_REQUEST = 80877102;

    private final ServerSocket listener;
    private final int serverPort;
    private final List<Socket> sockets = new ArrayList<>();
    /** Held by the client that has a transaction open. */
    private final ReentrantLock transaction = new ReentrantLock();

    private @Nullable Pooled pooled;

    /** @param greeting what the server said once it had let the first client in */
    private record Pooled(DataInputStream in, DataOutputStream out, List<Message> greeting) {}

    private record Message(byte type, byte[] body) {

        static Message read(DataInputStream in) throws IOException {
            byte type = in.readByte();
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            return new Message(type, body);
        }

        void write(DataOutputStream out) throws IOException {
            out.writeByte(type);
            out.writeInt(body.length + 4);
            out.write(body);
            out.flush();
        }

        boolean is(char letter) {
            return type == letter;
        }

        int code() {
            return ByteBuffer.wrap(body).getInt();
        }
    }

    private TransactionPooler(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    /** Starts a pooler in front of a server's port of 127.0.0.1. */
    public static TransactionPooler to(int port) throws IOException {
        TransactionPooler pooler =
                new TransactionPooler(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
        Thread.ofVirtual().name("pooler").start(pooler::accept);
        return pooler;
    }

    /** The port on 127.0.0.1 that clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = opened(listener.accept());
                Thread.ofVirtual().name("pooled").start(() -> serve(client));
            }
        } catch (SocketException e) {
            // It is closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket client) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            byte[] startup = startup(in, out);
            if (startup.length > 0) {
                greet(startup, in, out);
                pass(in, out);
            }
        } catch (EOFException | SocketException e) {
            // The client has left.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (transaction.isHeldByCurrentThread()) {
                transaction.unlock();
            }
        }
    }

    /** Empty when the client wants no session. */
    private static byte[] startup(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            byte[] body = new byte[in.readInt() - 4];
            in.readFully(body);
            switch (new Message((byte) 0, body).code()) {
                case SSL_REQUEST -> {
                    out.writeByte('N');
                    out.flush();
                }
                case CANCEL_REQUEST -> {
                    return new byte[0];
                }
                default -> {
                    return body;
                }
            }
        }
    }

    private synchronized void greet(byte[] startup, DataInputStream in, DataOutputStream out) throws IOException {
        if (pooled == null) {
            pooled = first(startup, in, out);
            return;
        }
        for (Message message : pooled.greeting()) {
            message.write(out);
        }
    }

    /** The first client proves itself to the server. */
    private Pooled first(byte[] startup, DataInputStream in, DataOutputStream out) throws IOException {
        Socket server = opened(new Socket(InetAddress.getLoopbackAddress(), serverPort));
        DataInputStream fromServer = new DataInputStream(server.getInputStream());
        DataOutputStream toServer = new DataOutputStream(server.getOutputStream());
        toServer.writeInt(startup.length + 4);
        toServer.write(startup);
        toServer.flush();
        List<Message> greeting = new ArrayList<>();
        Message told;
        do {
            told = Message.read(fromServer);
            told.write(out);
            boolean letIn = told.is('R') && told.code() == 0;
            if (letIn || !greeting.isEmpty()) {
                greeting.add(told);
            } else if (told.is('R') && told.code() != 12) {
                Message.read(in).write(toServer);
            }
        } while (!told.is('Z'));
        return new Pooled(fromServer, toServer, greeting);
    }

    private void pass(DataInputStream in, DataOutputStream out) throws IOException {
        Pooled server = pooled();
        while (true) {
            Message asked = Message.read(in);
            if (asked.is('X')) {
                return;
            }
            if (!transaction.isHeldByCurrentThread()) {
                transaction.lock();
            }
            asked.write(server.out());
            if (asked.is('Q') || asked.is('S')) {
                answer(server, out);
            }
        }
    }

    private synchronized Pooled pooled() {
        if (pooled == null) {
            throw new IllegalStateException("nobody was greeted");
        }
        return pooled;
    }

    private void answer(Pooled server, DataOutputStream out) throws IOException {
        Message told;
        do {
            told = Message.read(server.in());
            told.write(out);
        } while (!told.is('Z'));
        if (told.body()[0] == 'I') {
            transaction.unlock();
        }
    }

    private Socket opened(Socket socket) {
        synchronized (sockets) {
            sockets.add(socket);
        }
        return socket;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
