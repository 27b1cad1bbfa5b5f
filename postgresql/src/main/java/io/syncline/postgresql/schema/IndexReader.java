package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Index;
import io.syncline.api.schema.SchemaObject.KeyConstraint;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.KeyIndex;
import io.syncline.postgresql.catalog.KeyReader;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Reads keys, unique and exclusion constraints, and indexes that no constraint made. */
final class IndexReader {

    /** An index that a partition has from its table is made with the table's. */
    private static final String CONSTRAINTS = """
            SELECT con.conrelid, con.conindid, con.conname, con.contype, pg_get_constraintdef(con.oid) AS definition,
                   CASE WHEN con.condeferrable THEN ' DEFERRABLE' ELSE '' END
                   || CASE WHEN con.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END AS deferral,
                   ic.reloptions::text[] AS options
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_constraint con ON con.conrelid = wanted.oid AND con.contype IN ('p', 'u', 'x')
              JOIN pg_class ic ON ic.oid = con.conindid
             WHERE NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = con.conindid)
             ORDER BY con.conrelid, con.contype, con.conname""";

    /** pg_get_indexdef always prints the table qualified; what stands before its name and method is built here as the server builds it, and cut off. */
    private static final String INDEXES = """
            SELECT i.indrelid, i.indexrelid, ic.relname, i.indisunique, i.indisvalid, pg_get_indexdef(i.indexrelid) AS definition,
                   format('CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END,
                          ic.relname, CASE WHEN ic.relkind = 'I' THEN 'ONLY ' ELSE '' END, tn.nspname, tc.relname) AS head
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_index i ON i.indrelid = wanted.oid
              JOIN pg_class ic ON ic.oid = i.indexrelid
              JOIN pg_class tc ON tc.oid = i.indrelid
              JOIN pg_namespace tn ON tn.oid = tc.relnamespace
             WHERE NOT EXISTS (SELECT FROM pg_constraint con
                                WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
               AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
             ORDER BY i.indrelid, ic.relname""";

    private final CatalogSession session;
    private final Map<Long, TableId> tables;
    private final Map<Long, KeyIndex> keys;

    IndexReader(CatalogSession session, Map<Long, TableId> tables) {
        this.session = session;
        this.tables = tables;
        this.keys = KeyReader.read(session, tables.keySet());
    }

    /** @param invalid indexes that the source itself does not use */
    record Indexes(List<SchemaObject> objects, List<LeftOut> invalid) {}

    private record IndexRow(Index index, boolean valid) {}

    Indexes read() {
        String oids = CatalogSession.oids(tables.keySet());
        List<SchemaObject> objects = new ArrayList<>(session.query(CONSTRAINTS, this::constraint, oids));
        List<LeftOut> invalid = new ArrayList<>();
        for (IndexRow row : session.query(INDEXES, this::index, oids)) {
            if (row.valid()) {
                objects.add(row.index());
            } else {
                invalid.add(new LeftOut(row.index().ref().toString(), "it is invalid at the source"));
            }
        }
        return new Indexes(objects, invalid);
    }

    private KeyConstraint constraint(ResultSet row) throws SQLException {
        String type = row.getString("contype");
        ObjectRef.Kind kind = switch (type) {
            case "p" -> ObjectRef.Kind.PRIMARY_KEY;
            case "u" -> ObjectRef.Kind.UNIQUE;
            case "x" -> ObjectRef.Kind.EXCLUSION;
            default -> throw new IllegalStateException("a contype that was not asked for: " + type);
        };
        String definition = row.getString("definition");
        List<String> options = SqlArrays.texts(row, "options");
        if (kind != ObjectRef.Kind.EXCLUSION && !options.isEmpty()) {
            // pg_get_constraintdef prints the storage parameters of exclusion constraints only; they go before the
            // deferral.
            String deferral = row.getString("deferral");
            if (!definition.endsWith(deferral)) {
                throw unreadable(row.getString("conname"), definition);
            }
            definition = definition.substring(0, definition.length() - deferral.length()) + " WITH ("
                    + options.stream().map(StorageParameter::sql).collect(Collectors.joining(", ")) + ")" + deferral;
        }
        return new KeyConstraint(
                table(row, "conrelid"),
                row.getString("conname"),
                kind,
                findsRows(row.getLong("conrelid"), row.getLong("conindid")),
                definition);
    }

    private IndexRow index(ResultSet row) throws SQLException {
        String definition = row.getString("definition");
        String head = row.getString("head");
        if (!definition.startsWith(head)) {
            throw unreadable(row.getString("relname"), definition);
        }
        Index index = new Index(
                table(row, "indrelid"),
                row.getString("relname"),
                row.getBoolean("indisunique"),
                findsRows(row.getLong("indrelid"), row.getLong("indexrelid")),
                definition.substring(head.length()));
        return new IndexRow(index, row.getBoolean("indisvalid"));
    }

    private boolean findsRows(long table, long index) {
        KeyIndex key = keys.get(table);
        return key != null && key.oid() == index;
    }

    private TableId table(ResultSet row, String column) throws SQLException {
        TableId id = tables.get(row.getLong(column));
        if (id == null) {
            throw new IllegalStateException("a table that was not asked for");
        }
        return id;
    }

    private static SyncException unreadable(String name, String definition) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "the source prints the definition of " + name + " in a form that is not known here: " + definition,
                "Report this definition with the server's version.");
    }
}
