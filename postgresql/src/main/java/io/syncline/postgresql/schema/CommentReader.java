package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.postgresql.catalog.CatalogSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the comments on what is carried. */
final class CommentReader {

    /** One row a comment: kind of the object (an {@link ObjectRef.Kind}), its schema, its table, its name, the column. */
    private static final String COMMENTS = """
            WITH wanted (oid) AS (SELECT unnest(?::oid[])),
                 types (oid) AS (SELECT unnest(?::oid[])),
                 sequences (oid) AS (SELECT unnest(?::oid[]))
            SELECT 'TABLE' AS kind, n.nspname AS schema, '' AS parent, c.relname AS name, a.attname AS col, d.description
              FROM wanted
              JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = wanted.oid
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
             UNION ALL
            SELECT 'INDEX', n.nspname, c.relname, ic.relname, NULL, d.description
              FROM wanted
              JOIN pg_index i ON i.indrelid = wanted.oid
              JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
              JOIN pg_class ic ON ic.oid = i.indexrelid
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             UNION ALL
            SELECT CASE con.contype WHEN 'p' THEN 'PRIMARY_KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'x' THEN 'EXCLUSION'
                                    WHEN 'f' THEN 'FOREIGN_KEY' ELSE 'CHECK' END,
                   n.nspname, c.relname, con.conname, NULL, d.description
              FROM wanted
              JOIN pg_constraint con ON con.conrelid = wanted.oid AND con.contype IN ('p', 'u', 'x', 'f', 'c')
              JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = con.oid
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             UNION ALL
            SELECT 'SEQUENCE', n.nspname, '', c.relname, NULL, d.description
              FROM sequences
              JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = sequences.oid
              JOIN pg_class c ON c.oid = sequences.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             UNION ALL
            SELECT 'TYPE', n.nspname, '', t.typname, a.attname, d.description
              FROM types
              JOIN pg_type t ON t.oid = types.oid
              JOIN pg_namespace n ON n.oid = t.typnamespace
              JOIN pg_description d ON (d.classoid = 'pg_type'::regclass AND d.objoid = t.oid)
                                    OR (d.classoid = 'pg_class'::regclass AND t.typrelid <> 0 AND d.objoid = t.typrelid AND d.objsubid > 0)
              LEFT JOIN pg_attribute a ON d.classoid = 'pg_class'::regclass AND a.attrelid = t.typrelid AND a.attnum = d.objsubid
             UNION ALL
            SELECT 'SCHEMA', '', '', n.nspname, NULL, d.description
              FROM pg_namespace n
              JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
             ORDER BY kind, schema, parent, name, col""";

    private final CatalogSession session;

    CommentReader(CatalogSession session) {
        this.session = session;
    }

    /**
     * @param tables by oid
     * @param objects what is carried: comments on anything else stay behind with it
     */
    List<Comment> read(Map<Long, TableId> tables, List<Long> types, List<Long> sequences, List<SchemaObject> objects) {
        Set<ObjectRef> carried = carried(objects);
        return session
                .query(
                        COMMENTS,
                        CommentReader::comment,
                        CatalogSession.oids(tables.keySet()),
                        CatalogSession.oids(types),
                        CatalogSession.oids(sequences))
                .stream()
                .filter(comment -> carried.contains(comment.on()))
                .toList();
    }

    private static Set<ObjectRef> carried(List<SchemaObject> objects) {
        Set<ObjectRef> carried = new HashSet<>();
        for (SchemaObject object : objects) {
            carried.add(object.ref());
            if (object instanceof Table table) {
                TableId id = table.table();
                table.checks()
                        .forEach(check ->
                                carried.add(new ObjectRef(ObjectRef.Kind.CHECK, id.schema(), id.name(), check.name())));
            }
            if (object instanceof KeyConstraint key) {
                carried.add(new ObjectRef(
                        ObjectRef.Kind.INDEX, key.table().schema(), key.table().name(), key.name()));
            }
        }
        return carried;
    }

    private static Comment comment(ResultSet row) throws SQLException {
        ObjectRef on = new ObjectRef(
                ObjectRef.Kind.valueOf(row.getString("kind")),
                row.getString("schema"),
                row.getString("parent"),
                row.getString("name"));
        return new Comment(on, row.getString("col"), row.getString("description"));
    }
}
