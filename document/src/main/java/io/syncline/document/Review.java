package io.syncline.document;

/** The part of checking that a JSON Schema cannot say: it notes what is wrong beside the value. */
record Review(ParsedDocument document, Problems problems) {

    Cursor root() {
        return new Cursor(document.root(), DocumentPath.ROOT);
    }

    void wrong(Cursor value, String text) {
        problems.add(document.value(value.path()), value.path(), text);
    }

    /** For what is wrong with a key of the user's choice, not with its value. */
    void wrongKey(Cursor value, String text) {
        problems.add(document.key(value.path()), value.path(), text);
    }

    /** The line of a value, to point to from another one. */
    int line(Cursor value) {
        return document.value(value.path()).line();
    }
}
