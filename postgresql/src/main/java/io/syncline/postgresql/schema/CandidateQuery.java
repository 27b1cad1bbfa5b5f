package io.syncline.postgresql.schema;

import io.syncline.api.task.Carried;
import io.syncline.postgresql.schema.Part.Catalog;

/**
 * A query whose rows are {@link Candidate}s. Its columns: oid, kind (an {@code ObjectRef.Kind}), schema, parent, name, relation, quoted (its table's name), definition,
 * firing, why, comment, more (further statements that make comments).
 *
 * @param before what stands before the table's name in a definition; empty when nothing can be put in that place
 * @param since {@code server_version_num} of the first release that has such objects
 */
record CandidateQuery(Catalog catalog, Carried kind, String before, int since, String sql) {

    /** A query of objects in schemas {@code n}, without the server's own, those of extensions and those that a type brings along. */
    static CandidateQuery own(Catalog catalog, Carried kind, String alias, String sql) {
        return new CandidateQuery(catalog, kind, "", 0, sql + """

             AND %1$s.oid >= 16384
             AND n.nspname !~ '^pg_'
             AND n.nspname <> 'information_schema'
             AND NOT EXISTS (SELECT FROM pg_depend x
                              WHERE x.classid = '%2$s'::regclass AND x.objid = %1$s.oid AND x.deptype IN ('e', 'i'))""".formatted(alias, catalog.table()));
    }
}
