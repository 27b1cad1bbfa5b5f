package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.Layout;
import io.syncline.api.schema.Partitioning;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.ColumnDefinition;
import io.syncline.api.schema.SchemaObject.Generated;
import io.syncline.api.schema.SchemaObject.Identity;
import io.syncline.api.schema.SchemaObject.LateCheck;
import io.syncline.api.schema.SchemaObject.NamedCheck;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.Table;
import io.syncline.postgresql.catalog.CatalogSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads tables with their columns, identities and checks. */
final class TableReader {

    private static final String TABLES = """
            SELECT c.oid, c.relpersistence = 'u' AS unlogged,
                   CASE WHEN EXISTS (SELECT 1 FROM pg_am m WHERE m.oid = c.relam AND m.amname IN ('ao_row', 'ao_column')) THEN '{}' ELSE c.reloptions::text[] END || ARRAY(SELECT 'toast.' || option FROM unnest(t.reloptions) AS option) AS options,
                   CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
                   coalesce(i.inhparent, 0) AS parent, pg_get_expr(c.relpartbound, c.oid) AS bound
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
              LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND c.relispartition""";

    /** An identity column's sequence depends on it internally (pg_depend, deptype i). Partitions have their table's identity (17 and later) or none. */
    private static final String COLUMNS = """
            SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
                   a.attnotnull AND NOT EXISTS (
                       SELECT FROM pg_constraint nn
                        WHERE nn.conrelid = a.attrelid AND nn.contype = 'n' AND NOT nn.convalidated
                          AND nn.conkey = ARRAY[a.attnum]) AS required,
                   a.attgenerated AS attgenerated, CASE WHEN c.relispartition THEN '' ELSE a.attidentity::text END AS attidentity,
                   pg_get_expr(ad.adbin, ad.adrelid) AS expression,
                   (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname)
                      FROM pg_collation co JOIN pg_namespace cn ON cn.oid = co.collnamespace
                     WHERE co.oid = a.attcollation AND a.attcollation <> t.typcollation) AS collation,
                   CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END AS needs,
                   coalesce(row_of.typrelid, 0) AS needs_row_of,
                   sn.nspname, sc.relname,
                   format_type(s.seqtypid, NULL) AS seqtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_attribute a ON a.attrelid = wanted.oid
              JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_type row_of
                ON row_of.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
              LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
              LEFT JOIN pg_depend d
                ON a.attidentity <> '' AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
               AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
              LEFT JOIN pg_sequence s ON s.seqrelid = d.objid
              LEFT JOIN pg_class sc ON sc.oid = s.seqrelid
              LEFT JOIN pg_namespace sn ON sn.oid = sc.relnamespace
             WHERE a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attrelid, a.attnum""";

    /** NOT ENFORCED constraints (18 and later) are never valid, and never break: they come with the table. */
    private static final String CHECKS = """
            SELECT con.conrelid, con.conname, pg_get_constraintdef(con.oid) AS definition,
                   con.convalidated OR coalesce(to_jsonb(con) ->> 'conenforced', 'true') = 'false' AS early,
                   con.conislocal AS own
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_constraint con ON con.conrelid = wanted.oid
             WHERE con.contype = 'c' OR (con.contype = 'n' AND NOT con.convalidated)
             ORDER BY con.conrelid, con.conname""";

    private final CatalogSession session;
    private final Map<Long, TableId> tables;

    TableReader(CatalogSession session, Map<Long, TableId> tables) {
        this.session = session;
        this.tables = new LinkedHashMap<>(tables);
    }

    private record Shell(
            long table,
            boolean unlogged,
            List<String> options,
            @Nullable String key,
            long parent,
            @Nullable String bound) {}

    private record ColumnRow(long table, ColumnDefinition column, Set<Part.Id> needs) {}

    /** @param own false for a partition's that comes with its table's */
    private record CheckRow(long table, NamedCheck check, boolean early, boolean own) {}

    /** @param late constraints that are made after the rows */
    record Tables(List<Part> parts, List<LateCheck> late) {}

