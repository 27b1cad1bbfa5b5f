package io.syncline.postgresql.schema;

import io.syncline.api.schema.SchemaObject;
import java.util.Set;

/**
 * An object that must exist before rows arrive, with what has to be made before it.
 *
 * @param id in the source's catalog
 * @param needs ids of other parts; ids that are no part are nothing to wait for
 */
record Part(Id id, SchemaObject object, Set<Id> needs) {

    Part {
        needs = Set.copyOf(needs);
    }

    /** An object's place in the catalogs: oids are unique inside one of them only. */
    record Id(Catalog catalog, long oid) {
        static Id type(long oid) {
            return new Id(Catalog.TYPE, oid);
        }

        static Id relation(long oid) {
            return new Id(Catalog.RELATION, oid);
        }
    }

    enum Catalog {
        TYPE,
        RELATION
    }
}
