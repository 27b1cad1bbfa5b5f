package io.syncline.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value of the document that was held against the schema, with its path. Reading tolerates values of the wrong kind, which the schema check has told already: they
 * are as if left out.
 */
record Cursor(JsonNode node, DocumentPath path) {

    Cursor key(String key) {
        return new Cursor(node.path(key), path.key(key));
    }

    boolean exists() {
        return !node.isMissingNode();
    }

    Optional<String> text() {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }

    Optional<Integer> number() {
        return node.isNumber() && node.canConvertToInt() ? Optional.of(node.intValue()) : Optional.empty();
    }

    /** True when it says {@code false}, not when it is left out. */
    boolean isFalse() {
        return node.isBoolean() && !node.booleanValue();
    }

    /** The entries of a list. */
    List<Cursor> entries() {
        List<Cursor> entries = new ArrayList<>();
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                entries.add(new Cursor(node.path(i), path.index(i)));
            }
        }
        return entries;
    }

    /** The values of a section, in the order of the file. */
    List<Cursor> values() {
        List<Cursor> values = new ArrayList<>();
        if (node.isObject()) {
            node.fieldNames().forEachRemaining(key -> values.add(key(key)));
        }
        return values;
    }

    /** The key of a value in a section. */
    String name() {
        return path.steps().getLast().toString();
    }
}
