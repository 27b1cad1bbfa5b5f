package io.syncline.engine.run;

/**
 * A piece of work that is driven from outside: it owns no thread. The local runtime gives each stage a thread, a simulation polls them in an order of its own.
 */
public interface Stage extends AutoCloseable {

    enum Progress {
        /** Something was done; poll again at once. */
        WORKED,
        /** Nothing to do at this moment; the poll has waited a little if it could. */
        IDLE,
        /** Waits for another stage. */
        BLOCKED,
        /** Waits for the clock, or for what takes others a while: nothing is lost when the next poll is many milliseconds away. */
        WAITING,
        /** There will never be more to do. */
        DONE
    }

    /** For thread names and messages. */
    String name();

    Progress poll() throws InterruptedException;

    /** Frees what the stage holds; called once, after its last poll. */
    @Override
    void close();
}
