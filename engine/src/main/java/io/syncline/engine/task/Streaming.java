package io.syncline.engine.task;

import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.run.StageRuntime.Ended;

/** The incremental stage of an attempt. */
@SuppressWarnings("DoNotCallSuggester")
final class Streaming {

    Streaming(RunContext context, Link link, Tenure tenure, Beside beside) {}

    Ended catchUp(RoutePlan plan) {
        throw new IllegalStateException();
    }

    Ended follow(RoutePlan plan) {
        throw new IllegalStateException();
    }
}
