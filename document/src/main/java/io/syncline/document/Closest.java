package io.syncline.document;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The word that somebody who mistyped may have meant. */
final class Closest {

    private Closest() {}

    /** The nearest of {@code allowed}, or empty when none is near. */
    static Optional<String> to(String given, Collection<String> allowed) {
        String word = given.toLowerCase(Locale.ROOT);
        int near = Math.max(1, word.length() / 3);
        return allowed.stream()
                .filter(candidate -> {
                    String other = candidate.toLowerCase(Locale.ROOT);
                    boolean alike = Math.abs(word.length() - other.length()) <= near && distance(word, other) <= near;
                    return alike || (word.length() >= 3 && other.startsWith(word));
                })
                .min(Comparator.comparingInt(candidate -> distance(word, candidate.toLowerCase(Locale.ROOT))));
    }

    /** Edits between two words: letters left out, added, replaced, or two neighbours swapped. */
    private static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, 1 + Math.min(edits[i - 1][j], edits[i][j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
