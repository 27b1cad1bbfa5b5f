package io.syncline.engine.simulation;

import io.syncline.engine.run.Stage;
import io.syncline.engine.run.StageRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** Drives all stages with the calling thread, in an order that chance decides. What happens elsewhere in the world happens between two polls. */
final class SimulatedRuntime implements StageRuntime {

    private static final int MOST_WAITS = 10_000;

    private final World world;
    private final SimulatedProcess process;
    /** The stages of the present run: those of its work that are not done, and all that are not closed. */
    private List<Stage> open = List.of();

    private List<Stage> all = List.of();
    /** Stages inside of a poll: more than one when a poll waits for a lock. */
    private final Set<Stage> polled = Collections.newSetFromMap(new IdentityHashMap<>());

    private int waits;
    private boolean stopping;
    private boolean ending;

    SimulatedRuntime(World world, SimulatedProcess process) {
        this.world = world;
        this.process = process;
    }

    @Override
    public Ended run(List<? extends Stage> work, List<? extends Stage> beside, Runnable abort)
            throws InterruptedException {
        ending = false;
        open = new ArrayList<>(work);
        all = new ArrayList<>(work);
        all.addAll(beside);
        try {
            while (!open.isEmpty() && !stopping && !ending) {
                world.between(process);
                if (!stopping) {
                    poll(world.chance().pick(all));
                }
            }
        } catch (RuntimeException e) {
            closeAfter(e, all);
            throw e;
        }
        all.forEach(Stage::close);
        return open.isEmpty() ? Ended.DONE : Ended.STOPPED;
    }

    private void poll(Stage stage) throws InterruptedException {
        polled.add(stage);
        Stage.Progress progress = stage.poll();
        polled.remove(stage);
        world.trace().add(process + " " + stage.name() + " " + progress);
        switch (progress) {
            case WORKED -> world.pass(1);
            case IDLE, BLOCKED, WAITING -> world.idle();
            case DONE -> {
                all.remove(stage);
                open.remove(stage);
                stage.close();
            }
        }
    }

    /** Polls another stage while one waits for a lock, as another thread would; false when there is none, or nothing comes of it. */
    boolean letOthersAct() {
        List<Stage> others =
                all.stream().filter(stage -> !polled.contains(stage)).toList();
        if (others.isEmpty() || ++waits > MOST_WAITS) {
            return false;
        }
        try {
            poll(world.chance().pick(others));
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void closeAfter(RuntimeException failure, List<Stage> stages) {
        for (Stage stage : stages) {
            try {
                stage.close();
            } catch (RuntimeException e) {
                failure.addSuppressed(e);
            }
        }
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
        world.between(process);
        world.advance(duration);
    }

    @Override
    public Duration patience() {
        return Duration.ZERO;
    }
}
