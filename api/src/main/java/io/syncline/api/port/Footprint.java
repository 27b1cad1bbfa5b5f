package io.syncline.api.port;

/**
 * One kind of statement that sessions of a task run at its source.
 *
 * @param when in the course of a task
 * @param statement its form; {@code …} stands for names, values and lists
 * @param locks what it locks, or makes others wait for; an object that it leaves at the source is named here too
 * @param lasts how long, or how often
 */
public record Footprint(When when, String statement, String locks, String lasts) {

    /** Parts of a task's course. */
    public enum When {
        EVERY_SESSION("in every session"),
        LOOKING("when the source is looked at: precheck, explain, grants, planning"),
        START("when the task starts"),
        LOAD("while rows are copied"),
        STREAM("while changes are followed"),
        COMPARE("when rows are compared"),
        CLEAN("when the task is cleaned");

        private final String words;

        When(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }
}
