package io.syncline.engine.task;

import io.syncline.api.task.Task;
import io.syncline.engine.run.StageRuntime;

/** What every part of one run shares. */
record RunContext(
        Task task,
        RunOptions options,
        Environment environment,
        StageRuntime runtime,
        TaskListener listener,
        RunControl control,
        RunRecall recall) {

    /** The same run, with the task as its edited file has it. */
    RunContext with(Task edited) {
        if (!edited.throttle().equals(task.throttle())) {
            // What was asked for while the run goes on holds until the file says something else.
            control.throttle(edited.throttle());
        }
        return new RunContext(edited, options, environment, runtime, listener, control, recall);
    }

    SharedRetry sharedRetry() {
        return recall.sharedRetry();
    }

    void notice(String text) {
        listener.on(new TaskEvent.Notice(text));
    }
}
