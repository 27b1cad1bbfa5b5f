package io.syncline.engine.task;

/** Hears a run's events, from any thread, one at a time. Must be quick and must not throw. */
@FunctionalInterface
public interface TaskListener {

    void on(TaskEvent event);
}
