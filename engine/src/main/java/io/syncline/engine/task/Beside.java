package io.syncline.engine.task;

import io.syncline.engine.run.Periodic;
import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime.Ended;
import io.syncline.engine.run.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stages of an attempt with what must go on beside all of them: the lease is renewed, so that nobody takes the task over, what people ask of the run is heard, and
 * what the source keeps for the task is watched, as is who shares a database with it.
 */
final class Beside {

    private static final Duration RENEWAL = Duration.ofSeconds(2);

    /** A command is obeyed within 2 seconds. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final RunContext context;
    private final Link link;
    private final Tenure tenure;
    private final SourceCare care;
    /** One for all stages: it may wait for the ledger, and many of them are short. */
    private final Stage sharedRetry;

    Beside(RunContext context, Link link, Tenure tenure) {
        this.context = context;
        this.link = link;
        this.tenure = tenure;
        this.care = new SourceCare(
                link.source().changeLog(tenure.task())::retained,
                context.task().sourceLog(),
                link.source().address(),
                context::notice);
        this.sharedRetry = new Periodic(
                "retry windows",
                SharedRetry.EVERY,
                context.environment().clock(),
                () -> context.sharedRetry().look(context, tenure));
    }

    /** @param more other stages that only accompany the work */
    Ended run(List<? extends Stage> work, Stage... more) throws InterruptedException {
        List<Stage> accompanying = new ArrayList<>(List.of(more));
        accompanying.add(new Periodic(
                "lease",
                RENEWAL,
                context.environment().clock(),
                () -> tenure.ledger().renew(tenure.lease())));
        accompanying.add(new Periodic(
                "control",
                LOOK,
                context.environment().clock(),
                () -> context.control().look(tenure, context.runtime()::endRun)));
        accompanying.add(sharedRetry);
        if (context.task().runs(io.syncline.api.task.Stage.INCREMENTAL)) {
            accompanying.add(new Periodic(
                    "source care", SourceCare.EVERY, context.environment().clock(), care::look));
        }
        return context.runtime().run(work, accompanying, link::close);
    }

    /** Does one thing that may take long, such as waiting for a snapshot; empty when the run was stopped meanwhile. */
    <T> Optional<T> get(String name, Supplier<T> step) throws InterruptedException {
        AtomicReference<@Nullable T> result = new AtomicReference<>();
        Ended ended = run(List.of(new Steps(name, List.of(() -> result.set(step.get())))));
        return ended == Ended.STOPPED ? Optional.empty() : Optional.ofNullable(result.get());
    }
}