    Tables read() {
        String oids = CatalogSession.oids(tables.keySet());
        Map<Long, List<ColumnRow>> columns = new HashMap<>();
        session.query(COLUMNS, TableReader::column, oids)
                .forEach(column -> columns.computeIfAbsent(column.table(), _ -> new ArrayList<>())
                        .add(column));
        Map<Long, List<CheckRow>> checks = new HashMap<>();
        session.query(CHECKS, TableReader::check, oids)
                .forEach(check -> checks.computeIfAbsent(check.table(), _ -> new ArrayList<>())
                        .add(check));
        Map<Long, Layout> layouts = LayoutReader.read(session, tables.keySet());
        Map<Long, Shell> shells = new HashMap<>();
        session.query(TABLES, TableReader::shell, oids).forEach(shell -> shells.put(shell.table(), shell));

        List<Part> parts = new ArrayList<>();
        List<LateCheck> late = new ArrayList<>();
        tables.forEach((oid, id) -> {
            Shell shell = shells.get(oid);
            if (shell == null) {
                throw SchemaReader.gone(id);
            }
            List<ColumnRow> own = columns.getOrDefault(oid, List.of());
            Set<Part.Id> needs = new HashSet<>();
            own.forEach(column -> needs.addAll(column.needs()));
            List<NamedCheck> early = new ArrayList<>();
            for (CheckRow check : checks.getOrDefault(oid, List.of())) {
                if (check.early()) {
                    early.add(check.check());
                } else if (check.own()) {
                    late.add(new LateCheck(
                            id, check.check().name(), check.check().definition()));
                }
            }
            SchemaObject table = new Table(
                    id,
                    own.stream().map(ColumnRow::column).toList(),
                    early,
                    shell.unlogged(),
                    shell.options(),
                    partitioning(shell),
                    layouts.getOrDefault(oid, Layout.UNSAID));
            if (shell.parent() != 0) {
                needs.add(Part.Id.relation(shell.parent()));
            }
            parts.add(new Part(Part.Id.relation(oid), table, needs));
        });
        return new Tables(parts, late);
    }

    private Partitioning partitioning(Shell shell) {
        TableId parent = tables.get(shell.parent());
        if (shell.parent() != 0 && parent == null) {
            throw new IllegalStateException("a partition is read with its table");
        }
        return new Partitioning(shell.key(), parent, shell.bound());
    }

    private static Shell shell(ResultSet row) throws SQLException {
        return new Shell(
                row.getLong("oid"),
                row.getBoolean("unlogged"),
                SqlArrays.texts(row, "options"),
                row.getString("partition_key"),
                row.getLong("parent"),
                row.getString("bound"));
    }

    private static ColumnRow column(ResultSet row) throws SQLException {
        String generated = row.getString("attgenerated");
        String expression = row.getString("expression");
        boolean computed = !generated.isEmpty() && expression != null;
        ColumnDefinition column = new ColumnDefinition(
                row.getString("attname"),
                row.getString("type"),
                row.getString("collation"),
                row.getBoolean("required"),
                computed ? null : expression,
                identity(row),
                computed && expression != null ? new Generated(expression, generated.equals("s")) : null);
        Set<Part.Id> needs = new HashSet<>();
        needs.add(Part.Id.type(row.getLong("needs")));
        if (row.getLong("needs_row_of") != 0) {
            needs.add(Part.Id.relation(row.getLong("needs_row_of")));
        }
        return new ColumnRow(row.getLong("attrelid"), column, needs);
    }

    private static @Nullable Identity identity(ResultSet row) throws SQLException {
        String identity = row.getString("attidentity");
        return identity.isEmpty() ? null : new Identity(identity.equals("a"), sequence(row));
    }

    /** The sequence of a row that holds its schema, name and pg_sequence's columns. */
    static Sequence sequence(ResultSet row) throws SQLException {
        return new Sequence(
                row.getString("nspname"),
                row.getString("relname"),
                row.getString("seqtype"),
                row.getLong("seqstart"),
                row.getLong("seqincrement"),
                row.getLong("seqmin"),
                row.getLong("seqmax"),
                row.getLong("seqcache"),
                row.getBoolean("seqcycle"));
    }

    private static CheckRow check(ResultSet row) throws SQLException {
        NamedCheck check = new NamedCheck(row.getString("conname"), row.getString("definition"));
        return new CheckRow(row.getLong("conrelid"), check, row.getBoolean("early"), row.getBoolean("own"));
    }
}
