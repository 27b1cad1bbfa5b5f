package io.syncline.api.port;

/** One thing that is looked at before a start. */
public interface PrecheckItem {

    /** Stable, lower case with hyphens: {@code source-wal-level}. Documented in docs/reference/precheck.md. */
    String id();

    /** A few words for the list. */
    String title();

    /** Looks. Must change nothing. */
    Finding check();

    enum Result {
        PASSED,
        WARNING,
        FAILED
    }

    /**
     * @param found what was seen, with the values of settings and names of objects
     * @param why why it matters; empty when passed
     * @param remedy what to do, with the exact statement to copy; empty when passed
     * @param ignorable whether the user may go on in spite of it; never when its breach loses rows
     */
    record Finding(Result result, String found, String why, String remedy, boolean ignorable) {

        public static Finding passed(String found) {
            return new Finding(Result.PASSED, found, "", "", false);
        }

        public static Finding warning(String found, String why, String remedy) {
            return new Finding(Result.WARNING, found, why, remedy, true);
        }

        public static Finding failed(String found, String why, String remedy) {
            return new Finding(Result.FAILED, found, why, remedy, false);
        }
    }
}
