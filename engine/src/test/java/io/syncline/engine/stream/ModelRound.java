package io.syncline.engine.stream;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Applies rounds to rows in destination columns: an independent, slow reading of what {@link Round} and {@link Mode} say. */
final class ModelRound {

    /** Two rows of one key at the end of a statement. */
    static final class Collision extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final ModelState state;
    private final boolean statements;
    private boolean deferred;
    private final List<RefetchRequest> requests = new ArrayList<>();

    ModelRound(ModelState state, boolean statements) {
        this.state = state;
        this.statements = statements;
    }

    List<RefetchRequest> apply(Round round) {
        List<ChangeGroup> groups = round.groups();
        for (int i = 0; i < groups.size(); i++) {
            ChangeGroup group = groups.get(i);
            switch (group.kind()) {
                case DELETE -> group.changes().forEach(change -> delete(round.mode(), group.route(), key(change)));
                case INSERT ->
                    group.changes()
                            .forEach(change ->
                                    insert(round.mode(), group.route(), Objects.requireNonNull(change.image())));
                case UPDATE -> {
                    List<ChangeGroup> together = new ArrayList<>(List.of(group));
                    while (!statements && i + 1 < groups.size() && isSame(group, groups.get(i + 1))) {
                        together.add(groups.get(++i));
                    }
                    update(round.mode(), together);
                }
            }
        }
        round.ordered().forEach(change -> one(round.mode(), change));
        return requests;
    }

    /** Under a deferrable key two rows may have one key for a moment; the whole old row tells them apart. */
    List<RefetchRequest> applySequence(Round round) {
        deferred = true;
        round.sequence().forEach(change -> one(round.mode(), change));
        return requests;
    }

    private static boolean isSame(ChangeGroup one, ChangeGroup other) {
        return one.kind() == other.kind()
                && one.route()
                        .destination()
                        .table()
                        .equals(other.route().destination().table());
    }

    /** As one statement: all rows are found by their old keys before any gets its new one. */
    private void update(Mode mode, List<ChangeGroup> groups) {
        List<@Nullable String[]> written = new ArrayList<>();
        for (ChangeGroup group : groups) {
            for (NetChange change : group.changes()) {
                Row image = Objects.requireNonNull(change.image());
                @Nullable String @Nullable [] there = remove(group.route(), key(change));
                if (there == null && mode == Mode.STRICT) {
                    throw new AssertionError("UPDATE finds no row in "
                            + group.route().destination().table());
                }
                boolean complete = isComplete(group.route(), image);
                if (there == null && !complete) {
                    requests.add(request(group.route(), image));
                } else {
                    written.add(over(group.route(), image, there));
                }
            }
        }
        ChangeGroup group = groups.getFirst();
        written.forEach(row -> add(group.route(), row));
    }

    private void one(Mode mode, RoutedChange routed) {
        TableRoute route = routed.route();
        switch (routed.change()) {
            case Insert insert -> insert(mode, route, insert.after());
            case Delete delete -> delete(mode, route, delete.before());
            case Update update -> {
                Row before = update.before();
                Row image = before == null ? update.after() : update.after().over(before);
                Row old = before == null ? image : before;
                boolean moves = isKeyed(route) && !sameKey(route, old, image);
                boolean complete = isComplete(route, image);
                @Nullable String @Nullable [] there = remove(route, old);
                if (there == null && (mode == Mode.STRICT || !isKeyed(route))) {
                    throw new AssertionError(
                            "UPDATE finds no row in " + route.destination().table());
                }
                if (mode == Mode.CATCHING_UP && !complete && (moves || there == null)) {
                    requests.add(request(route, image));
                } else if (mode == Mode.CATCHING_UP && complete && isKeyed(route)) {
                    upsert(route, image);
                } else {
                    add(route, over(route, image, there));
                }
            }
        }
    }

    private void insert(Mode mode, TableRoute route, Row image) {
        if (mode == Mode.CATCHING_UP && isKeyed(route)) {
            upsert(route, image);
        } else {
            add(route, over(route, image, null));
        }
    }

    private void delete(Mode mode, TableRoute route, Row key) {
        if (remove(route, key) == null && (mode == Mode.STRICT || !isKeyed(route))) {
            throw new AssertionError(
                    "DELETE finds no row in " + route.destination().table());
        }
    }

    void upsert(TableRoute route, Row image) {
        remove(route, image);
        add(route, over(route, image, null));
    }

    /** Removes the row with the key of {@code row}, without a key one row that equals it. */
    @Nullable
    String @Nullable [] remove(TableRoute route, Row row) {
        List<@Nullable String[]> rows = state.of(route.destination().table());
        for (int i = 0; i < rows.size(); i++) {
            boolean found = (isKeyed(route) && !isDeferred(route))
                    ? keyOf(route, rows.get(i)).equals(keyOf(route, texts(route, row)))
                    : Arrays.equals(rows.get(i), texts(route, row));
            if (found) {
                return rows.remove(i);
            }
        }
        return null;
    }

    private void add(TableRoute route, @Nullable String[] row) {
        List<@Nullable String[]> rows = state.of(route.destination().table());
        if (isKeyed(route)
                && !isDeferred(route)
                && rows.stream().anyMatch(there -> keyOf(route, there).equals(keyOf(route, row)))) {
            throw new Collision();
        }
        rows.add(row);
    }

    private static Row key(NetChange change) {
        return Objects.requireNonNull(change.key());
    }

    private static boolean isKeyed(TableRoute route) {
        return route.destination().key().exists();
    }

    private boolean isDeferred(TableRoute route) {
        return deferred && route.destination().key().deferrable();
    }

    private static boolean isComplete(TableRoute route, Row image) {
        return route.sourceColumns().stream().allMatch(image::isPresent);
    }

    private static boolean sameKey(TableRoute route, Row one, Row other) {
        return keyOf(route, texts(route, one)).equals(keyOf(route, texts(route, other)));
    }

    /** The image in destination columns, its missing columns from the row that was there. */
    private static @Nullable String[] over(TableRoute route, Row image, @Nullable String @Nullable [] there) {
        @Nullable String[] row = texts(route, image);
        for (int i = 0; i < row.length; i++) {
            if (!image.isPresent(route.sourceColumn(i))) {
                if (there == null) {
                    throw new AssertionError("an incomplete row is written to "
                            + route.destination().table());
                }
                row[i] = there[i];
            }
        }
        return row;
    }

    private static @Nullable String[] texts(TableRoute route, Row row) {
        @Nullable String[] texts = new @Nullable String[route.sourceColumns().size()];
        for (int i = 0; i < texts.length; i++) {
            int column = route.sourceColumn(i);
            texts[i] = row.state(column) == Row.State.VALUE ? row.text(column) : null;
        }
        return texts;
    }

    private static List<String> keyOf(TableRoute route, @Nullable String[] row) {
        ModelTable table = ModelDestination.byTarget(route.destination().table());
        @Nullable String[] source = new @Nullable String[row.length];
        for (int i = 0; i < row.length; i++) {
            source[route.sourceColumn(i)] = row[i];
        }
        return table.key(source);
    }

    private static RefetchRequest request(TableRoute route, Row image) {
        RowBuilder key = new RowBuilder(image.columns());
        for (int i = 0; i < image.columns(); i++) {
            if (route.source().key().columns().contains(i)) {
                key.value(image.text(i));
            } else {
                key.state(Row.ABSENT);
            }
        }
        return new RefetchRequest(route, key.build());
    }
}
