package io.syncline.cli.output;

import io.syncline.engine.task.TaskEvent.StateChanged;
import io.syncline.engine.task.TaskState;

/** A state change in one line: the state's name, then what it is about. */
final class StateText {

    private StateText() {}

    /** A failure's message is left to the end of the command, which tells it with its code and remedy. */
    static String of(StateChanged changed) {
        boolean bare = changed.detail().isEmpty() || changed.state() == TaskState.FAILED;
        return bare ? changed.state().name() : changed.state() + ": " + changed.detail();
    }
}
