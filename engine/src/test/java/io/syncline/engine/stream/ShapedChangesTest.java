package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Delete;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.Update;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.port.RowShaper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Changes of {@code t (id, state, note)} where only rows of state {@code in} are carried, without their state. */
class ShapedChangesTest {

    private static final TableSchema SOURCE = table("s", "id", "state", "note");
    private static final TableRoute ROUTE = new TableRoute(
            SOURCE, table("d", "id", "note"), List.of(0, 2), new Shaping(null, Map.of(), List.of(0, 1, 2)));

    private final ShapedChanges shaping = new ShapedChanges(new RowShaper() {
        @Override
        public List<@Nullable Row> shape(TableRoute route, List<Row> rows) {
            List<@Nullable Row> shaped = new ArrayList<>();
            rows.forEach(row -> shaped.add(row.text(1).equals("in") ? RowBuilder.of(row.text(0), row.text(2)) : null));
            return shaped;
        }

        @Override
        public void close() {}
    });

    @Test
    void aRowThatLeavesIsDeletedAndOneThatEntersInserted() {
        Row in = row("1", "in", "n");
        Row out = row("1", "out", "n");
        Row kept = RowBuilder.of("1", "n");

        assertThat(shaped(new Insert(SOURCE, in), Insert.class).after()).isEqualTo(kept);
        assertThat(shaped(new Delete(SOURCE, in), Delete.class).before()).isEqualTo(kept);
        assertThat(shaped(new Update(SOURCE, in, out), Delete.class).before()).isEqualTo(kept);
        assertThat(shaped(new Update(SOURCE, out, in), Insert.class).after()).isEqualTo(kept);
        Update update = shaped(new Update(SOURCE, in, row("2", "in", "m")), Update.class);
        assertThat(update.before()).isEqualTo(kept);
        assertThat(update.after()).isEqualTo(RowBuilder.of("2", "m"));
        assertThat(changes(new Insert(SOURCE, out), new Update(SOURCE, out, out), new Delete(SOURCE, out)))
                .isEmpty();
    }

    @Test
    void t8AnUnchangedValueOfARowThatEntersComesFromTheOldRow() {
        Row after =
                new RowBuilder(3).value("1").value("in").state(Row.UNCHANGED).build();

        Insert insert = shaped(new Update(SOURCE, row("1", "out", "large"), after), Insert.class);

        assertThat(insert.after()).isEqualTo(RowBuilder.of("1", "large"));
    }

    @Test
    void t8ARowThatIsNotWholeIsAnError() {
        Row key =
                new RowBuilder(3).value("1").state(Row.ABSENT).state(Row.ABSENT).build();

        for (RowChange change : List.of(
                new Update(SOURCE, null, row("1", "in", "n")),
                new Update(SOURCE, key, row("2", "in", "n")),
                new Delete(SOURCE, key))) {
            assertThatThrownBy(() -> changes(change))
                    .isInstanceOfSatisfying(
                            SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SETTINGS));
        }
    }

    private <T extends RowChange> T shaped(RowChange change, Class<T> kind) {
        return kind.cast(changes(change).getFirst().change());
    }

    private List<RoutedChange> changes(RowChange... changes) {
        return shaping.of(List.of(changes).stream()
                .map(change -> new RoutedChange(ROUTE, change))
                .toList());
    }

    private static Row row(String... values) {
        return RowBuilder.of(values);
    }

    private static TableSchema table(String database, String... columns) {
        ColumnType text = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        return new TableSchema(
                new TableId(database, "public", "t"),
                1,
                List.of(columns).stream()
                        .map(name -> new Column(name, text, true, false))
                        .toList(),
                new Key(Key.Kind.PRIMARY, List.of(0), false));
    }
}
