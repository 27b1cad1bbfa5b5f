package io.syncline.postgresql.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Forwards everything of a server's protocol but one row of each COPY TO STDOUT. */
final class RowLosingProxy implements AutoCloseable {
    private final int target;
    private final int lost;
    private final ServerSocket listener;
    private final List<Socket> sockets = new ArrayList<>();

    /** @param lost which row of a COPY, from 1 */
    RowLosingProxy(int target, int lost) throws IOException {
        this.target = target;
        this.lost = lost;
        this.listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    @Override
    public synchronized void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                synchronized (this) {
                    sockets.add(client);
                    sockets.add(server);
                }
                Thread.ofVirtual().start(() -> toServer(client, server));
                Thread.ofVirtual().start(() -> toClient(server, client));
            } catch (IOException _) {
                return; // closed by the test
            }
        }
    }

    private static void toServer(Socket client, Socket server) {
        try (client;
                server) {
            client.getInputStream().transferTo(server.getOutputStream());
        } catch (IOException _) {
            return; // either end has closed
        }
    }

    /** Message by message: a type, a length that counts itself, a body (without TLS every answer of the server has this form). */
    private void toClient(Socket server, Socket client) {
        int rows = 0;
        try (client;
                server;
                DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(client.getOutputStream()))) {
            while (true) {
                int type = in.readUnsignedByte();
                int length = in.readInt();
                byte[] body = in.readNBytes(length - Integer.BYTES);
                rows = type == 'd' ? rows + 1 : 0;
                if (rows != lost) {
                    out.writeByte(type);
                    out.writeInt(length);
                    out.write(body);
                }
                if (in.available() == 0) {
                    out.flush();
                }
            }
        } catch (IOException _) {
            return; // either end has closed
        }
    }
}
