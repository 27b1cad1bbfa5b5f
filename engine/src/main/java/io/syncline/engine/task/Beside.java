package io.syncline.engine.task;

import io.syncline.engine.run.Periodic;
import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime.Ended;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Runs the stages of an attempt with what must go on beside all of them: the lease is renewed, so that nobody takes the task over. */
final class Beside {

    private static final Duration RENEWAL = Duration.ofSeconds(2);

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;

    Beside(RunContext context, Link link, Tenure tenure) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
    }

    /** @param more other stages that only accompany the work */
    Ended run(List<? extends Stage> work, Stage... more) throws InterruptedException {
        List<Stage> accompanying = new ArrayList<>(List.of(more));
        accompanying.add(new Periodic(
                "lease",
                RENEWAL,
                context.environment().clock(),
                () -> tenure.ledger().renew(tenure.lease())));
        return context.runtime().run(work, accompanying, link::close);
    }
}
