package io.syncline.engine.stream;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.RowShaper;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of a source table into those of the table that its filter and computed columns describe (docs/design/row-shaping.md). What comes out knows of neither.
 * For the applying thread.
 */
final class ShapedChanges implements AutoCloseable {

    private final RowShaper shaper;
    /** Groups and targets are found by the route object, so that each has one for good. */
    private final IdentityHashMap<TableRoute, TableRoute> shaped = new IdentityHashMap<>();

    private final IdentityHashMap<TableRoute, TableRoute> originals = new IdentityHashMap<>();

    ShapedChanges(RowShaper shaper) {
        this.shaper = shaper;
    }

    /** @throws SyncException SOURCE_SETTINGS when the log does not carry whole rows of such a table (T8) */
    List<RoutedChange> of(List<RoutedChange> changes) {
        IdentityHashMap<TableRoute, List<Row>> rows = new IdentityHashMap<>();
        for (RoutedChange change : changes) {
            if (change.route().shaping() != null) {
                images(
                        change.route(),
                        change.change(),
                        rows.computeIfAbsent(change.route(), route -> new ArrayList<>()));
            }
        }
        if (rows.isEmpty()) {
            return changes;
        }
        IdentityHashMap<TableRoute, Iterator<@Nullable Row>> answers = new IdentityHashMap<>();
        rows.forEach((route, images) ->
                answers.put(route, shaper.shape(route, images).iterator()));
        List<RoutedChange> made = new ArrayList<>(changes.size());
        for (RoutedChange change : changes) {
            Iterator<@Nullable Row> images = answers.get(change.route());
            if (images == null) {
                made.add(change);
            } else {
                TableRoute route = route(change.route());
                RowChange kept = change(route.source(), change.change(), images);
                if (kept != null) {
                    made.add(new RoutedChange(route, kept));
                }
            }
        }
        return made;
    }

    private static void images(TableRoute route, RowChange change, List<Row> rows) {
        switch (change) {
            case Insert(var table, Row after) -> rows.add(whole(route, after));
            case Update(var table, Row before, Row after) -> {
                Row old = whole(route, before);
                rows.add(old);
                rows.add(whole(route, after.over(old)));
            }
            case Delete(var table, Row before) -> rows.add(whole(route, before));
        }
    }

    /** Nothing else says whether a row was inside. */
    private static Row whole(TableRoute route, @Nullable Row row) {
        if (row == null || !route.readColumns().stream().allMatch(row::isPresent)) {
            throw new SyncException(
                            ErrorCode.SOURCE_SETTINGS,
                            "the log does not carry whole rows of "
                                    + route.source().table()
                                    + ", which has a filter or computed columns: what becomes of the row at the destination cannot be known."
                                    + " Its replica identity is not FULL any more",
                            "Run clean for this task and start it anew; it sets REPLICA IDENTITY FULL, which must stay while the task exists.")
                    .ofTable(route.source().table());
        }
        return row;
    }

    /** Takes the answers for as many images as {@link #images} gave; null when the change is none of the virtual table's. */
    private static @Nullable RowChange change(TableSchema table, RowChange change, Iterator<@Nullable Row> answers) {
        return switch (change) {
            case Insert insert -> {
                Row after = answers.next();
                yield after == null ? null : new Insert(table, after);
            }
            case Update update -> {
                Row before = answers.next();
                Row after = answers.next();
                if (before == null) {
                    yield after == null ? null : new Insert(table, after);
                }
                yield after == null ? new Delete(table, before) : new Update(table, before, after);
            }
            case Delete delete -> {
                Row before = answers.next();
                yield before == null ? null : new Delete(table, before);
            }
        };
    }

    /** The route on which rows of this one are written; always the same object. */
    TableRoute route(TableRoute route) {
        if (route.shaping() == null) {
            return route;
        }
        return shaped.computeIfAbsent(route, original -> {
            TableRoute made = original.shaped();
            originals.put(made, original);
            return made;
        });
    }

    /** The request in the source's columns. */
    RefetchRequest original(RefetchRequest request) {
        TableRoute original = originals.get(request.route());
        return original == null
                ? request
                : new RefetchRequest(
                        original, key(request.key(), request.route().source(), original.source()));
    }

    /** Keys in source columns, as rows of the {@link #route}. */
    List<Row> keys(TableRoute route, List<Row> keys) {
        return route.shaping() == null
                ? keys
                : keys.stream()
                        .map(key -> key(key, route.source(), route(route).source()))
                        .toList();
    }

    /** What is written of rows that were read again; those that do not match are missing. */
    List<Row> rows(TableRoute route, List<Row> rows) {
        if (route.shaping() == null || rows.isEmpty()) {
            return rows;
        }
        List<Row> matching = new ArrayList<>();
        for (Row row : shaper.shape(route, rows)) {
            if (row != null) {
                matching.add(row);
            }
        }
        return matching;
    }

    /** Both keys have the same columns in the same order. */
    private static Row key(Row key, TableSchema from, TableSchema to) {
        RowBuilder row = new RowBuilder(to.columns().size());
        for (int column = 0; column < to.columns().size(); column++) {
            int place = to.key().columns().indexOf(column);
            if (place < 0) {
                row.state(Row.ABSENT);
            } else {
                int source = from.key().columns().get(place);
                row.value(key.page(), key.offset(source), key.length(source));
            }
        }
        return row.build();
    }

    @Override
    public void close() {
        shaper.close();
    }
}
