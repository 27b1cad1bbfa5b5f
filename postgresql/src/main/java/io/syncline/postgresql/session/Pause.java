package io.syncline.postgresql.session;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.time.Duration;

/** Waits a moment before something is tried again. */
public final class Pause {

    private Pause() {}

    /** @throws SyncException SOURCE_UNREACHABLE when the thread is interrupted: the run is ending */
    public static void of(Duration time, String waitingFor) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SyncException(
                    ErrorCode.SOURCE_UNREACHABLE,
                    "source: the run ended while waiting for " + waitingFor,
                    "Start the task again.",
                    e);
        }
    }
}
