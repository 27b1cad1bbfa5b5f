package io.syncline.api.task;

import java.util.regex.Pattern;

/** Names by pattern: {@code *} stands for any characters, {@code ?} for one. */
final class Glob {

    private Glob() {}

    static boolean hasWildcard(String glob) {
        return glob.indexOf('*') >= 0 || glob.indexOf('?') >= 0;
    }

    /** What the one star of a glob stands for in a name that it matches. */
    static String star(String glob, String name) {
        int star = glob.indexOf('*');
        return name.substring(star, name.length() - (glob.length() - star - 1));
    }

    /** Whether it has one star and no other wildcard. */
    static boolean hasOneStar(String glob) {
        return glob.indexOf('*') >= 0 && glob.indexOf('*') == glob.lastIndexOf('*') && glob.indexOf('?') < 0;
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
