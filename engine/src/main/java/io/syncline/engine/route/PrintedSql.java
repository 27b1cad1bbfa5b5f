package io.syncline.engine.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * SQL that a server printed of one table under an empty search_path ({@code pg_get_expr}, {@code pg_get_constraintdef}, {@code pg_get_indexdef},
 * {@code pg_get_partkeydef}). There, columns stand without their table, keywords are in capitals, and every other name that is not in small letters is quoted, so that the
 * columns can be told from what else has a name: functions stand before a parenthesis, types behind {@code ::}, collations behind COLLATE, operator classes behind what they
 * are of, storage parameters directly before an equals sign (ruleutils.c).
 */
final class PrintedSql {

    /** Keywords behind which a name is no column's. */
    private static final Set<String> BEFORE_OTHERS = Set.of("COLLATE", "USING", "NAME", "AS");

    private enum Kind {
        SPACE,
        KEYWORD,
        NAME,
        LITERAL,
        OTHER
    }

    /** @param name of a NAME, without its quotes */
    private record Token(Kind kind, String text, String name) {
        boolean is(String other) {
            return text.equals(other);
        }
    }

    private final List<Token> tokens;

    PrintedSql(String text) {
        this.tokens = new Reader(text).tokens();
    }

    /** The columns that it is about. */
    List<String> columns() {
        List<String> columns = new ArrayList<>();
        for (int at = 0; at < tokens.size(); at++) {
            if (isColumn(at)) {
                columns.add(tokens.get(at).name);
            }
        }
        return columns;
    }

    /** The same words about columns of other names. */
    String with(UnaryOperator<String> names) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            text.append(isColumn(at) ? quoted(names.apply(token.name)) : token.text);
        }
        return text.toString();
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private boolean isColumn(int at) {
        if (tokens.get(at).kind != Kind.NAME) {
            return false;
        }
        int before = step(at, -1);
        int after = step(at, 1);
        if (after >= 0 && (tokens.get(after).is("(") || tokens.get(after).is("."))) {
            return false;
        }
        if (after == at + 1 && tokens.get(after).is("=")) {
            return false;
        }
        if (before < 0) {
            return true;
        }
        Token former = tokens.get(before);
        return switch (former.kind) {
            case NAME, LITERAL -> false;
            case KEYWORD -> !BEFORE_OTHERS.contains(former.text);
            case OTHER -> !former.is(")") && !former.is("]") && !former.is(".") && !former.is("::") && !isField(before);
            case SPACE -> throw new IllegalStateException("spaces are stepped over");
        };
    }

    /** {@code EXTRACT(year FROM ...)}. */
    private boolean isField(int parenthesis) {
        int before = step(parenthesis, -1);
        return tokens.get(parenthesis).is("(")
                && before >= 0
                && tokens.get(before).is("EXTRACT");
    }

    /** The next token that is no space, or -1. */
    private int step(int from, int by) {
        int at = from + by;
        while (at >= 0 && at < tokens.size() && tokens.get(at).kind == Kind.SPACE) {
            at += by;
        }
        return at < tokens.size() ? at : -1;
    }

    private static final class Reader {

        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        List<Token> tokens() {
            List<Token> tokens = new ArrayList<>();
            while (at < text.length()) {
                tokens.add(next());
            }
            return List.copyOf(tokens);
        }

        private Token next() {
            int from = at;
            char here = text.charAt(at);
            if (Character.isWhitespace(here)) {
                at++;
                return new Token(Kind.SPACE, text.substring(from, at), "");
            }
            if (here == '"' || here == '\'') {
                String content = quoted(here, false);
                String all = text.substring(from, at);
                return here == '"' ? new Token(Kind.NAME, all, content) : new Token(Kind.LITERAL, all, "");
            }
            if (Character.isDigit(here)) {
                at++;
                skipWord();
                return new Token(Kind.LITERAL, text.substring(from, at), "");
            }
            if (isStart(here)) {
                return word(from);
            }
            at += text.startsWith("::", at) ? 2 : 1;
            return new Token(Kind.OTHER, text.substring(from, at), "");
        }

        private Token word(int from) {
            skipWord();
            String word = text.substring(from, at);
            if (at < text.length()
                    && text.charAt(at) == '\''
                    && (word.equals("E") || word.equals("B") || word.equals("X"))) {
                quoted('\'', word.equals("E"));
                return new Token(Kind.LITERAL, text.substring(from, at), "");
            }
            if (word.equals("OPERATOR") && at < text.length() && text.charAt(at) == '(') {
                at = text.indexOf(')', at) + 1;
                return new Token(Kind.OTHER, text.substring(from, at), "");
            }
            boolean capitals = word.chars().anyMatch(Character::isUpperCase);
            return capitals ? new Token(Kind.KEYWORD, word, "") : new Token(Kind.NAME, word, word);
        }

        private void skipWord() {
            while (at < text.length()
                    && (isStart(text.charAt(at)) || Character.isDigit(text.charAt(at)) || text.charAt(at) == '$')) {
                at++;
            }
        }

        private static boolean isStart(char character) {
            return character == '_' || Character.isLetter(character);
        }

        /** Stands behind the closing quote afterwards. */
        private String quoted(char quote, boolean backslashes) {
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
                    at++;
                    return content.toString();
                }
            }
            throw new IllegalArgumentException("a quote is not closed in " + text);
        }
    }
}
