package io.syncline.engine.stream;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Dropped;
import io.syncline.api.model.ChangeEvent.Moved;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.ColumnChange;
import io.syncline.api.task.DdlKind;
import io.syncline.api.task.DdlPolicy;
import io.syncline.engine.route.PlannedShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an alteration at the source means for the destination table: columns are followed by their numbers (T10), through the task's selection and names.
 *
 * @param policy what may be followed
 */
public record Alterations(DdlPolicy policy, Selection selection) {

    static final String CLEAN = "Run clean for this task, adapt or drop the destination table, and start it again.";

    private static final String NOT_LOADABLE =
            "the task does not load the table anew: it copies no rows, keeps rows that others have put there, filters, computes or merges them, leaves out operations, or was not SYNCHRONIZING yet";

    /**
     * @param before the way of the rows before it
     * @throws SyncException SOURCE_SCHEMA_CHANGED when the destination cannot follow, or must not; TASK_FILE_INVALID when a rule names a column that is gone
     */
    public TableAlteration of(TableRoute before, Altered event) {
        if (before.origin() != null) {
            return ofMerged(before, event);
        }
        requireSameKey(event);
        TableRoute ruled = ruled(event);
        if (before.shaping() != null && isNothingButAName(event)) {
            TableSchema was = before.destination();
            TableRoute after = new TableRoute(
                    event.after(),
                    new TableSchema(target(before, ruled, event), was.version(), was.columns(), was.key()),
                    before.sourceColumns(),
                    before.shaping());
            return new TableAlteration(before, after, List.of(), PlannedShape.of(after), false);
        }
        if (before.shaping() != null) {
            throw refused(event, "its rows go through a filter or computed columns", CLEAN);
        }
        if (!event.unknown().isEmpty()) {
            throw refused(event, event.unknown(), CLEAN);
        }
        if (event.rewritten() && !selection.loadable(before.source())) {
            throw refused(event, "its rows got values that no log tells, and " + NOT_LOADABLE, CLEAN);
        }
        TableRoute after = after(before, ruled, event);
        List<ColumnChange> changes = changes(before, after, event);
        changes.forEach(change -> requireApplied(event, change.kind()));
        if (event.rewritten() && changes.stream().noneMatch(change -> change instanceof ColumnChange.Add)) {
            requireApplied(event, DdlKind.ALTER_TYPE);
        }
        return new TableAlteration(before, after, changes, PlannedShape.of(event.after()), event.rewritten());
    }

    /** Others' rows are in the destination table, and the origin of these says the source table's name. */
    private static TableAlteration ofMerged(TableRoute before, Altered event) {
        boolean same = event.unknown().isEmpty()
                && !event.rewritten()
                && event.before().equals(event.after());
        if (!same) {
            throw refused(
                    event,
                    "its rows are merged with those of other tables into "
                            + before.destination().table() + ", which would have to change with it",
                    CLEAN);
        }
        return new TableAlteration(before, before, List.of(), PlannedShape.of(before), false);
    }

    private void requireApplied(Altered event, DdlKind kind) {
        if (!policy.applies(kind)) {
            throw refused(
                    event,
                    "the task file says " + kind.word() + ": stop",
                    "Say " + kind.word()
                            + ": apply there and start the task again to follow it; otherwise run clean for this task, adapt or drop the destination table, and start it again.");
        }
    }

    /**
     * The way under the name that the table has now. A table is the same under whatever name (T10); the destination's is called as the task's rules have it.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED when they say nothing of that name, or other things than of the old one
     */
    private TableRoute ruled(Altered event) {
        TableId was = event.before().table();
        TableId is = event.after().table();
        if (!was.equals(is)) {
            requireApplied(event, DdlKind.RENAME_TABLE);
        }
        TableRoute ruled = selection
                .way(event.after())
                .orElseThrow(() -> refused(
                        event,
                        "nothing in the task file's objects chooses its new name",
                        "Add " + is + " to the objects beside " + was
                                + " (with to, if the destination's table is to keep its name), and start the task again."
                                + " When it has gone on, " + was + " may be left out."));
        if (!was.equals(is) && !selection.alike(was, is)) {
            throw refused(
                    event,
                    "the task file says other things of its new name than of the old one (columns, operations, filter or partitions)",
                    "Give " + is + " an entry in the objects that says the same, and start the task again.");
        }
        return ruled;
    }

