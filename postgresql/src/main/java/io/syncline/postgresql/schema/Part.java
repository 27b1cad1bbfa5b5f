package io.syncline.postgresql.schema;

import io.syncline.api.schema.SchemaObject;
import java.util.Set;

/**
 * An object, with what has to be made before it.
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

    /** The catalogs that objects are listed in; sequences, and the row security of a table, count as catalogs of their own. */
    enum Catalog {
        TYPE("pg_type"),
        RELATION("pg_class"),
        SEQUENCE("pg_sequence"),
        ROUTINE("pg_proc"),
        OPERATOR("pg_operator"),
        OPERATOR_CLASS("pg_opclass"),
        OPERATOR_FAMILY("pg_opfamily"),
        CAST("pg_cast"),
        COLLATION("pg_collation"),
        TEXT_SEARCH_DICTIONARY("pg_ts_dict"),
        TEXT_SEARCH_CONFIGURATION("pg_ts_config"),
        EXTENSION("pg_extension"),
        TRIGGER("pg_trigger"),
        RULE("pg_rewrite"),
        POLICY("pg_policy"),
        STATISTICS("pg_statistic_ext"),
        ROW_SECURITY("row_security");

        private final String table;

        Catalog(String table) {
            this.table = table;
        }

        String table() {
            return table;
        }

        static Catalog of(String table) {
            for (Catalog catalog : values()) {
                if (catalog.table.equals(table)) {
                    return catalog;
                }
            }
            throw new IllegalArgumentException("a catalog that was not asked for: " + table);
        }
    }
}
