package io.syncline.engine.stream.coalesce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What several changes of a row come to. Rows are (id, a, doc); {@code ~} stands for unchanged, {@code -} for absent. */
class CoalescerTest {

    private static final TableRoute TABLE = route("t", TextForm.UNIQUE, false);

    private final List<RoutedChange> changes = new ArrayList<>();

    @Test
    void insertThenUpdateIsOneInsertOfTheLastImage() {
        insert("1", "x", "long");
        update("1", "y", "~");

        assertThat(strict()).containsExactly("INSERT t [0, 1, 2]: (1, y, long)");
    }

    @Test
    void insertThenDeleteIsNothingButADeleteWhileCatchingUp() {
        insert("1", "x", "d");
        delete("1");

        assertThat(strict()).isEmpty();
        assertThat(catchingUp()).containsExactly("DELETE t []: 1");
    }

    @Test
    void manyRowsAreFoundInTheOrderOfTheirKeys() {
        List<Integer> ids =
                new ArrayList<>(IntStream.rangeClosed(1, 3000).boxed().toList());
        Collections.shuffle(ids, new Random(7));
        ids.forEach(id -> update(id.toString(), "x", "~"));

        assertThat(strict().getFirst()).startsWith("UPDATE t [0, 1]: 1 -> ");
        assertThat(strict().get(1999)).startsWith("UPDATE t [0, 1]: 2000 -> ");
        assertThat(strict().getLast()).startsWith("UPDATE t [0, 1]: 3000 -> ");
    }

    @Test
    void manyRowsKeepTheSourcesOrderWhenAKeyMoves() {
        for (int id = 3000; id > 0; id--) {
            move(Integer.toString(id), Integer.toString(id + 1), "x", "~");
        }

        assertThat(strict().getFirst()).startsWith("UPDATE t [0, 1]: 3000 -> (3001");
    }

    @Test
    void t14DeleteThenInsertIsAnUpdateWithTheCompleteImage() {
        delete("1");
        insert("1", "y", "new");

        assertThat(strict()).containsExactly("UPDATE t [0, 1, 2]: 1 -> (1, y, new)");
    }

    @Test
    void t1UpdatesUnionTheirColumns() {
        update("1", "x", "first");
        update("1", "y", "~");

        assertThat(strict()).containsExactly("UPDATE t [0, 1, 2]: 1 -> (1, y, first)");
    }

    @Test
    void updateThenDeleteIsADelete() {
        update("1", "x", "~");
        delete("1");

        assertThat(strict()).containsExactly("DELETE t []: 1");
    }

    @Test
    void updateThatChangesNothingIsAnUpdate() {
        update("1", "~", "~");

        assertThat(strict()).containsExactly("UPDATE t [0]: 1 -> (1, ~, ~)");
    }

    @Test
    void t1MoveKeepsTheKeyOfTheRoundsStart() {
        move("1", "2", "x", "~");
        move("2", "3", "y", "~");

        assertThat(strict()).containsExactly("UPDATE t [0, 1]: 1 -> (3, y, ~)");
    }

    @Test
    void keysAreSwappedOverAThird() {
        move("1", "9", "x", "~");
        move("2", "1", "y", "~");
        move("9", "2", "x", "~");

        assertThat(strict()).containsExactly("UPDATE t [0, 1]: 1 -> (2, x, ~)", "UPDATE t [0, 1]: 2 -> (1, y, ~)");
    }

    @Test
    void movedThenDeletedRowIsDeletedByItsFirstKey() {
        move("1", "2", "x", "~");
        delete("2");

        assertThat(strict()).containsExactly("DELETE t []: 1");
        assertThat(catchingUp()).containsExactly("DELETE t []: 1", "DELETE t []: 2");
    }

    @Test
    void insertedThenMovedRowIsInsertedWithItsLastKey() {
        insert("1", "x", "d");
        move("1", "2", "y", "~");

        assertThat(strict()).containsExactly("INSERT t [0, 1, 2]: (2, y, d)");
        assertThat(catchingUp()).containsExactly("DELETE t []: 1", "INSERT t [0, 1, 2]: (2, y, d)");
    }

    @Test
    void deletedKeyIsTakenByAnotherRow() {
        delete("2");
        move("1", "2", "x", "~");

        assertThat(strict()).containsExactly("DELETE t []: 2", "UPDATE t [0, 1]: 1 -> (2, x, ~)");
    }

    @Test
    void vacatedKeyIsTakenByANewRow() {
        move("1", "2", "x", "~");
        insert("1", "n", "new");

        assertThat(strict()).containsExactly("UPDATE t [0, 1]: 1 -> (2, x, ~)", "INSERT t [0, 1, 2]: (1, n, new)");
    }

