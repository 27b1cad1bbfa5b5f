package io.syncline.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The signals that a process is sent; the JDK itself can only send SIGTERM and SIGKILL. */
public enum Signal {
    /** Ctrl-C; PostgreSQL's fast shutdown. */
    INT,
    /** PostgreSQL's smart shutdown; a clean stop elsewhere. */
    TERM,
    /** PostgreSQL's immediate shutdown: no checkpoint, recovery at the next start. */
    QUIT,
    /** PostgreSQL reads its settings again. */
    HUP,
    /** The process is gone at once. */
    KILL,
    /** The process stands still until {@link #CONT}. */
    STOP,
    /** A process that stands still goes on. */
    CONT;

    /** The shell's own kill, because a bare machine has no other one; $0 is the signal, the rest are process ids. */
    private static final String KILL_EACH = "kill -s \"$0\" \"$@\"";

    /**
     * Sends this signal to one process.
     *
     * @return whether the process was there to get it
     */
    public boolean send(long pid) {
        return send(List.of(pid));
    }

    /**
     * Sends this signal to processes, in this order.
     *
     * @return whether all of them were there to get it
     */
    public boolean send(List<Long> pids) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", KILL_EACH, name()));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            throw new EmbeddedPostgresException("SIG" + this + " could not be sent: /bin/sh does not start.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException("Interrupted while sending SIG" + this + ".", e);
        }
    }
}
