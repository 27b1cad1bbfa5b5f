package io.syncline.engine.run;

import java.util.Iterator;
import java.util.List;

/** Does things one after the other, one a poll. */
public final class Steps implements Stage {

    private final String name;
    private final Iterator<Runnable> steps;

    public Steps(String name, List<Runnable> steps) {
        this.name = name;
        this.steps = List.copyOf(steps).iterator();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Progress poll() {
        if (!steps.hasNext()) {
            return Progress.DONE;
        }
        steps.next().run();
        return Progress.WORKED;
    }

    @Override
    public void close() {}
}
