package io.syncline.engine.task;

import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Polls all stages in turn; time passes between two turns. */
final class TurnRuntime implements StageRuntime {

    private static final Duration TURN = Duration.ofMillis(500);

    private final Consumer<Duration> pass;
    private boolean stopping;
    private boolean ending;

    /** @param pass lets time pass, and whatever goes on elsewhere */
    TurnRuntime(Consumer<Duration> pass) {
        this.pass = pass;
    }

    @Override
    public Ended run(List<? extends Stage> work, List<? extends Stage> beside, Runnable abort)
            throws InterruptedException {
        ending = false;
        List<Stage> open = new ArrayList<>(work);
        List<Stage> all = new ArrayList<>(work);
        all.addAll(beside);
        try {
            while (!open.isEmpty() && !stopping && !ending) {
                for (Stage stage : List.copyOf(all)) {
                    if (stage.poll() == Stage.Progress.DONE) {
                        all.remove(stage);
                        open.remove(stage);
                        stage.close();
                    }
                }
                pass.accept(TURN);
            }
        } finally {
            all.forEach(Stage::close);
        }
        return open.isEmpty() ? Ended.DONE : Ended.STOPPED;
    }

    @Override
    public void stop() {
        stopping = true;
    }

    @Override
    public void endRun() {
        ending = true;
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public void pause(Duration duration) {
        pass.accept(duration);
    }

    @Override
    public Duration patience() {
        return Duration.ZERO;
    }
}