    private static boolean isNothingButAName(Altered event) {
        return event.unknown().isEmpty()
                && !event.rewritten()
                && event.before().columns().equals(event.after().columns())
                && event.before().key().equals(event.after().key());
    }

    /** Only another name at the source gives the destination's table another one. */
    private static TableId target(TableRoute before, TableRoute ruled, Altered event) {
        boolean renamed = !event.before().table().equals(event.after().table());
        return renamed ? ruled.destination().table() : before.destination().table();
    }

    /**
     * A table that is not carried has a name from here on.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED when the task should carry it
     */
    void named(Named event) {
        if (policy.ignores(DdlKind.CREATE_TABLE)
                || !selection.lacks(event.table(), event.version())
                || (policy.applies(DdlKind.CREATE_TABLE) && selection.takesUp())) {
            return;
        }
        throw new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "the source has a table " + event.table()
                        + " that the task file chooses and the task does not carry: it was made, or got this name, after the task had started. Nothing after it was applied.",
                "Leave it out of the objects, or say createTable: ignore under ddl, and start the task again to go on without it; or run clean for this task and start it anew with it.");
    }

    /** @throws SyncException SOURCE_SCHEMA_CHANGED when the table cannot, or must not, be loaded anew */
    void requireLoadable(Moved event) {
        boolean applied = policy.applies(DdlKind.PARTITIONS);
        if (!applied || !selection.loadable(event.table())) {
            throw new SyncException(
                            ErrorCode.SOURCE_SCHEMA_CHANGED,
                            "source: " + event.how() + ". Rows of the table "
                                    + event.table().table()
                                    + " that came or went with it are in no log, and "
                                    + (applied ? NOT_LOADABLE : "the task file says partitions: stop")
                                    + ". Nothing after it was applied.",
                            applied
                                    ? CLEAN
                                    : "Say partitions: apply under ddl in the task file, and start the task again to load the table anew; or: "
                                            + CLEAN)
                    .ofTable(event.table().table());
        }
    }

    /** @throws SyncException SOURCE_SCHEMA_CHANGED when the table cannot be loaded anew */
    void requireLoadable(Untold event) {
        if (!selection.loadable(event.table())) {
            throw new SyncException(
                            ErrorCode.SOURCE_SCHEMA_CHANGED,
                            "source: the table " + event.table().table() + ": " + event.how()
                                    + ". Its log does not tell what its rows became, and " + NOT_LOADABLE
                                    + ". Nothing after it was applied.",
                            CLEAN)
                    .ofTable(event.table().table());
        }
    }

    /**
     * Whether the destination's table stays when the source's is dropped.
     *
     * @throws SyncException SOURCE_SCHEMA_CHANGED when the task file says neither
     */
    boolean keeps(TableRoute route, Dropped event) {
        if (policy.ignores(DdlKind.DROP_TABLE)) {
            return true;
        }
        if (policy.applies(DdlKind.DROP_TABLE) && route.origin() == null) {
            return false;
        }
        if (policy.applies(DdlKind.DROP_TABLE)) {
            throw new SyncException(
                            ErrorCode.SOURCE_SCHEMA_CHANGED,
                            "the table " + event.table().table()
                                    + " was dropped at the source, and its rows are merged with those of other tables into "
                                    + route.destination().table() + ". Nothing after it was applied.",
                            "Say dropTable: ignore under ddl in the task file to let its rows stay there, and start the task again.")
                    .ofTable(event.table().table());
        }
        throw new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "the table " + event.table().table()
                                + " was dropped at the source, and the task file says dropTable: stop. Nothing after it was applied.",
                        "Say dropTable: apply under ddl in the task file to drop it at the destination too, or dropTable: ignore to let it stay there as it is; then start the task again.")
                .ofTable(event.table().table());
    }

    private static void requireSameKey(Altered event) {
        TableSchema before = event.before();
        TableSchema after = event.after();
        // Rows that are loaded anew may be known by a key that they had not; the stream brings nothing that is older.
        boolean gained = event.rewritten() && !before.key().exists();
        if (!gained && !keyNumbers(before).equals(keyNumbers(after))) {
            throw refused(event, "its rows are known by another key from now on", CLEAN);
        }
        if (!generated(before).equals(generated(after))) {
            throw refused(event, "changes of generated columns are not followed", CLEAN);
        }
    }

    private static List<Integer> keyNumbers(TableSchema table) {
        return table.key().columns().stream()
                .map(index -> table.columns().get(index).number())
                .toList();
    }

    private static List<Column> generated(TableSchema table) {
        return table.columns().stream().filter(Column::generated).toList();
    }

    /** Columns that were there keep what the destination made of them, as far as the source did not change it. */
    private static TableRoute after(TableRoute before, TableRoute ruled, Altered event) {
        Map<Integer, Integer> known = byNumber(before);
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < ruled.destination().columns().size(); i++) {
            Column wanted = ruled.destination().columns().get(i);
            Column now = event.after().columns().get(ruled.sourceColumn(i));
            Integer index = known.get(now.number());
            columns.add(
                    index == null
                            ? new Column(wanted.name(), now.type(), now.nullable(), false, 0, now.defaultExpression())
                            : kept(
                                    event,
                                    wanted.name(),
                                    before.destination().columns().get(index),
                                    before.source().columns().get(before.sourceColumn(index)),
                                    now));
        }
        TableSchema destination = new TableSchema(
                target(before, ruled, event),
                before.destination().version(),
                columns,
                ruled.destination().key());
        return new TableRoute(event.after(), destination, ruled.sourceColumns());
    }

    private static Column kept(Altered event, String name, Column there, Column was, Column now) {
        boolean retyped = !was.type().name().equals(now.type().name());
        if (retyped && !there.type().name().equals(was.type().name())) {
            throw refused(
                    event,
                    "column " + there.name() + " of the destination has the type "
                            + there.type().name() + ", not the source's",
                    CLEAN);
        }
        boolean sameDefault = Objects.equals(was.defaultExpression(), now.defaultExpression());
        return new Column(
                name,
                retyped ? now.type() : there.type(),
                was.nullable() == now.nullable() ? there.nullable() : now.nullable(),
                false,
                there.number(),
                sameDefault ? there.defaultExpression() : now.defaultExpression());
    }

    /** Indexes of the destination's columns by the numbers of the source columns that feed them. */
    private static Map<Integer, Integer> byNumber(TableRoute route) {
        Map<Integer, Integer> indexes = new HashMap<>();
        for (int i = 0; i < route.destination().columns().size(); i++) {
            indexes.put(route.source().columns().get(route.sourceColumn(i)).number(), i);
        }
        return indexes;
    }

    /** Columns that go make room for names, columns that come follow. */
    private static List<ColumnChange> changes(TableRoute before, TableRoute after, Altered event) {
        Map<Integer, Integer> old = byNumber(before);
        Map<Integer, Integer> remaining = byNumber(after);
        List<ColumnChange> changes = new ArrayList<>();
        old.forEach((number, index) -> {
            if (!remaining.containsKey(number)) {
                changes.add(new ColumnChange.Drop(
                        before.destination().columns().get(index).name()));
            }
        });
        List<ColumnChange> later = new ArrayList<>();
        for (int i = 0; i < after.destination().columns().size(); i++) {
            Column column = after.destination().columns().get(i);
            int number = after.source().columns().get(after.sourceColumn(i)).number();
            Integer index = old.get(number);
            Column was = index == null ? null : before.destination().columns().get(index);
            if (was == null) {
                later.add(new ColumnChange.Add(column, event.fills().get(number)));
            } else if (!was.name().equals(column.name())) {
                changes.add(new ColumnChange.Rename(was.name(), column.name()));
            }
            differences(was, column, later);
        }
        changes.addAll(later);
        return changes;
    }

    private static void differences(@Nullable Column was, Column is, List<ColumnChange> changes) {
        if (was == null) {
            return;
        }
        if (!was.type().name().equals(is.type().name())) {
            changes.add(new ColumnChange.Retype(is.name(), is.type()));
        }
        if (was.nullable() != is.nullable()) {
            changes.add(new ColumnChange.Nullability(is.name(), is.nullable()));
        }
        if (!Objects.equals(was.defaultExpression(), is.defaultExpression())) {
            changes.add(new ColumnChange.Default(is.name(), is.defaultExpression()));
        }
    }

    static SyncException refused(Altered event, String why, String remedy) {
        String difference = SchemaDifference.between(event.before(), event.after());
        return new SyncException(
                        ErrorCode.SOURCE_SCHEMA_CHANGED,
                        "the table " + event.before().table() + " was altered at the source"
                                + (difference.isEmpty() ? "" : " (" + difference + ")")
                                + ", which the task does not follow: "
                                + why
                                + ". Nothing after it was applied.",
                        remedy)
                .ofTable(event.before().table());
    }
}
