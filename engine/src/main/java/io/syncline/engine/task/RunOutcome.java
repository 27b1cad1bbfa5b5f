package io.syncline.engine.task;

import io.syncline.api.error.SyncException;
import io.syncline.engine.precheck.PrecheckReport;

/** How a run ended. */
public sealed interface RunOutcome {

    /** All stages are done and no slot remains. */
    record Finished() implements RunOutcome {}

    /** Caught up, as asked. */
    record CaughtUp() implements RunOutcome {}

    /** Stopped by {@link TaskRunner#stop()}; a later run goes on. */
    record Stopped() implements RunOutcome {}

    record PrecheckFailed(PrecheckReport report) implements RunOutcome {}

    record Failed(SyncException cause) implements RunOutcome {}
}
