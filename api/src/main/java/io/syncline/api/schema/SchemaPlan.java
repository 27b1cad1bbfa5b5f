package io.syncline.api.schema;

import java.util.List;

/**
 * What the chosen tables consist of and depend on.
 *
 * @param objects in the order of creation: by phase, and inside a phase what is depended on first
 * @param leftOut what belongs to the tables and is not carried
 */
public record SchemaPlan(List<SchemaObject> objects, List<LeftOut> leftOut) {

    public SchemaPlan {
        objects = List.copyOf(objects);
        leftOut = List.copyOf(leftOut);
    }

    /** The objects of one phase, in the order of creation. */
    public List<SchemaObject> of(SchemaObject.Phase phase) {
        return objects.stream().filter(object -> object.phase() == phase).toList();
    }
}
