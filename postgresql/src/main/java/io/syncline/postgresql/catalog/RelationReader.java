package io.syncline.postgresql.catalog;

import io.syncline.api.model.TableId;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lists what looks like a table. Left out: system schemas, temporary tables, what an extension owns (CREATE EXTENSION makes it at the other end), and schemas that hold
 * our own ledger (T49).
 */
public final class RelationReader {

    /** Names that begin with pg_ are reserved for system schemas (PostgreSQL documentation, CREATE SCHEMA). */
    private static final String RELATIONS = """
            SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition AS relispartition, c.relpersistence,
                   EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
                   OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid) AS inherits
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm')
               AND c.relpersistence <> 't'
               AND n.nspname !~ '^pg_'
               AND n.nspname <> 'information_schema'
               AND NOT EXISTS (SELECT FROM pg_depend d
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
               AND (?::text IS NULL OR (n.nspname = ?::text AND c.relname = ?::text))
             ORDER BY n.nspname, c.relname""";

    private final String database;
    private final Set<String> ledgerSchemas;

    /** @param ledgerSchemas schemas that are never listed */
    public RelationReader(Sessions sessions, List<String> ledgerSchemas) {
        this.database = sessions.connection().database();
        this.ledgerSchemas = Set.copyOf(ledgerSchemas);
    }

    /** Every relation, by name. */
    public List<Relation> read(CatalogSession session) {
        return read(session, null, null);
    }

    /** The relation of this name, if there is one; the database in the name does not count. */
    public Optional<Relation> find(CatalogSession session, TableId table) {
        return read(session, table.schema(), table.name()).stream().findFirst();
    }

    private List<Relation> read(CatalogSession session, @Nullable String schema, @Nullable String name) {
        return session.query(RELATIONS, this::relation, schema, schema, name).stream()
                .filter(relation -> !ledgerSchemas.contains(relation.id().schema()))
                .toList();
    }

    private Relation relation(ResultSet row) throws SQLException {
        TableId id = new TableId(database, row.getString("nspname"), row.getString("relname"));
        return new Relation(
                row.getLong("oid"),
                id,
                kind(row),
                row.getString("relpersistence").equals("u"));
    }

    private static Relation.Kind kind(ResultSet row) throws SQLException {
        String kind = row.getString("relkind");
        return switch (kind) {
            case "p" -> row.getBoolean("relispartition") ? Relation.Kind.PARTITION : Relation.Kind.PARTITIONED;
            case "f" -> row.getBoolean("relispartition") ? Relation.Kind.PARTITION : Relation.Kind.FOREIGN;
            case "v" -> Relation.Kind.VIEW;
            case "m" -> Relation.Kind.MATERIALIZED_VIEW;
            case "r" -> {
                if (row.getBoolean("relispartition")) {
                    yield Relation.Kind.PARTITION;
                }
                yield row.getBoolean("inherits") ? Relation.Kind.INHERITANCE : Relation.Kind.TABLE;
            }
            default -> throw new IllegalStateException("a relkind that was not asked for: " + kind);
        };
    }
}
