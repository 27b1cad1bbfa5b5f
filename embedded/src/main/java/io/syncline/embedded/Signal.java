package io.syncline.embedded;

import java.io.IOException;

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

    /**
     * Sends this signal.
     *
     * @return whether the process was there to get it
     */
    public boolean send(long pid) {
        try {
            // the shell's own kill: a bare machine has no other one
            return new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", name(), Long.toString(pid))
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
