package io.syncline.postgresql.schema;

import io.syncline.testkit.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database's structure as lines of text, by queries that share nothing with the code under test. */
final class CatalogPicture {

    private static final String USER = "('pg_catalog', 'information_schema', 'pg_toast', 'syncline')";

    private static final List<String> QUERIES = List.of(
            """
            SELECT 'column', table_schema, table_name, row_number() OVER (PARTITION BY table_schema, table_name ORDER BY ordinal_position),
                   column_name, data_type, udt_schema, udt_name, domain_schema, domain_name, character_maximum_length, numeric_precision,
                   numeric_scale, datetime_precision, interval_type, interval_precision, is_nullable, column_default, collation_name, is_identity, identity_start,
                   identity_increment, identity_maximum, identity_minimum, identity_cycle, is_generated, generation_expression
              FROM information_schema.columns WHERE table_schema NOT IN %s""",
            """
            SELECT 'constraint', conrelid::regclass::text, contypid::regtype::text, conname, contype, convalidated, condeferrable, condeferred,
                   pg_get_constraintdef(oid)
              FROM pg_constraint WHERE connamespace::regnamespace::text NOT IN %s
               AND (contype <> 'n' OR NOT convalidated) AND conname <> 'away'""",
            "SELECT 'index', schemaname, tablename, indexname, indexdef FROM pg_indexes WHERE schemaname NOT IN %s",
            """
            SELECT 'relation', n.nspname, c.relname, c.relkind, c.relpersistence, c.reloptions::text, t.reloptions::text
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
             WHERE n.nspname NOT IN %s AND c.relkind IN ('r', 'S', 'i', 'c')""",
            """
            SELECT 'enum', t.typname, n.nspname, string_agg(e.enumlabel, '|' ORDER BY e.enumsortorder)
              FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE n.nspname NOT IN %s GROUP BY 2, 3""",
            """
            SELECT 'domain', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod), co.collname, t.typdefault, t.typnotnull
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_collation co ON co.oid = t.typcollation
             WHERE t.typtype = 'd' AND n.nspname NOT IN %s""",
            """
            SELECT 'attribute', n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), co.collname
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
              LEFT JOIN pg_collation co ON co.oid = a.attcollation WHERE c.relkind = 'c' AND n.nspname NOT IN %s""",
            """
            SELECT 'sequence', schemaname, sequencename, data_type, start_value, min_value, max_value, increment_by, cycle, cache_size, last_value
              FROM pg_sequences WHERE schemaname NOT IN %s""",
            """
            SELECT 'owner', s.relname, d.deptype, d.refobjid::regclass::text, a.attname
              FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
              JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE s.relkind = 'S' AND s.relnamespace::regnamespace::text NOT IN %s""",
            """
            SELECT 'comment', o.type, o.identity, d.description
              FROM pg_description d CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
             WHERE d.objoid >= 16384 AND coalesce(o.schema, '') NOT IN %s AND o.identity NOT LIKE 'away on %%'""");

    private CatalogPicture() {}

    /** Lines without the table other.not_chosen, which no test carries. */
    static List<String> of(Sql sql) {
        sql.execute("SET search_path = ''");
        List<String> lines = new ArrayList<>();
        for (String query : QUERIES) {
            for (List<@Nullable String> row : sql.rows(query.formatted(USER))) {
                String line = row.toString();
                if (!line.contains("not_chosen")) {
                    lines.add(line);
                }
            }
        }
        lines.sort(null);
        return lines;
    }
}
