package io.syncline.api.port;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One stream of changes being read. For one thread, but for {@link #close()}. */
public interface ChangeStream extends AutoCloseable {

    /**
     * The next event, or null when none came within {@code wait}. Also answers the source's keepalives, with the confirmed position only (I1).
     *
     * @throws io.syncline.api.error.SyncException when the stream broke: SOURCE_UNREACHABLE and others
     */
    @Nullable
    ChangeEvent poll(Duration wait);

    /** Keeps the connection alive without reading, with the confirmed position, when the reader has to wait (T39). Cheap: sends only when it is due. */
    void keepAlive();

    /**
     * Lets the source forget its log up to {@code position}, as far as the task does not hold it back. Only after the destination's commit that holds everything before it is
     * durable (I1).
     */
    void confirm(Position position);

    @Override
    void close();
}
