package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.api.schema.ColumnChange;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.DdlPolicy;
import io.syncline.engine.route.PlannedShape;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The task carries all columns but {@code secret}, and {@code b} as {@code "B"}. */
class AlterationsTest {

    private static final Column ID = column(1, "id", "integer", false, null);
    private static final Column A = column(2, "a", "character varying(5)", true, null);
    private static final Column B = column(3, "b", "integer", true, "0");
    private static final Column SECRET = column(4, "secret", "text", true, null);
    private static final TableSchema BEFORE = table(ID, A, B, SECRET);

    private final Alterations alterations = new Alterations(DdlPolicy.DEFAULT, new OneWay(AlterationsTest::way, true));

    @Test
    void t10ColumnsAreTheSameWhenTheirNumbersAre() {
        Column renamed = column(2, "b2", "character varying(5)", true, null);
        Column sameName = column(5, "a", "character varying(5)", true, null);

        assertThat(changes(table(ID, renamed, B, SECRET, sameName)))
                .containsExactly(new ColumnChange.Rename("a", "b2"), new ColumnChange.Add(target(sameName), null));
    }

    @Test
    void everyPropertyIsFollowed() {
        Column a = column(2, "a", "text", false, "'x'::text");
        Column c = column(7, "c", "integer", false, null);

        assertThat(alterations
                        .of(way(BEFORE), new Altered(BEFORE, table(ID, a, c), Map.of(7, "3"), false, ""))
                        .changes())
                .containsExactlyInAnyOrder(
                        new ColumnChange.Drop("B"),
                        new ColumnChange.Retype("a", a.type()),
                        new ColumnChange.Nullability("a", false),
                        new ColumnChange.Default("a", "'x'::text"),
                        new ColumnChange.Add(target(c), "3"))
                .startsWith(new ColumnChange.Drop("B"));
    }

    /** T10: whoever cannot give the rows the source's values gives them none. */
    @Test
    void t10RowsOfUnknownValuesAreLoadedAnewOrRefused() {
        Altered event = new Altered(BEFORE, BEFORE, Map.of(), true, "");
        assertThat(alterations.of(way(BEFORE), event).anew()).isTrue();

        Alterations notLoadable = new Alterations(DdlPolicy.DEFAULT, new OneWay(AlterationsTest::way, false));
        assertThatThrownBy(() -> notLoadable.of(way(BEFORE), event))
                .hasMessageContaining("does not load the table anew");
        Alterations noTypes = new Alterations(
                new DdlPolicy(EnumSet.complementOf(EnumSet.of(DdlKind.ALTER_TYPE))),
                new OneWay(AlterationsTest::way, true));
        assertThatThrownBy(() -> noTypes.of(way(BEFORE), event)).hasMessageContaining("alterType: stop");
    }

    @Test
    void t10ATableIsTheSameUnderAnotherName() {
        TableSchema after = new TableSchema(id("u"), 77, List.of(ID, A, SECRET, B), BEFORE.key());
        TableAlteration alteration = alterations.of(way(BEFORE), new Altered(BEFORE, after, Map.of(), false, ""));

        assertThat(alteration.renames()).isTrue();
        assertThat(alteration.after().destination().table().name()).isEqualTo("u");
        assertThat(alteration.changes()).isEmpty();
        Alterations noNames = new Alterations(
                new DdlPolicy(EnumSet.complementOf(EnumSet.of(DdlKind.RENAME_TABLE))),
                new OneWay(AlterationsTest::way, true));
        assertThatThrownBy(() -> noNames.of(way(BEFORE), new Altered(BEFORE, after, Map.of(), false, "")))
                .hasMessageContaining("renameTable: stop");
    }

