package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Dropped;
import io.syncline.api.model.ChangeEvent.Moved;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.TypeShapes;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of a task's tables where its stream is, as the ledger had them at the stream's start and the messages of {@link AlterationTriggers} have changed them since (T10). The
 * catalog may be past alterations that are still to come (T31). For one thread.
 */
final class ToldShapes {

    private static final String HEAD = """
            SELECT j.message ->> 'lost' AS lost, (j.message ->> 'gone')::bigint AS gone, (j.message ->> 'rewritten')::bigint AS rewritten,
                   (j.message ->> 'named')::bigint AS named,
                   (j.message ->> 'oid')::bigint AS oid, j.message ->> 'schema' AS schema, j.message ->> 'name' AS name,
                   array_to_string(ARRAY(SELECT jsonb_array_elements_text(nullif(j.message -> 'keys', 'null'))), ',') AS keys
              FROM (SELECT ?::jsonb AS message) AS j""";

    private static final String COLUMNS = """
            SELECT c.*, format_type(c.type::oid, c.modifier) AS type_name
              FROM jsonb_to_recordset(?::jsonb -> 'columns') AS c (
                   number integer, name text, type bigint, modifier integer, required boolean, generated boolean, identity boolean,
                   collated boolean, deterministic boolean, "default" text, fill text)
             ORDER BY c.number""";

    private static final String PARTS = """
            SELECT p.* FROM jsonb_to_recordset(nullif(?::jsonb -> 'parts', 'null')) AS p (
                   oid bigint, parent bigint, attached text, kind text, schema text, name text, born boolean)""";

    private final Sessions sessions;
    private final StreamPartitions partitions;
    private final Map<Long, TableSchema> tables = new HashMap<>();
    /** By which columns rows are known, with the key that they are; none of tables without a key. */
    private final Map<Long, KnownKey> keys = new HashMap<>();
    /** Tables of which a rewrite was told, and not yet what they became by it. */
    private final Set<Long> rewritten = new HashSet<>();

    /** @param recorded the task's tables at the stream's start; none when nobody tells of alterations */
    ToldShapes(Sessions sessions, StreamPartitions partitions, Collection<TableSchema> recorded) {
        this.sessions = sessions;
        this.partitions = partitions;
        recorded.forEach(table -> {
            tables.put(table.version(), table);
            keys.put(table.version(), KnownKey.of(table));
        });
    }

    /** @param numbers of its columns, in its order; empty: there is none */
    private record KnownKey(Key key, List<Integer> numbers) {

        static KnownKey of(TableSchema table) {
            return new KnownKey(
                    table.key(),
                    table.key().columns().stream()
                            .map(index -> table.columns().get(index).number())
                            .toList());
        }

        /** Rows go on being known by it, under whatever names, as long as it is one: also when the log is behind the table, and comes to where it was made. */
        Key among(List<Column> columns, List<String> keys) {
            String text = numbers.stream().map(String::valueOf).collect(Collectors.joining(" "));
            if (!key.exists() || !keys.contains(text)) {
                return Key.NONE;
            }
            List<Integer> present = columns.stream().map(Column::number).toList();
            return new Key(key.kind(), numbers.stream().map(present::indexOf).toList(), key.deferrable());
        }
    }

    @Nullable
    TableSchema of(long oid) {
        return tables.get(oid);
    }

    private record Head(
            @Nullable String lost,
            long gone,
            long rewritten,
            long named,
            long oid,
            @Nullable String schema,
            @Nullable String name,
            List<String> keys) {}

    private record ToldColumn(
            int number,
            String name,
            long type,
            String typeName,
            boolean required,
            boolean generated,
            boolean identity,
            boolean collated,
            boolean deterministic,
            @Nullable String defaultExpression,
            @Nullable String fill) {}

