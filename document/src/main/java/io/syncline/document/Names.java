package io.syncline.document;

import io.syncline.api.task.NamePart;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectTarget;
import java.nio.charset.StandardCharsets;

/** Names of tables as users write them: {@code schema.table}, where a part in SQL double quotes is taken literally ({@code ""} is one quote). */
final class Names {

    /** Bytes of a PostgreSQL identifier (NAMEDATALEN - 1). */
    static final int MAX_BYTES = 63;

    private static final String FORM =
            "must be schema.table, such as public.orders; a part that holds dots, stars, question marks or quotes is written in SQL double quotes";

    private static final String SINGLE_FORM =
            "must be a name or a pattern; one that holds stars, question marks or quotes, or begins with !, is written in SQL double quotes";

    private final String text;
    private int at;

    private Names(String text) {
        this.text = text;
    }

    /** A text that is not of the form; the message says why. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Malformed(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }

    private record Part(String name, boolean quoted) {
        boolean isGlob() {
            return !quoted && (name.indexOf('*') >= 0 || name.indexOf('?') >= 0);
        }
    }

    /** Reads {@code public.*} and the like. */
    static ObjectPattern pattern(String text) throws Malformed {
        Part[] parts = new Names(text).parts();
        return new ObjectPattern(parts[0].name, parts[0].quoted, parts[1].name, parts[1].quoted, text);
    }

    /** A part of its own, such as a database's name, where dots need no quotes. */
    record Single(String name, boolean quoted) {}

    /** Reads {@code crm_*} and the like. */
    static Single single(String text) throws Malformed {
        if (!text.startsWith("\"")) {
            if (text.indexOf('"') >= 0 || text.isEmpty()) {
                throw new Malformed(SINGLE_FORM + "; found " + Quoted.of(text));
            }
            return new Single(text, false);
        }
        Names names = new Names(text);
        Part part = names.part();
        if (names.at < text.length()) {
            throw new Malformed(SINGLE_FORM + "; found " + Quoted.of(text));
        }
        return new Single(part.name, true);
    }

    /** Reads a place at the destination: a name in which a star that is not quoted stands for what the pattern's star stands for. */
    static ObjectTarget target(String text) throws Malformed {
        Part[] parts = new Names(text).parts();
        return new ObjectTarget(targetPart(parts[0], text), targetPart(parts[1], text));
    }

    private static NamePart targetPart(Part part, String text) throws Malformed {
        if (part.name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new Malformed("holds a name of more than " + MAX_BYTES + " bytes, which PostgreSQL would cut: "
                    + Quoted.of(part.name));
        }
        if (!part.isGlob()) {
            return NamePart.exactly(part.name);
        }
        int star = part.name.indexOf('*');
        if (star < 0 || star != part.name.lastIndexOf('*') || part.name.indexOf('?') >= 0) {
            throw new Malformed("takes one * in each part, and no other wildcard; found " + Quoted.of(text));
        }
        return new NamePart(part.name.substring(0, star), true, part.name.substring(star + 1));
    }

    private Part[] parts() throws Malformed {
        Part schema = part();
        if (at >= text.length() || text.charAt(at) != '.') {
            throw malformed();
        }
        at++;
        Part table = part();
        if (at < text.length()) {
            throw malformed();
        }
        return new Part[] {schema, table};
    }

    private Part part() throws Malformed {
        boolean quoted = at < text.length() && text.charAt(at) == '"';
        String name = quoted ? quotedPart() : plainPart();
        if (name.isEmpty()) {
            throw malformed();
        }
        return new Part(name, quoted);
    }

    private String plainPart() throws Malformed {
        int start = at;
        while (at < text.length() && text.charAt(at) != '.') {
            if (text.charAt(at) == '"') {
                throw malformed();
            }
            at++;
        }
        return text.substring(start, at);
    }

    private String quotedPart() throws Malformed {
        StringBuilder name = new StringBuilder();
        at++;
        while (at < text.length()) {
            char character = text.charAt(at++);
            if (character != '"') {
                name.append(character);
            } else if (at < text.length() && text.charAt(at) == '"') {
                name.append('"');
                at++;
            } else {
                return name.toString();
            }
        }
        throw malformed();
    }

    private Malformed malformed() {
        return new Malformed(FORM + "; found " + Quoted.of(text));
    }
}