    /** A table that the task lacks is not left out without a word. */
    @Test
    void aTableThatTakesAChosenNameStopsTheTaskUnlessItIsTakenUpOrIgnored() {
        Named event = new Named(id("t"), 78);
        new Alterations(DdlPolicy.DEFAULT, new OneWay(AlterationsTest::way, true, true)).named(event);
        assertThatThrownBy(() -> alterations.named(event))
                .hasMessageContaining("public.t")
                .hasMessageContaining("does not carry");
        new Alterations(
                        new DdlPolicy(EnumSet.noneOf(DdlKind.class), EnumSet.of(DdlKind.CREATE_TABLE)),
                        new OneWay(AlterationsTest::way, true))
                .named(event);
    }

    /** The destination table has the rows of other source tables too, and these say the source table's name. */
    @Test
    void aMergedTableIsNotAltered() {
        TableRoute own = way(BEFORE);
        TableRoute merged = new TableRoute(
                own.source(), own.destination(), own.sourceColumns(), null, new Origin("x:src.public.t", true));
        TableSchema more = table(ID, A, B, SECRET, column(9, "z", "integer", true, null));
        TableSchema renamed = new TableSchema(id("u"), 77, BEFORE.columns(), BEFORE.key());

        assertThat(alterations
                        .of(merged, new Altered(BEFORE, BEFORE, Map.of(), false, ""))
                        .changes())
                .isEmpty();
        for (Altered event : List.of(
                new Altered(BEFORE, more, Map.of(), false, ""),
                new Altered(BEFORE, renamed, Map.of(), false, ""),
                new Altered(BEFORE, BEFORE, Map.of(), true, ""))) {
            assertThatThrownBy(() -> alterations.of(merged, event))
                    .hasMessageContaining("merged with those of other tables");
        }
    }

    /** What is not carried changes the places of the others in the rows, and nothing at the destination. */
    @Test
    void columnsThatAreNotCarriedMoveTheOthersOnly() {
        TableSchema after = table(ID, SECRET, A, B);
        TableAlteration alteration = alterations.of(way(BEFORE), new Altered(BEFORE, after, Map.of(), false, ""));

        assertThat(alteration.changes()).isEmpty();
        assertThat(alteration.after().sourceColumns()).containsExactly(0, 2, 3);
    }

    @Test
    void theDestinationsOwnTypeStays() {
        TableRoute own = new TableRoute(
                BEFORE,
                retyped(way(BEFORE).destination(), 1, type("text")),
                way(BEFORE).sourceColumns());
        Column other = column(9, "z", "integer", true, null);

        TableAlteration alteration =
                alterations.of(own, new Altered(BEFORE, table(ID, A, B, SECRET, other), Map.of(), false, ""));
        assertThat(alteration.after().destination().columns().get(1).type().name())
                .isEqualTo("text");
        assertRefused(
                own, table(ID, column(2, "a", "character varying(9)", true, null), B, SECRET), "has the type text");
    }

    @Test
    void aKeyMayComeToRowsThatAreLoadedAnewAlone() {
        TableSchema keyless = new TableSchema(id("t"), 77, BEFORE.columns(), Key.NONE);
        assertThatThrownBy(() -> alterations.of(way(keyless), new Altered(keyless, BEFORE, Map.of(), false, "")))
                .hasMessageContaining("another key");
        assertThat(alterations
                        .of(way(keyless), new Altered(keyless, BEFORE, Map.of(), true, ""))
                        .after()
                        .destination()
                        .key()
                        .exists())
                .isTrue();
        assertThatThrownBy(() -> alterations.of(way(BEFORE), new Altered(BEFORE, keyless, Map.of(), true, "")))
                .hasMessageContaining("another key");
    }

    @Test
    void whatCannotBeFollowedIsRefused() {
        assertRefused(way(BEFORE), new TableSchema(id("t"), 77, BEFORE.columns(), Key.NONE), "another key");
        Column generated = new Column("g", type("integer"), true, true, 8, null);
        assertRefused(way(BEFORE), table(ID, A, B, SECRET, generated), "generated");
        assertThatThrownBy(() -> alterations.of(
                        way(BEFORE), new Altered(BEFORE, BEFORE, Map.of(), false, "its rows were rewritten")))
                .hasMessageContaining("its rows were rewritten");
    }

