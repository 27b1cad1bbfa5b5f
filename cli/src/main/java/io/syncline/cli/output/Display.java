package io.syncline.cli.output;

import io.syncline.engine.task.TaskListener;
import java.time.InstantSource;
import java.time.ZoneId;

/** A run for people. */
public interface Display extends TaskListener {

    /** Prints a line of its own between those of the run. From any thread. */
    void say(String line);

    /** Bars on a terminal, plain lines elsewhere. */
    static Display forPeople(Output output, InstantSource clock) {
        return output.terminal()
                ? new TerminalDisplay(output.out())
                : new PlainDisplay(output.out(), clock, ZoneId.systemDefault());
    }
}
