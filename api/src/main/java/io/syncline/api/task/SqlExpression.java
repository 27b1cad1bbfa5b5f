package io.syncline.api.task;

import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A scalar SQL expression as the user wrote it, over source columns. What is made by {@link #of} stays one expression wherever it is put in parentheses: it ends no
 * statement, opens no comment and leaves no quote or parenthesis open.
 *
 * @param text as in the task file
 * @param names every identifier and keyword of the text, those without quotes also in lower case, as the server looks them up
 */
public record SqlExpression(String text, Set<String> names) {

    public SqlExpression {
        names = Collections.unmodifiableSet(new TreeSet<>(names));
    }

    /** The same in every process, since tasks are known again by it. */
    @Override
    public String toString() {
        return text;
    }

    /** A text that could be more, or less, than one expression; the message says why. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        public String why() {
            return why;
        }
    }

    public static SqlExpression of(String text) throws Malformed {
        return new SqlExpression(text, new Scan(text).names());
    }

    /** False only when the text cannot be about the column. */
    public boolean mentions(String column) {
        return names.contains(column);
    }

    /** One pass over the text by PostgreSQL's lexical rules (documentation, Lexical Structure) under standard_conforming_strings. */
    private static final class Scan {

        private final String text;
        private final Set<String> names = new TreeSet<>();
        private int at;
        private int open;

        Scan(String text) {
            this.text = text;
        }

        Set<String> names() throws Malformed {
            if (text.isBlank()) {
                throw new Malformed("is empty");
            }
            while (at < text.length()) {
                step();
            }
            if (open > 0) {
                throw new Malformed("has a parenthesis that is not closed");
            }
            return names;
        }

        private void step() throws Malformed {
            char here = text.charAt(at);
            if (isStart(here)) {
                word();
                return;
            }
            switch (here) {
                case '\'' -> quoted('\'', false);
                case '"' -> names.add(quoted('"', false));
                case '$' -> dollar();
                case ';' -> throw new Malformed("holds a semicolon; it must be one expression");
                case '(' -> open++;
                case ')' -> close();
                case '-' -> refuse("--");
                case '/' -> refuse("/*");
                case '\0' -> throw new Malformed("holds a zero character");
                default -> {
                    // Digits, operators and white space open nothing.
                }
            }
            at++;
        }

        private void close() throws Malformed {
            if (--open < 0) {
                throw new Malformed("closes a parenthesis that it does not open");
            }
        }

        private void refuse(String comment) throws Malformed {
            if (text.startsWith(comment, at)) {
                throw new Malformed("holds a comment (" + comment + "); it must be one expression");
            }
        }

        private void word() throws Malformed {
            int from = at;
            while (at < text.length() && isPart(text.charAt(at))) {
                at++;
            }
            String word = text.substring(from, at);
            if (at < text.length() && text.charAt(at) == '\'' && word.equalsIgnoreCase("e")) {
                quoted('\'', true);
                at++;
            } else if (text.startsWith("&'", at) && word.equalsIgnoreCase("u")) {
                at++;
                quoted('\'', false);
                at++;
            } else if (text.startsWith("&\"", at) && word.equalsIgnoreCase("u")) {
                throw new Malformed("holds a name in Unicode escapes; write its characters");
            } else {
                names.add(word);
                names.add(word.toLowerCase(Locale.ROOT));
            }
        }

        /** Leaves {@code at} on the closing quote. */
        private String quoted(char quote, boolean backslashes) throws Malformed {
            StringBuilder content = new StringBuilder();
            for (at++; at < text.length(); at++) {
                char here = text.charAt(at);
                if (backslashes && here == '\\') {
                    at++;
                } else if (here != quote) {
                    content.append(here);
                } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                    content.append(quote);
                    at++;
                } else {
                    return content.toString();
                }
            }
            throw new Malformed("has a quote that is not closed: " + quote);
        }

        /** {@code $tag$ ... $tag$}; leaves {@code at} on the last character. */
        private void dollar() throws Malformed {
            Optional<String> tag = tag();
            if (tag.isEmpty()) {
                throw new Malformed("holds a parameter ($); there is nothing to put in its place");
            }
            int end = text.indexOf(tag.get(), at + tag.get().length());
            if (end < 0) {
                throw new Malformed("has a quote that is not closed: " + tag.get());
            }
            at = end + tag.get().length() - 1;
        }

        private Optional<String> tag() {
            int end = at + 1;
            while (end < text.length() && isPart(text.charAt(end)) && text.charAt(end) != '$') {
                end++;
            }
            boolean closed = end < text.length() && text.charAt(end) == '$';
            boolean starts = end == at + 1 || isStart(text.charAt(at + 1));
            return closed && starts ? Optional.of(text.substring(at, end + 1)) : Optional.empty();
        }

        private static boolean isStart(char character) {
            return character == '_'
                    || (character >= 'a' && character <= 'z')
                    || (character >= 'A' && character <= 'Z')
                    || character >= 0x80;
        }

        private static boolean isPart(char character) {
            return isStart(character) || character == '$' || (character >= '0' && character <= '9');
        }
    }
}
