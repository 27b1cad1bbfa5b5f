package io.syncline.postgresql.catalog;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a database: ordinary ones, and the roots of partitioned ones, whose partitions are part of them. Tables with inheritance are not carried as yet: they
 * are never among {@link #tables}, the precheck names those that a task's patterns match, and {@link #table} refuses them. Every call opens a session of its own and sees the catalog of that moment.
 */
public final class PostgresCatalog implements CatalogReader {

    /** The ledger's usual schema, which is never carried even when the task keeps its own ledger elsewhere (T49). */
    public static final String DEFAULT_LEDGER_SCHEMA = "syncline";

    private static final String SIZES = """
            WITH RECURSIVE holder (wanted, oid) AS (
                SELECT oid, oid FROM unnest(?::oid[]) AS wanted (oid)
                 UNION ALL
                SELECT h.wanted, i.inhrelid
                  FROM holder h
                  JOIN pg_class c ON c.oid = h.oid AND c.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = h.oid)
            SELECT h.wanted AS oid, sum(c.reltuples) AS reltuples, sum(c.relpages) AS relpages, bool_or(c.reltuples < 0) AS unknown,
                   coalesce(sum(pg_table_size(c.oid)), 0)::bigint AS bytes
              FROM holder h
              JOIN pg_class c ON c.oid = h.oid AND c.relkind <> 'p'
             GROUP BY h.wanted""";

    private static final String COLUMNS = """
            SELECT a.attrelid, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod) AS type,
                   a.attgenerated <> '' AS generated,
                   CASE WHEN NOT (a.attgenerated <> '') THEN pg_get_expr(d.adbin, d.adrelid) END AS default_expression,
                   coalesce(co.collisdeterministic, true) AS deterministic,
                   a.attnotnull AND NOT EXISTS (
                       SELECT FROM pg_constraint nn
                        WHERE nn.conrelid = a.attrelid AND nn.contype = 'n' AND NOT nn.convalidated
                          AND nn.conkey = ARRAY[a.attnum]) AS required
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_attribute a ON a.attrelid = wanted.oid
              LEFT JOIN pg_collation co ON co.oid = a.attcollation
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attrelid, a.attnum""";

    private final Sessions sessions;
    private final RelationReader relations;

    public PostgresCatalog(Sessions sessions) {
        this(sessions, DEFAULT_LEDGER_SCHEMA);
    }

    /** @param ledgerSchema a further schema that holds no tables to carry */
    public PostgresCatalog(Sessions sessions, String ledgerSchema) {
        this.sessions = sessions;
        this.relations = new RelationReader(sessions, List.of(DEFAULT_LEDGER_SCHEMA, ledgerSchema));
    }

    @Override
    public List<TableInfo> tables(Predicate<TableId> wanted) {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            List<Relation> tables = relations.read(session).stream()
                    .filter(relation -> relation.carried() && wanted.test(relation.id()))
                    .toList();
            return read(session, tables);
        }
    }

    /** @throws SyncException OBJECT_NOT_CARRIED when the name is that of a partition, a view, or another relation that is no table of its own */
    @Override
    public Optional<TableSchema> table(TableId table) {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            Optional<Relation> found = relations.find(session, table);
            if (found.isPresent() && !found.get().carried()) {
                throw new SyncException(
                        ErrorCode.OBJECT_NOT_CARRIED,
                        sessions.side().word() + ": " + table + " is a "
                                + found.get().kind().word() + ", not an ordinary table",
                        "Leave it out of the task's objects.");
            }
            return read(session, found.stream().toList()).stream().findFirst().map(TableInfo::schema);
        }
    }

    private static List<TableInfo> read(CatalogSession session, List<Relation> tables) {
        List<Long> oids = tables.stream().map(Relation::oid).toList();
        Map<Long, List<Attribute>> attributes = attributes(session, oids);
        Map<Long, KeyIndex> keys = KeyReader.read(session, oids);
        Map<Long, Size> sizes = new HashMap<>();
        session.query(SIZES, PostgresCatalog::size, CatalogSession.oids(oids))
                .forEach(size -> sizes.put(size.table(), size));
        List<TableInfo> infos = new ArrayList<>();
        for (Relation table : tables) {
            List<Attribute> columns = attributes.getOrDefault(table.oid(), List.of());
            TableSchema schema = new TableSchema(
                    table.id(),
                    table.oid(),
                    columns.stream().map(Attribute::column).toList(),
                    key(columns, keys.get(table.oid())));
            Size size = sizes.getOrDefault(table.oid(), new Size(table.oid(), -1, 0));
            infos.add(new TableInfo(schema, size.rows(), size.bytes(), table.kind() == Relation.Kind.PARTITIONED));
        }
        return infos;
    }

    private static Map<Long, List<Attribute>> attributes(CatalogSession session, List<Long> oids) {
        TypeShapes shapes = TypeShapes.read(session, oids);
        Map<ColumnType, ColumnType> shared = new HashMap<>();
        Map<Long, List<Attribute>> byTable = new HashMap<>();
        session.query(COLUMNS, row -> attribute(row, shapes, shared), CatalogSession.oids(oids))
                .forEach(attribute -> byTable.computeIfAbsent(attribute.table(), _ -> new ArrayList<>())
                        .add(attribute));
        return byTable;
    }

    private static Attribute attribute(ResultSet row, TypeShapes shapes, Map<ColumnType, ColumnType> shared)
            throws SQLException {
        long type = row.getLong("atttypid");
        ColumnType read = new ColumnType(
                row.getString("type"),
                shapes.unconstrained(type),
                (int) type, // oids are unsigned 32 bit; the upper half shows as negative
                shapes.textForm(type, row.getBoolean("deterministic")));
        ColumnType once = shared.computeIfAbsent(read, same -> same);
        Column column = new Column(
                row.getString("attname"),
                once,
                !row.getBoolean("required"),
                row.getBoolean("generated"),
                row.getInt("attnum"),
                row.getString("default_expression"));
        return new Attribute(row.getLong("attrelid"), column);
    }

    private static Key key(List<Attribute> columns, @Nullable KeyIndex index) {
        if (index == null) {
            return Key.NONE;
        }
        List<Integer> positions = new ArrayList<>();
        for (int attnum : index.attributes()) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).column().number() == attnum) {
                    positions.add(i);
                }
            }
        }
        return new Key(index.primary() ? Key.Kind.PRIMARY : Key.Kind.UNIQUE, positions, index.deferrable());
    }

    /** reltuples is -1 for "never analyzed" from 14 on; before, 0 rows in a table without pages says the same. */
    private static Size size(ResultSet row) throws SQLException {
        long rows = (long) row.getDouble("reltuples");
        boolean unknown =
                row.getBoolean("unknown") || (rows == 0 && row.getLong("relpages") == 0 && row.getLong("bytes") > 0);
        return new Size(row.getLong("oid"), unknown ? -1 : rows, row.getLong("bytes"));
    }

    private record Attribute(long table, Column column) {}

    private record Size(long table, long rows, long bytes) {}
}