    /** A chunk may have been read while the row had the key 2, which no later change names. */
    @Test
    void whileCatchingUpNoKeyOnTheWayIsLeftBehind() {
        move("1", "2", "x", "all");
        move("2", "3", "y", "all");

        assertThat(catchingUp())
                .containsExactly("DELETE t []: 1", "DELETE t []: 2", "UPDATE t [0, 1, 2]: 3 -> (3, y, all)");
    }

    /** What the destination holds under its key may be another row's, so the missing column must not be taken from there. */
    @Test
    void t5WhileCatchingUpAMovedRowWithoutACompleteImageIsReadAgain() {
        move("1", "2", "x", "~");
        insert("1", "n", "new");
        delete("1");
        move("2", "1", "x", "~");

        Coalescer.Coalesced coalesced = Coalescer.coalesce(Mode.CATCHING_UP, changes);

        assertThat(coalesced.requests())
                .extracting(request -> text(request.key()))
                .containsExactly("(1, -, -)");
        assertThat(lines(coalesced)).containsExactly("DELETE t []: 2");
    }

    /** PostgreSQL sends the old key, though it did not change, when it is too long to be sent twice. */
    @Test
    void unchangedKeyIsTakenFromTheOldRow() {
        changes.add(new RoutedChange(
                TABLE, new ChangeEvent.Update(TABLE.source(), row("1", "-", "-"), row("~", "x", "~"))));

        assertThat(strict()).containsExactly("UPDATE t [0, 1]: 1 -> (1, x, ~)");
    }

    @Test
    void wholeOldRowCompletesTheImage() {
        changes.add(new RoutedChange(
                TABLE, new ChangeEvent.Update(TABLE.source(), row("1", "w", "long"), row("1", "x", "~"))));

        assertThat(strict()).containsExactly("UPDATE t [0, 1, 2]: 1 -> (1, x, long)");
    }

    @Test
    void keysThatAreEqualAsValuesAreOneKey() {
        TableRoute numeric = route("n", TextForm.NUMERIC, false);
        changes.add(new RoutedChange(numeric, new ChangeEvent.Delete(numeric.source(), row("1.0", "-", "-"))));
        changes.add(new RoutedChange(numeric, new ChangeEvent.Insert(numeric.source(), row("1.00", "x", "d"))));

        assertThat(strict()).containsExactly("UPDATE n [0, 1, 2]: 1.0 -> (1.00, x, d)");
    }

    @Test
    void keysThatBytesCannotTellAreAppliedInOrder() {
        TableRoute opaque = route("o", TextForm.OPAQUE, false);
        changes.add(new RoutedChange(opaque, new ChangeEvent.Delete(opaque.source(), row("a", "-", "-"))));
        insert("1", "x", "d");
        changes.add(new RoutedChange(opaque, new ChangeEvent.Insert(opaque.source(), row("A", "x", "d"))));

        Coalescer.Coalesced coalesced = Coalescer.coalesce(Mode.STRICT, changes);

        assertThat(coalesced.round().ordered()).containsExactly(changes.get(0), changes.get(2));
        assertThat(lines(coalesced)).containsExactly("INSERT t [0, 1, 2]: (1, x, d)");
        assertThat(coalesced.round().sequence()).isEqualTo(changes);
    }

    /** As when DELETE was not chosen: whether the row may be there is for the applier to judge. */
    @Test
    void changesThatContradictEachOtherAreAppliedInOrder() {
        insert("1", "x", "d");
        insert("2", "x", "d");
        insert("1", "y", "d");

        Coalescer.Coalesced coalesced = Coalescer.coalesce(Mode.STRICT, changes);

        assertThat(coalesced.round().groups()).isEmpty();
        assertThat(coalesced.round().ordered()).isEqualTo(changes);
    }

    /** The old row, whole under a deferrable key, tells whether the row that came or the one that was there leaves. */
    @Test
    void rowsSwapADeferrableKeyAtOnce() {
        TableRoute deferrable = route("d", TextForm.UNIQUE, true);
        changes.add(new RoutedChange(
                deferrable, new ChangeEvent.Update(deferrable.source(), row("1", "x", "X"), row("2", "x", "X"))));
        changes.add(new RoutedChange(
                deferrable, new ChangeEvent.Update(deferrable.source(), row("2", "y", "Y"), row("1", "y", "Y"))));

        assertThat(strict())
                .containsExactly("UPDATE d [0, 1, 2]: 1 -> (2, x, X)", "UPDATE d [0, 1, 2]: 2 -> (1, y, Y)");
    }

