package io.syncline.postgresql.session;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a session. One can wait for its input for a limited time without taking it from the reader: the driver reads a message either at once or for as long as it
 * takes; a stream needs to wait in slices, and must not wake up a thousand times a second to find nothing. And a {@link Rush} of small pieces is collected before it is
 * read. Under TLS this is the socket beneath the encrypted one. For one reading and one writing thread; any thread may close it.
 */
public final class WaitableSocket extends Socket {

    private static final int BUFFER = 128 * 1024;

    private final Rush rush = new Rush();
    private final Way way;
    private @Nullable Input input;

    WaitableSocket(Way way) {
        this.way = way;
    }

    @Override
    public void connect(SocketAddress server, int timeout) throws IOException {
        super.connect(way.to(server), timeout);
    }

    @Override
    public synchronized InputStream getInputStream() throws IOException {
        return input();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Output(super.getOutputStream(), rush);
    }

    /**
     * True as soon as there is input, or its end; false when there was none for {@code wait}.
     *
     * @param wait zero only looks; otherwise at least a millisecond is waited
     */
    public boolean awaitInput(Duration wait) throws IOException {
        Input in = input();
        if (in.available() > 0) {
            return true;
        }
        if (wait.isZero() || wait.isNegative()) {
            return false;
        }
        int before = getSoTimeout();
        setSoTimeout(Math.clamp(wait.toMillis(), 1, Integer.MAX_VALUE));
        try {
            in.fill();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            if (!isClosed()) {
                setSoTimeout(before);
            }
        }
    }

    private synchronized Input input() throws IOException {
        if (input == null) {
            input = new Input(super.getInputStream(), rush);
        }
        return input;
    }

    /** Holds what was read while waiting. */
    private static final class Input extends InputStream {

        private final InputStream socket;
        private final Rush rush;
        private final byte[] buffer = new byte[BUFFER];
        private int at;
        private int end;
        private boolean ended;

        Input(InputStream socket, Rush rush) {
            this.socket = socket;
            this.rush = rush;
        }

        /** Reads what is there, waiting for the first byte. Only when nothing is held. */
        void fill() throws IOException {
            if (at < end || ended) {
                return;
            }
            int read = receive(buffer, 0, buffer.length);
            at = 0;
            end = Math.max(0, read);
            ended = read < 0;
        }

        private int receive(byte[] target, int offset, int length) throws IOException {
            rush.collect();
            long before = System.nanoTime();
            int read = socket.read(target, offset, length);
            rush.received(System.nanoTime() - before, read);
            return read;
        }

        @Override
        public int read() throws IOException {
            fill();
            return at < end ? buffer[at++] & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (at == end && !ended && length >= buffer.length) {
                return receive(target, offset, length);
            }
            fill();
            if (at == end) {
                return -1;
            }
            int copied = Math.min(length, end - at);
            System.arraycopy(buffer, at, target, offset, copied);
            at += copied;
            return copied;
        }

        @Override
        public int available() throws IOException {
            return at < end ? end - at : socket.available();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Whoever sends something waits for an answer, which is no rush. */
    private static final class Output extends FilterOutputStream {

        private final Rush rush;

        Output(OutputStream socket, Rush rush) {
            super(socket);
            this.rush = rush;
        }

        @Override
        public void write(int value) throws IOException {
            rush.ends();
            out.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            rush.ends();
            out.write(bytes, offset, length);
        }
    }
}
