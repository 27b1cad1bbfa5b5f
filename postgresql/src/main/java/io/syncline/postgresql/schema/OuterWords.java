package io.syncline.postgresql.schema;

/**
 * Finds words of a definition, as the server prints it, that stand neither in quotes nor in parentheses. The server doubles quotes inside of quotes, and writes neither comments nor dollar
 * quotes outside of bodies.
 */
final class OuterWords {

    private OuterWords() {}

    /** Where the words begin; -1 when they are not there. */
    static int find(String definition, String words) {
        int depth = 0;
        for (int at = 0; at < definition.length(); at++) {
            if (depth == 0 && definition.startsWith(words, at)) {
                return at;
            }
            switch (definition.charAt(at)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '\'', '"' -> at = endOfQuotes(definition, at);
                default -> {
                    // A character of a word.
                }
            }
        }
        return -1;
    }

    /** The index behind the parenthesis that closes the one at {@code open}. */
    static int closing(String definition, int open) {
        int depth = 0;
        for (int at = open; at < definition.length(); at++) {
            switch (definition.charAt(at)) {
                case '(' -> depth++;
                case ')' -> {
                    depth--;
                    if (depth == 0) {
                        return at + 1;
                    }
                }
                case '\'', '"' -> at = endOfQuotes(definition, at);
                default -> {
                    // A character of a word.
                }
            }
        }
        throw new IllegalArgumentException("a parenthesis is not closed: " + definition);
    }

    private static int endOfQuotes(String definition, int begin) {
        int end = definition.indexOf(definition.charAt(begin), begin + 1);
        if (end < 0) {
            throw new IllegalArgumentException("quotes are not closed: " + definition);
        }
        return end;
    }
}
