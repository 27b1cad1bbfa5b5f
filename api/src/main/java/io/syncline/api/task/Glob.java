package io.syncline.api.task;

import java.util.regex.Pattern;

/** Names by pattern: {@code *} stands for any characters, {@code ?} for one. */
final class Glob {

    private Glob() {}

    static boolean hasWildcard(String glob) {
        return glob.indexOf('*') >= 0 || glob.indexOf('?') >= 0;
    }

    static boolean matches(String glob, String name) {
        StringBuilder regex = new StringBuilder();
        glob.codePoints()
                .forEach(c -> regex.append(
                        switch (c) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(Character.toString(c));
                        }));
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
    }
}
