package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.port.CatalogReader;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.stream.pgoutput.RelationMessage;
import io.syncline.postgresql.stream.pgoutput.RelationShapes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of the log's tables. Names, order and types of columns come from the log, which speaks of the moment of the change; key, nullability and text form come from
 * the catalog, which may be newer. Columns that the catalog computes and the log does not carry are put where the catalog has them, so that a table which nobody altered
 * looks as it was planned. The tables that concern the stream are read together, once, and again when the log tells of something else (T41).
 *
 * <p>The log describes each partition by itself, with an order of columns of its own. Its rows are rows of its partitioned table, in that one's shape.
 */
final class CatalogShapes implements RelationShapes {

    private static final String TYPES = """
            WITH RECURSIVE asked (oid, modifier) AS (
                SELECT * FROM unnest(?::oid[], ?::integer[])),
            base (oid, base) AS (
                SELECT DISTINCT oid, oid FROM asked
                 UNION
                SELECT b.oid, t.typbasetype FROM base b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd')
            SELECT a.oid, a.modifier, format_type(a.oid, a.modifier) AS name, format_type(b.base, -1) AS plain
              FROM asked a
              JOIN base b ON b.oid = a.oid
              JOIN pg_type t ON t.oid = b.base AND t.typtype <> 'd'""";

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final Set<TableId> published;
    private final Map<Long, TableSchema> tables = new HashMap<>();
    private final Map<TypeKey, ColumnType> types = new HashMap<>();
    private final StreamPartitions partitions;
    private final ToldShapes told;
    private final @Nullable String prefix;
    private boolean read;

