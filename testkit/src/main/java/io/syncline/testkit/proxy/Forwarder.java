package io.syncline.testkit.proxy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Carries the bytes of one direction of one connection: one thread reads and notes when they are due, another one writes them when the lane
 * lets them pass. So a latency does not lower the throughput.
 */
final class Forwarder {

    private static final int BUFFER = 64 * 1024;
    private static final int QUEUED = 64;
    private static final Piece LAST = new Piece(new byte[0], 0, true);

    private final Socket from;
    private final Socket to;
    private final Lane lane;
    private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(QUEUED);

    /** Bytes and the time at which they are due, or the end of all. */
    private record Piece(byte[] bytes, long due, boolean last) {}

    Forwarder(Socket from, Socket to, Lane lane) {
        this.from = from;
        this.to = to;
        this.lane = lane;
    }

    /** Reads until the sender ends; a broken connection is told to {@code broken}. */
    void read(Runnable broken) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream input = from.getInputStream();
            for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
                queue.put(new Piece(Arrays.copyOf(buffer, length), lane.dueTime(), false));
            }
            queue.put(LAST);
        } catch (IOException _) {
            broken.run(); // the connection's other half must end the same way
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the connection is being cut
        }
    }

    /**
     * Writes until the last byte has passed.
     *
     * @param broken told when the connection breaks
     * @param cutAll told when the lane's limit is reached
     */
    void write(Runnable broken, Consumer<Cut> cutAll) {
        try {
            OutputStream output = to.getOutputStream();
            for (Piece piece = queue.take(); !piece.last(); piece = queue.take()) {
                int written = 0;
                while (written < piece.bytes().length) {
                    switch (lane.await(piece.due(), piece.bytes().length - written)) {
                        case Lane.Permit.Pass(int bytes) -> {
                            output.write(piece.bytes(), written, bytes);
                            written += bytes;
                        }
                        case Lane.Permit.PassThenCut(int bytes, Cut cut) -> {
                            output.write(piece.bytes(), written, bytes);
                            cutAll.accept(cut);
                            return;
                        }
                    }
                }
            }
            to.shutdownOutput();
        } catch (IOException _) {
            broken.run(); // the connection's other half must end the same way
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the connection is being cut
        }
    }
}
