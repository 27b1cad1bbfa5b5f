package io.syncline.document;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * The values of a file and where each of them stands.
 *
 * @param keys the place of the key, for values in a section
 * @param values the place of the value itself
 */
record ParsedDocument(JsonNode root, Map<DocumentPath, Place> keys, Map<DocumentPath, Place> values) {

    /** The key's place, or that of the nearest value around it. */
    Place key(DocumentPath path) {
        Place place = keys.get(path);
        return place != null ? place : value(path);
    }

    /** The value's place, or that of the nearest value around it. */
    Place value(DocumentPath path) {
        Place place = values.get(path);
        if (place != null) {
            return place;
        }
        return path.steps().isEmpty() ? Place.START : value(path.parent());
    }
}
