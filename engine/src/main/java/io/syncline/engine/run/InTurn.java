package io.syncline.engine.run;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Does the work of several stages one after the other. */
public final class InTurn implements Stage {

    private final String name;
    private final Iterator<Supplier<List<Stage>>> parts;
    private final ArrayDeque<Stage> waiting = new ArrayDeque<>();
    private @Nullable Stage current;

    /** @param parts each is asked for its stages when those of the parts before it are done */
    public InTurn(String name, List<Supplier<List<Stage>>> parts) {
        this.name = name;
        this.parts = List.copyOf(parts).iterator();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Progress poll() throws InterruptedException {
        if (current == null) {
            current = waiting.poll();
        }
        if (current == null) {
            if (!parts.hasNext()) {
                return Progress.DONE;
            }
            waiting.addAll(parts.next().get());
            return Progress.WORKED;
        }
        Progress progress = current.poll();
        if (progress != Progress.DONE) {
            return progress;
        }
        closeCurrent();
        return Progress.WORKED;
    }

    private void closeCurrent() {
        Stage ending = current;
        current = null;
        if (ending != null) {
            ending.close();
        }
    }

    @Override
    public void close() {
        closeCurrent();
        waiting.forEach(Stage::close);
        waiting.clear();
    }
}
