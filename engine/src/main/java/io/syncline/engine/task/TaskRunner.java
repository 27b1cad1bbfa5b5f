package io.syncline.engine.task;

/** A run that is going on, or about to. */
public interface TaskRunner {

    /** Runs the task in the calling thread until it ends. */
    RunOutcome run();

    /** Asks the run to end at the next transaction boundary; returns at once. From any thread. */
    void stop();
}
