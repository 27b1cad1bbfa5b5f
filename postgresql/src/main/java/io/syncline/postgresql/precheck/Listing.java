package io.syncline.postgresql.precheck;

import java.util.List;
import java.util.stream.Collectors;

/** Shortens long lists of names and statements for people. */
final class Listing {

    private static final int NAMES = 10;
    private static final int STATEMENTS = 50;

    private Listing() {}

    /** {@code a, b, c and 17 more}. */
    static String names(List<String> names) {
        String shown = names.stream().limit(NAMES).collect(Collectors.joining(", "));
        return names.size() <= NAMES ? shown : shown + " and " + (names.size() - NAMES) + " more";
    }

    /** One a line. */
    static String statements(List<String> statements) {
        String shown = statements.stream().limit(STATEMENTS).collect(Collectors.joining("\n"));
        return statements.size() <= STATEMENTS
                ? shown
                : shown + "\n-- and " + (statements.size() - STATEMENTS) + " more of the same form";
    }

    /** {@code 1 table}, {@code 3 tables}. */
    static String count(int number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }
}