    /**
     * @param published the tables that the stream is about
     * @param partitions theirs
     * @param told goes before the catalog
     * @param prefix of the messages that tell of alterations, or null where nothing does
     */
    CatalogShapes(
            Sessions sessions,
            CatalogReader catalog,
            Set<TableId> published,
            StreamPartitions partitions,
            ToldShapes told,
            @Nullable String prefix) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.published = Set.copyOf(published);
        this.partitions = partitions;
        this.told = told;
        this.prefix = prefix;
    }

    @Override
    public @Nullable ChangeEvent message(String messagePrefix, String content) {
        return messagePrefix.equals(prefix) ? told.told(content) : null;
    }

    private record TypeKey(long oid, int modifier) {}

    @Override
    public TableSchema shape(RelationMessage message) {
        readTypes(message);
        TableSchema here = told.of(message.oid());
        if (here != null && shape(message, here).equals(here)) {
            return here;
        }
        Optional<Long> root = tables.containsKey(message.oid()) ? Optional.empty() : partitions.rootOf(message.oid());
        if (root.isPresent()) {
            return partShape(message, root.get());
        }
        TableSchema known = tables.get(message.oid());
        if (known == null || !shape(message, known).equals(known)) {
            readTables();
        }
        TableSchema shape = shape(message, tables.get(message.oid()));
        tables.put(message.oid(), shape);
        return shape;
    }

    @Override
    public Map<Long, TableId> leavesOf(long table) {
        return partitions.leavesOf(table);
    }

    /** The root's shape, the same object for all of its partitions, as long as the partition's rows have it. */
    private TableSchema partShape(RelationMessage message, long root) {
        TableSchema here = told.of(root);
        if (here != null && partShape(message, here).equals(here)) {
            return here;
        }
        TableSchema known = tables.get(root);
        if (known == null || !partShape(message, known).equals(known)) {
            readTables();
            known = tables.get(root);
        }
        if (known == null) {
            throw PublishedPartitions.changed("the partitioned table of " + message.title() + " was dropped");
        }
        TableSchema shape = partShape(message, known);
        return shape.equals(known) ? known : shape;
    }

    /** Columns in the root's order, by name; what the root has not, or the partition does not send, shows as a difference. */
    private TableSchema partShape(RelationMessage message, TableSchema root) {
        Map<String, Column> sent = new LinkedHashMap<>();
        message.columns().forEach(column -> sent.put(column.name(), column(column, root)));
        List<Column> columns = new ArrayList<>();
        for (Column column : root.columns()) {
            Column same = sent.remove(column.name());
            if (same != null) {
                columns.add(same);
            } else if (column.generated()) {
                columns.add(column);
            }
        }
        columns.addAll(sent.values());
        return new TableSchema(root.table(), root.version(), columns, key(message, root, columns));
    }

    /** The first time only what is published, later everything: a table that was renamed is found by its oid alone. */
    private void readTables() {
        boolean again = read;
        catalog.tables(table -> again || published.contains(table))
                .forEach(info -> tables.put(info.schema().version(), info.schema()));
        read = true;
    }

    private TableSchema shape(RelationMessage message, @Nullable TableSchema known) {
        TableId id = new TableId(sessions.connection().database(), message.schema(), message.name());
        List<Column> columns = columns(message, known);
        return new TableSchema(id, message.oid(), columns, key(message, known, columns));
    }

    private List<Column> columns(RelationMessage message, @Nullable TableSchema known) {
        List<Column> sent =
                message.columns().stream().map(column -> column(column, known)).toList();
        if (known == null) {
            return sent;
        }
        List<String> names = sent.stream().map(Column::name).toList();
        List<Column> columns = new ArrayList<>();
        int next = 0;
        for (Column column : known.columns()) {
            int index = names.indexOf(column.name());
            if (index >= next) {
                columns.addAll(sent.subList(next, index + 1));
                next = index + 1;
            } else if (index < 0 && column.generated()) {
                columns.add(column);
            }
        }
        columns.addAll(sent.subList(next, sent.size()));
        return columns;
    }

    private Column column(RelationMessage.Column column, @Nullable TableSchema known) {
        ColumnType type = types.get(new TypeKey(column.type(), column.modifier()));
        if (type == null) {
            throw new IllegalStateException("types are read before columns");
        }
        int index = known == null ? -1 : known.indexOf(column.name());
        if (known != null && index >= 0) {
            Column same = known.columns().get(index);
            if (same.type().name().equals(type.name())) {
                return same;
            }
        }
        return new Column(column.name(), type, true, false);
    }

    /**
     * The catalog's key, where rows carry it. An old row holds the replica identity only: when that does not cover the catalog's key (which may be newer than the
     * message), rows are known by the identity itself.
     */
    private static Key key(RelationMessage message, @Nullable TableSchema known, List<Column> columns) {
        List<String> names = columns.stream().map(Column::name).toList();
        List<String> identity = message.columns().stream()
                .filter(RelationMessage.Column::identity)
                .map(RelationMessage.Column::name)
                .toList();
        boolean partial = message.identity().isPartial() && !identity.isEmpty();
        if (known != null && known.key().exists()) {
            List<String> key = known.key().columns().stream()
                    .map(index -> known.columns().get(index).name())
                    .toList();
            if (names.containsAll(key) && (!partial || identity.containsAll(key))) {
                return new Key(
                        known.key().kind(),
                        key.stream().map(names::indexOf).toList(),
                        known.key().deferrable());
            }
        }
        if (!partial) {
            return Key.NONE;
        }
        Key.Kind kind = message.identity() == RelationMessage.Identity.DEFAULT ? Key.Kind.PRIMARY : Key.Kind.UNIQUE;
        return new Key(kind, identity.stream().map(names::indexOf).toList(), false);
    }

    private void readTypes(RelationMessage message) {
        List<RelationMessage.Column> unknown = message.columns().stream()
                .filter(column -> !types.containsKey(new TypeKey(column.type(), column.modifier())))
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        List<Long> oids = unknown.stream().map(RelationMessage.Column::type).toList();
        String modifiers = unknown.stream()
                .map(column -> Integer.toString(column.modifier()))
                .collect(Collectors.joining(",", "{", "}"));
        try (CatalogSession session = CatalogSession.open(sessions)) {
            session.query(TYPES, this::type, CatalogSession.oids(oids), modifiers);
        }
        for (RelationMessage.Column column : unknown) {
            if (!types.containsKey(new TypeKey(column.type(), column.modifier()))) {
                throw new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "table " + message.title() + ": the log sends column " + column.name()
                                + " with the type of oid " + column.type()
                                + ", which the source's catalog does not have any more; its values cannot be read for certain",
                        "The type was dropped after the change was made. Run clean for this task and start it again.");
            }
        }
    }

    /** The text form stays unknown until the catalog's column says the same type. */
    private ColumnType type(ResultSet row) throws SQLException {
        long oid = row.getLong("oid");
        ColumnType type = new ColumnType(row.getString("name"), row.getString("plain"), (int) oid, TextForm.OPAQUE);
        types.put(new TypeKey(oid, row.getInt("modifier")), type);
        return type;
    }
}
