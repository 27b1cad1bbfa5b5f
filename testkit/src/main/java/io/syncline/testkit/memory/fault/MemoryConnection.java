package io.syncline.testkit.memory.fault;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.util.function.Supplier;

/** A connection of a memory port. Once broken or closed it stays so. */
public final class MemoryConnection {

    private final ErrorCode unreachable;
    private final Interference interference;
    private final Runnable onEnd;
    private boolean open = true;

    /**
     * @param unreachable SOURCE_UNREACHABLE or DESTINATION_UNREACHABLE
     * @param onEnd what the server does when the connection ends, however it ends; once
     */
    public MemoryConnection(ErrorCode unreachable, Interference interference, Runnable onEnd) {
        this.unreachable = unreachable;
        this.interference = interference;
        this.onEnd = onEnd;
    }

    public Interference interference() {
        return interference;
    }

    /** Does something at the server. */
    public <T> T call(PortCall call, Supplier<T> effect) {
        requireOpen();
        try {
            interference.before(call);
            // Whatever happened meanwhile may have ended this connection.
            requireOpen();
            T answer = effect.get();
            interference.after(call);
            requireOpen();
            return answer;
        } catch (ConnectionLost e) {
            throw lost(e);
        }
    }

    public void run(PortCall call, Runnable effect) {
        this.<Boolean>call(call, () -> {
            effect.run();
            return true;
        });
    }

    /** Breaks the connection, and says so to the caller. */
    public SyncException lost(ConnectionLost cause) {
        end();
        return new SyncException(unreachable, String.valueOf(cause.getMessage()), "Wait.", cause);
    }

    /** Ends the connection from either side. */
    public void end() {
        if (open) {
            open = false;
            onEnd.run();
        }
    }

    public boolean isOpen() {
        return open;
    }

    private void requireOpen() {
        if (!open) {
            throw new SyncException(unreachable, "the connection is closed", "Connect again.");
        }
    }
}
