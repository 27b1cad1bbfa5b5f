package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject.ForeignKey;
import io.syncline.postgresql.catalog.CatalogSession;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads foreign keys between chosen tables. */
final class ForeignKeyReader {

    /** Those that a partition has from its table, or that stand for a partition of the referenced table, come with the one they are derived from. */
    private static final String FOREIGN_KEYS = """
            SELECT con.conrelid, con.conname, con.confrelid, rn.nspname, rc.relname, own.names AS columns, far.names AS referenced,
                   period.word <> '' AS period, pg_get_constraintdef(con.oid) AS definition,
                   format('FOREIGN KEY (%s) REFERENCES %I.%I(%s)', own.quoted, rn.nspname, rc.relname, far.quoted) AS head
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_constraint con ON con.conrelid = wanted.oid AND con.contype = 'f' AND con.conparentid = 0
              JOIN pg_class rc ON rc.oid = con.confrelid
              JOIN pg_namespace rn ON rn.oid = rc.relnamespace
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN to_jsonb(con) ->> 'conperiod' = 'true' THEN 'PERIOD ' ELSE '' END) period (word)
             CROSS JOIN LATERAL (
                   SELECT array_agg(a.attname::text ORDER BY k.position),
                          string_agg(CASE WHEN k.position = cardinality(con.conkey) THEN period.word ELSE '' END
                                     || quote_ident(a.attname), ', ' ORDER BY k.position)
                     FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, position)
                     JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum) own (names, quoted)
             CROSS JOIN LATERAL (
                   SELECT array_agg(a.attname::text ORDER BY k.position),
                          string_agg(CASE WHEN k.position = cardinality(con.confkey) THEN period.word ELSE '' END
                                     || quote_ident(a.attname), ', ' ORDER BY k.position)
                     FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, position)
                     JOIN pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum) far (names, quoted)
             ORDER BY con.conrelid, con.conname""";

    private final CatalogSession session;
    private final Map<Long, TableId> tables;

    ForeignKeyReader(CatalogSession session, Map<Long, TableId> tables) {
        this.session = session;
        this.tables = tables;
    }

    /** @param leftOut those that point to a table that is not chosen */
    record ForeignKeys(List<ForeignKey> keys, List<LeftOut> leftOut) {}

    private record Row(ForeignKey key, boolean inside) {}

    ForeignKeys read() {
        List<ForeignKey> keys = new ArrayList<>();
        List<LeftOut> leftOut = new ArrayList<>();
        for (Row row : session.query(FOREIGN_KEYS, this::row, CatalogSession.oids(tables.keySet()))) {
            if (row.inside()) {
                keys.add(row.key());
            } else {
                leftOut.add(new LeftOut(row.key().ref().toString(), row.key().references() + " is not chosen"));
            }
        }
        return new ForeignKeys(keys, leftOut);
    }

    private Row row(ResultSet row) throws SQLException {
        TableId table = tables.get(row.getLong("conrelid"));
        if (table == null) {
            throw new IllegalStateException("a table that was not asked for");
        }
        String definition = row.getString("definition");
        String head = row.getString("head");
        if (!definition.startsWith(head)) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "the source prints the foreign key " + row.getString("conname") + " of " + table
                            + " in a form that is not known here: " + definition,
                    "Report this definition with the server's version.");
        }
        ForeignKey key = new ForeignKey(
                table,
                row.getString("conname"),
                SqlArrays.texts(row, "columns"),
                new TableId(table.database(), row.getString("nspname"), row.getString("relname")),
                SqlArrays.texts(row, "referenced"),
                row.getBoolean("period"),
                definition.substring(head.length()).strip());
        return new Row(key, tables.containsKey(row.getLong("confrelid")));
    }
}
