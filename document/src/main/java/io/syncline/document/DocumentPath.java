package io.syncline.document;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The way from the document's root to a value, printed as {@code $.objects[0].rename["a b"]}.
 *
 * @param steps keys (String) and indexes (Integer)
 */
record DocumentPath(List<Object> steps) {

    static final DocumentPath ROOT = new DocumentPath(List.of());

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$-]*");

    DocumentPath {
        steps = List.copyOf(steps);
    }

    DocumentPath key(String key) {
        return with(key);
    }

    DocumentPath index(int index) {
        return with(index);
    }

    /** The place that holds this one; the root's is itself. */
    DocumentPath parent() {
        return steps.isEmpty() ? this : new DocumentPath(steps.subList(0, steps.size() - 1));
    }

    private DocumentPath with(Object step) {
        List<Object> longer = new ArrayList<>(steps);
        longer.add(step);
        return new DocumentPath(longer);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("$");
        for (Object step : steps) {
            if (step instanceof String key && PLAIN.matcher(key).matches()) {
                text.append('.').append(key);
            } else if (step instanceof String key) {
                text.append('[').append(Quoted.of(key)).append(']');
            } else {
                text.append('[').append(step).append(']');
            }
        }
        return text.toString();
    }
}
