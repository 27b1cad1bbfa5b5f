package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables of a key and a value, and what is in them: by table and key. */
final class ClusterTables {

    static final TableSchema SPREAD = table("spread", 1);
    static final TableSchema EMPTIED = table("emptied", 2);
    static final TableSchema EVERYWHERE = table("everywhere", 3);

    static final List<TableSchema> ALL = List.of(SPREAD, EMPTIED, EVERYWHERE);

    private final Map<String, Map<String, String>> rows = new TreeMap<>();

    private static TableSchema table(String name, long version) {
        ColumnType text = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        return new TableSchema(
                new TableId("d", "public", name),
                version,
                List.of(new Column("id", text, false, false), new Column("v", text, true, false)),
                new Key(Key.Kind.PRIMARY, List.of(0), false));
    }

    static boolean isEverywhere(TableSchema table) {
        return table.equals(EVERYWHERE);
    }

    static ChangeEvent insert(TableSchema table, String id, String value) {
        return new Insert(table, RowBuilder.of(id, value));
    }

    static ChangeEvent update(TableSchema table, String id, String value) {
        return new Update(table, null, RowBuilder.of(id, value));
    }

    static ChangeEvent delete(TableSchema table, String id) {
        return new Delete(table, RowBuilder.of(id, null));
    }

    static ChangeEvent truncate(TableSchema... tables) {
        return new Truncate(List.of(tables), false, false);
    }

    ClusterTables copy() {
        ClusterTables copy = new ClusterTables();
        copy.add(this);
        return copy;
    }

    void add(ClusterTables more) {
        more.rows.forEach((table, content) ->
                rows.computeIfAbsent(table, name -> new TreeMap<>()).putAll(content));
    }

    Map<String, String> of(TableSchema table) {
        return rows.computeIfAbsent(table.table().name(), name -> new TreeMap<>());
    }

    /** As a destination that is strict would: what is not as the change says is a conflict. */
    void apply(ChangeEvent event) {
        switch (event) {
            case Insert insert ->
                require(
                        of(insert.table())
                                        .put(
                                                insert.after().text(0),
                                                insert.after().text(1))
                                == null,
                        event);
            case Update update ->
                require(
                        of(update.table())
                                        .put(
                                                update.after().text(0),
                                                update.after().text(1))
                                != null,
                        event);
            case Delete delete ->
                require(of(delete.table()).remove(delete.before().text(0)) != null, event);
            case Truncate truncate ->
                truncate.tables().forEach(table -> of(table).clear());
            case ChangeEvent.Part _ -> {}
            default -> throw new AssertionError("nothing applies " + event);
        }
    }

    private static void require(boolean fits, ChangeEvent event) {
        if (!fits) {
            String table =
                    event instanceof RowChange change ? change.table().table().toString() : "";
            throw new AssertionError("out of order: " + event + " of " + table);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterTables tables && text().equals(tables.text());
    }

    @Override
    public int hashCode() {
        return text().hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    private String text() {
        Map<String, Map<String, String>> filled = new TreeMap<>(rows);
        filled.values().removeIf(Map::isEmpty);
        return filled.toString();
    }
}
