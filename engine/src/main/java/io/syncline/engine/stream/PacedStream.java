package io.syncline.engine.stream;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.port.ChangeStream;
import io.syncline.engine.throttle.Pace;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is read no faster than the user allows. While it may not be read it seems to have no news, and its connection is kept alive with the confirmed
 * position (T39): what waits, waits at the source.
 */
public final class PacedStream implements ChangeStream {

    private final ChangeStream stream;
    private final Pace pace;

    public PacedStream(ChangeStream stream, Pace pace) {
        this.stream = stream;
        this.pace = pace;
    }

    @Override
    public @Nullable ChangeEvent poll(Duration wait) {
        Duration closed = pace.closedFor();
        if (!closed.isZero()) {
            stream.keepAlive();
            if (!wait.isZero()) {
                LockSupport.parkNanos(this, Math.min(wait.toNanos(), closed.toNanos()));
            }
            return null;
        }
        ChangeEvent event = stream.poll(wait);
        if (event instanceof ChangeEvent.RowChange change && pace.isLimited()) {
            pace.took(1, ChangeSize.of(change));
        }
        return event;
    }

    @Override
    public void keepAlive() {
        stream.keepAlive();
    }

    @Override
    public void confirm(Position position) {
        stream.confirm(position);
    }

    @Override
    public void close() {
        stream.close();
    }
}
