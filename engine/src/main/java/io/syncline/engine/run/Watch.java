package io.syncline.engine.run;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tells the failure of some stages from that of others which run at the same time. */
public final class Watch {

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Whether this was thrown by a stage that is watched. */
    @SuppressWarnings("ReferenceEquality")
    public boolean saw(Throwable thrown) {
        return failure.get() == thrown;
    }

    public List<Stage> over(List<? extends Stage> stages) {
        return stages.stream().<Stage>map(Watched::new).toList();
    }

    private final class Watched implements Stage {

        private final Stage stage;

        Watched(Stage stage) {
            this.stage = stage;
        }

        @Override
        public String name() {
            return stage.name();
        }

        @Override
        public Progress poll() throws InterruptedException {
            try {
                return stage.poll();
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
                throw e;
            }
        }

        @Override
        public void close() {
            stage.close();
        }
    }
}