    @Test
    void whatTheTaskForbidsIsRefused() {
        Alterations noDrops = new Alterations(
                new DdlPolicy(EnumSet.complementOf(EnumSet.of(DdlKind.DROP_COLUMN))),
                new OneWay(AlterationsTest::way, true));
        assertThatThrownBy(
                        () -> noDrops.of(way(BEFORE), new Altered(BEFORE, table(ID, A, SECRET), Map.of(), false, "")))
                .hasMessageContaining("dropColumn: stop");
        // What is not carried is not dropped.
        assertThat(noDrops.of(way(BEFORE), new Altered(BEFORE, table(ID, A, B), Map.of(), false, ""))
                        .changes())
                .isEmpty();
    }

    /** The ledger gives back what the next alteration is held against. */
    @Test
    void t31ARecordedShapeIsReadBack() {
        Column odd = column(300, "a\tb\\n\nc\rd\\N", "\"odd \\ type\"[]", false, "E'\\t'::text || '\n'");
        TableSchema shape = table(ID, odd, B);
        TableAlteration alteration = alterations.of(way(BEFORE), new Altered(BEFORE, shape, Map.of(), false, ""));

        assertThat(PlannedShape.read(shape.table(), 77, alteration.sourceShape()))
                .contains(shape);
        assertThat(PlannedShape.read(shape.table(), 77, "id integer; key id")).isEmpty();
    }

    private List<ColumnChange> changes(TableSchema after) {
        return alterations
                .of(way(BEFORE), new Altered(BEFORE, after, Map.of(), false, ""))
                .changes();
    }

    private void assertRefused(TableRoute before, TableSchema after, String why) {
        assertThatThrownBy(() -> alterations.of(before, new Altered(BEFORE, after, Map.of(), false, "")))
                .isInstanceOfSatisfying(SyncException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
                    assertThat(e.getMessage()).contains("public.t", why);
                    assertThat(e.remedy()).isNotBlank();
                });
    }

    private static TableRoute way(TableSchema source) {
        List<Column> columns = new ArrayList<>();
        List<Integer> feeds = new ArrayList<>();
        for (int i = 0; i < source.columns().size(); i++) {
            Column column = source.columns().get(i);
            if (!column.generated() && !column.name().equals("secret")) {
                columns.add(target(column));
                feeds.add(i);
            }
        }
        return new TableRoute(
                source,
                new TableSchema(new TableId("dst", "public", source.table().name()), 5, columns, source.key()),
                feeds);
    }

    private static Column target(Column column) {
        return new Column(
                column.name().equals("b") ? "B" : column.name(),
                column.type(),
                column.nullable(),
                false,
                0,
                column.defaultExpression());
    }

    private static TableSchema retyped(TableSchema table, int index, ColumnType type) {
        UnaryOperator<Column> change = column ->
                new Column(column.name(), type, column.nullable(), false, column.number(), column.defaultExpression());
        List<Column> columns = new ArrayList<>(table.columns());
        columns.set(index, change.apply(columns.get(index)));
        return new TableSchema(table.table(), table.version(), columns, table.key());
    }

    private static TableId id(String name) {
        return new TableId("src", "public", name);
    }

    private static TableSchema table(Column... columns) {
        return new TableSchema(id("t"), 77, List.of(columns), new Key(Key.Kind.PRIMARY, List.of(0), false));
    }

    private static Column column(
            int number, String name, String type, boolean nullable, @Nullable String defaultExpression) {
        return new Column(name, type(type), nullable, false, number, defaultExpression);
    }

    private static ColumnType type(String name) {
        return new ColumnType(name, name, 23, TextForm.UNIQUE);
    }
}
