package io.syncline.api.port;

/**
 * A right that a task's role needs at one end, as the statement that gives it.
 *
 * @param by who may run the statement
 * @param statement exact, for the role that the task file names, with a semicolon
 * @param why what it is for, a sentence
 * @param held whether the role has it already
 */
public record Right(Grantor by, String statement, String why, boolean held) {

    /** Who may give a right. A superuser may give all of them. */
    public enum Grantor {
        SUPERUSER("a superuser"),
        DATABASE_OWNER("the owner of the database"),
        OBJECT_OWNER("the owner of the object");

        private final String words;

        Grantor(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }
}
