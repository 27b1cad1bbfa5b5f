package io.syncline.postgresql.schema;

import io.syncline.api.schema.SchemaObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Puts parts in an order in which each comes after what it needs, and otherwise as they came. */
final class CreationOrder {

    private final Map<Part.Id, Part> parts = new LinkedHashMap<>();
    private final Set<Part.Id> begun = new HashSet<>();
    private final List<SchemaObject> ordered = new ArrayList<>();

    private CreationOrder(List<Part> given) {
        given.forEach(part -> parts.put(part.id(), part));
    }

    static List<SchemaObject> of(List<Part> given) {
        CreationOrder order = new CreationOrder(given);
        given.forEach(order::place);
        return List.copyOf(order.ordered);
    }

    /**
     * Depth first, without recursion: chains of types may be long. Circles do not exist in the catalog (a type must exist before it is used), except of a table with
     * its own row type, which begins once.
     */
    private void place(Part first) {
        Deque<Part> waiting = new ArrayDeque<>();
        if (begun.add(first.id())) {
            waiting.push(first);
        }
        while (!waiting.isEmpty()) {
            Part part = waiting.getFirst();
            Part next = nextNeed(part);
            if (next == null) {
                ordered.add(part.object());
                waiting.pop();
            } else {
                begun.add(next.id());
                waiting.push(next);
            }
        }
    }

    private @org.jspecify.annotations.Nullable Part nextNeed(Part part) {
        for (Part.Id need : part.needs()) {
            Part needed = parts.get(need);
            if (needed != null && !begun.contains(need)) {
                return needed;
            }
        }
        return null;
    }
}