    @Test
    void t42TablesComeInAFixedOrder() {
        for (String name : List.of("j", "i", "h", "g", "f", "e", "d", "c", "b", "a")) {
            TableRoute route = route(name, TextForm.UNIQUE, false);
            changes.add(new RoutedChange(route, new ChangeEvent.Insert(route.source(), row("1", "x", "d"))));
        }

        assertThat(strict())
                .as("T42")
                .extracting(change -> change.substring("INSERT ".length(), "INSERT ".length() + 1))
                .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    }

    @Test
    void t42TablesThatAreMergedComeInAFixedOrder() {
        for (String name : List.of("c", "b", "d", "a")) {
            TableRoute route = route(name, TextForm.UNIQUE, false);
            TableSchema all = new TableSchema(
                    new TableId("db", "dst", "all"),
                    1,
                    route.destination().columns(),
                    route.destination().key());
            changes.add(new RoutedChange(
                    new TableRoute(route.source(), all, route.sourceColumns(), null, new Origin(name, true)),
                    new ChangeEvent.Insert(route.source(), row("1", "x", "d"))));
        }

        assertThat(Coalescer.coalesce(Mode.STRICT, changes).round().groups())
                .as("T42")
                .extracting(group -> group.route().source().table().name())
                .containsExactly("a", "b", "c", "d");
    }

    @Test
    void changeWithoutItsKeyIsRefused() {
        delete("-");

        assertThatThrownBy(this::strict)
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SETTINGS))
                .hasMessageContaining("src.t")
                .hasMessageContaining("id");
    }

    private void insert(String id, String a, String doc) {
        changes.add(new RoutedChange(TABLE, new ChangeEvent.Insert(TABLE.source(), row(id, a, doc))));
    }

    private void update(String id, String a, String doc) {
        changes.add(new RoutedChange(TABLE, new ChangeEvent.Update(TABLE.source(), null, row(id, a, doc))));
    }

    private void move(String from, String to, String a, String doc) {
        changes.add(
                new RoutedChange(TABLE, new ChangeEvent.Update(TABLE.source(), row(from, "-", "-"), row(to, a, doc))));
    }

    private void delete(String id) {
        changes.add(new RoutedChange(TABLE, new ChangeEvent.Delete(TABLE.source(), row(id, "-", "-"))));
    }

    private List<String> strict() {
        Coalescer.Coalesced coalesced = Coalescer.coalesce(Mode.STRICT, changes);
        assertThat(coalesced.requests()).isEmpty();
        return lines(coalesced);
    }

    private List<String> catchingUp() {
        return lines(Coalescer.coalesce(Mode.CATCHING_UP, changes));
    }

    private static List<String> lines(Coalescer.Coalesced coalesced) {
        List<String> lines = new ArrayList<>();
        for (ChangeGroup group : coalesced.round().groups()) {
            for (NetChange change : group.changes()) {
                String key = change.key() == null ? "" : change.key().text(0);
                String image = change.image() == null ? "" : text(change.image());
                lines.add(
                        group.kind() + " " + group.route().destination().table().name() + " " + group.columns() + ": "
                                + key + (key.isEmpty() || image.isEmpty() ? "" : " -> ") + image);
            }
        }
        return lines;
    }

    private static String text(Row row) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < row.columns(); i++) {
            texts.add(
                    switch (row.state(i)) {
                        case VALUE -> row.text(i);
                        case NULL -> "null";
                        case UNCHANGED -> "~";
                        case ABSENT -> "-";
                    });
        }
        return "(" + String.join(", ", texts) + ")";
    }

    private static Row row(String... values) {
        RowBuilder row = new RowBuilder(values.length);
        for (String value : values) {
            switch (value) {
                case "~" -> row.state(Row.UNCHANGED);
                case "-" -> row.state(Row.ABSENT);
                default -> row.value(value);
            }
        }
        return row.build();
    }

    private static TableRoute route(String name, TextForm keyForm, boolean deferrable) {
        List<Column> columns =
                List.of(column("id", keyForm), column("a", TextForm.UNIQUE), column("doc", TextForm.UNIQUE));
        Key key = new Key(Key.Kind.PRIMARY, List.of(0), deferrable);
        return new TableRoute(
                new TableSchema(new TableId("db", "src", name), 1, columns, key),
                new TableSchema(new TableId("db", "dst", name), 1, columns, key),
                List.of(0, 1, 2));
    }

    private static Column column(String name, TextForm form) {
        String type = form.name();
        return new Column(name, new ColumnType(type, type, 0, form), true, false);
    }
}
