package io.syncline.api.task;

import java.util.List;

/**
 * Chooses roles by name: those that a pattern matches and no pattern that begins with {@code !} does.
 *
 * @param patterns globs ({@code *} and {@code ?}), as the task file has them
 */
public record Accounts(List<String> patterns) {

    public static final Accounts NONE = new Accounts(List.of());

    private static final String EXCEPT = "!";

    public Accounts {
        patterns = List.copyOf(patterns);
    }

    public boolean exist() {
        return !patterns.isEmpty();
    }

    public boolean choose(String role) {
        return patterns.stream().anyMatch(pattern -> !pattern.startsWith(EXCEPT) && Glob.matches(pattern, role))
                && patterns.stream()
                        .filter(pattern -> pattern.startsWith(EXCEPT))
                        .noneMatch(pattern -> Glob.matches(pattern.substring(EXCEPT.length()), role));
    }
}
