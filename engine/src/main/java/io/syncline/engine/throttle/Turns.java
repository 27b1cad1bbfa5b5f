package io.syncline.engine.throttle;

/** How many readers of one source are at work at once, where several tasks of this process share it. Thread-safe. */
public final class Turns {

    private int taken;

    /**
     * True when it is the caller's turn, who then gives it back.
     *
     * @param most how many may be at work
     */
    public synchronized boolean take(int most) {
        if (taken >= most) {
            return false;
        }
        taken++;
        return true;
    }

    public synchronized void giveBack() {
        taken--;
    }
}