    /**
     * @return null when it is of no table of the task, or there is more to come
     * @throws SyncException SOURCE_SCHEMA_CHANGED when the log lacks what a table became
     */
    @Nullable
    ChangeEvent told(String message) {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            Head head = session.query(HEAD, ToldShapes::head, message).getFirst();
            if (head.lost() != null) {
                throw stopped("a table may have been altered, and what it became could not be told (SQLSTATE "
                        + head.lost() + ")");
            }
            if (head.gone() != 0) {
                return gone(head.gone());
            }
            if (head.rewritten() != 0) {
                rewritten.add(head.rewritten());
                return null;
            }
            String schema = head.schema();
            String name = head.name();
            if (schema == null || name == null) {
                return null;
            }
            TableId id = new TableId(sessions.connection().database(), schema, name);
            if (head.named() != 0) {
                return new Named(id, head.named());
            }
            TableSchema before = tables.get(head.oid());
            if (before == null) {
                return null;
            }
            List<ToldColumn> columns = session.query(COLUMNS, ToldShapes::column, message);
            TypeShapes types = TypeShapes.ofTypes(
                    session, columns.stream().map(ToldColumn::type).collect(Collectors.toSet()));
            List<Partition> parts = partitions.isRoot(before.version())
                    ? session.query(PARTS, row -> part(row, before.version()), message)
                    : List.of();
            Altered altered = altered(before, id, columns, types, head.keys());
            String moved = moved(before, parts);
            return moved.isEmpty() ? altered : new Moved(altered.after(), moved);
        }
    }

    /** Rows that came or went with a partition are in no log (T9). A statement that does so changes nothing else of the table. */
    private String moved(TableSchema table, List<Partition> parts) {
        if (!partitions.isRoot(table.version())) {
            return "";
        }
        for (Partition part : parts) {
            if (tables.containsKey(part.oid())) {
                throw stopped("the table " + part.id() + ", which the task carries by itself, became a partition of "
                        + table.table());
            }
        }
        String moved = String.join("; ", partitions.told(table.version(), parts));
        if (!moved.isEmpty() && !partitions.isPublished(table.version())) {
            throw stopped(moved + ", and the changes of new partitions are not published, since the table "
                    + table.table() + " has no primary key");
        }
        return moved;
    }

    private @Nullable ChangeEvent gone(long oid) {
        TableSchema table = tables.remove(oid);
        if (table != null) {
            partitions.forget(oid);
            return new Dropped(table);
        }
        TableSchema root = partitions.partOf(oid).map(tables::get).orElse(null);
        if (root == null) {
            return null;
        }
        String how = "the partition " + partitions.nameOf(oid) + " was dropped";
        partitions.forget(oid);
        return new Moved(root, how);
    }

    private Altered altered(
            TableSchema before, TableId id, List<ToldColumn> told, TypeShapes types, List<String> nowKeys) {
        List<Column> columns = new ArrayList<>();
        Map<Integer, String> fills = new HashMap<>();
        boolean isRewritten = rewritten.remove(before.version());
        String unknown = "";
        for (ToldColumn column : told) {
            if (!types.has(column.type())) {
                throw stopped("column " + column.name() + " of table " + id
                        + " got a type that the source does not have any more");
            }
            columns.add(new Column(
                    column.name(),
                    new ColumnType(
                            column.typeName(),
                            types.unconstrained(column.type()),
                            (int) column.type(),
                            types.textForm(column.type(), column.deterministic())),
                    !column.required(),
                    column.generated(),
                    column.number(),
                    column.defaultExpression()));
            Column was = column(before, column.number());
            String fill = column.fill();
            if (was == null && fill != null) {
                fills.put(column.number(), fill);
            }
            isRewritten |= was == null && fill == null && column.defaultExpression() != null;
            if (unknown.isEmpty()) {
                boolean isRetyped = was == null || !was.type().name().equals(column.typeName());
                unknown = unknown(column, was == null, isRetyped);
            }
        }
        TableSchema after =
                new TableSchema(id, before.version(), columns, known(before).among(columns, nowKeys));
        tables.put(before.version(), after);
        return new Altered(before, after, fills, isRewritten, unknown);
    }

    private KnownKey known(TableSchema table) {
        return keys.computeIfAbsent(table.version(), _ -> KnownKey.of(table));
    }

    /** What a destination's column could not be made. */
    private static String unknown(ToldColumn column, boolean isNew, boolean isRetyped) {
        if (isNew && column.identity()) {
            return "column " + column.name() + " is an identity column, which is not made in a table that is there";
        }
        return isRetyped && column.collated()
                ? "column " + column.name()
                        + " has a collation of its own, which is not carried to a table that is there"
                : "";
    }

    private static @Nullable Column column(TableSchema table, int number) {
        return table.columns().stream()
                .filter(column -> column.number() == number)
                .findFirst()
                .orElse(null);
    }

    private Partition part(ResultSet row, long root) throws SQLException {
        return new Partition(
                row.getLong("oid"),
                new TableId(sessions.connection().database(), row.getString("schema"), row.getString("name")),
                root,
                row.getLong("parent"),
                row.getString("attached"),
                row.getBoolean("born"),
                row.getString("kind"),
                false,
                "",
                0,
                Set.of());
    }

    private static SyncException stopped(String what) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "source: " + what + ". Nothing after it was applied.",
                "Run clean for this task, adapt or drop the destination table, and start it again.");
    }

    private static Head head(ResultSet row) throws SQLException {
        return new Head(
                row.getString("lost"),
                row.getLong("gone"),
                row.getLong("rewritten"),
                row.getLong("named"),
                row.getLong("oid"),
                row.getString("schema"),
                row.getString("name"),
                List.of(row.getString("keys").split(",", -1)));
    }

    private static ToldColumn column(ResultSet row) throws SQLException {
        return new ToldColumn(
                row.getInt("number"),
                row.getString("name"),
                row.getLong("type"),
                row.getString("type_name"),
                row.getBoolean("required"),
                row.getBoolean("generated"),
                row.getBoolean("identity"),
                row.getBoolean("collated"),
                row.getBoolean("deterministic"),
                row.getString("default"),
                row.getString("fill"));
    }
}
