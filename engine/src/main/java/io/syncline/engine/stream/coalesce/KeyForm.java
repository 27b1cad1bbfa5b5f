package io.syncline.engine.stream.coalesce;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TextForm;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares rows of one route by the bytes of their key, so that equal keys have equal bytes whatever their text form ({@link TextForm}). */
final class KeyForm {

    private final TableRoute route;
    /** Source columns that feed the destination's key, in its order. */
    private final int[] columns;

    private final TextForm[] forms;

    private KeyForm(TableRoute route, int[] columns, TextForm[] forms) {
        this.route = route;
        this.columns = columns;
        this.forms = forms;
    }

    /** Null when rows of this route cannot be told apart by bytes: no key, or a type of which no rule is known. */
    static @Nullable KeyForm of(TableRoute route) {
        List<Integer> key = route.destination().key().columns();
        if (key.isEmpty()) {
            return null;
        }
        int[] columns = new int[key.size()];
        TextForm[] forms = new TextForm[key.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = route.sourceColumn(key.get(i));
            forms[i] = common(
                    route.source().columns().get(columns[i]),
                    route.destination().columns().get(key.get(i)));
            if (forms[i] == TextForm.OPAQUE) {
                return null;
            }
        }
        return new KeyForm(route, columns, forms);
    }

    /** The rule by which values are equal at either end. */
    private static TextForm common(Column source, Column destination) {
        TextForm from = source.type().textForm();
        TextForm to = destination.type().textForm();
        if (from == to || to == TextForm.UNIQUE) {
            return from;
        }
        return from == TextForm.UNIQUE ? to : TextForm.OPAQUE;
    }

    int hash(Row row) {
        long hash = KeyBytes.SEED;
        for (int i = 0; i < columns.length; i++) {
            hash = KeyBytes.hash(hash, row.page(), KeyBytes.slice(row, columns[i], forms[i]));
        }
        return KeyBytes.finish(hash);
    }

    boolean equal(Row one, Row other) {
        for (int i = 0; i < columns.length; i++) {
            long a = KeyBytes.slice(one, columns[i], forms[i]);
            long b = KeyBytes.slice(other, columns[i], forms[i]);
            if (!KeyBytes.equal(one.page(), a, other.page(), b)) {
                return false;
            }
        }
        return true;
    }

    /** An order in which rows that lie close to each other at the destination often come close to each other. Equal keys are equal in it. */
    int compare(Row one, Row other) {
        for (int i = 0; i < columns.length; i++) {
            long a = KeyBytes.slice(one, columns[i], forms[i]);
            long b = KeyBytes.slice(other, columns[i], forms[i]);
            int order = KeyBytes.compare(one.page(), a, other.page(), b);
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /** @throws SyncException SOURCE_SETTINGS when the log does not say which row changed */
    Row requireKey(Row row) {
        for (int column : columns) {
            if (!row.isPresent(column)) {
                Column missing = route.source().columns().get(column);
                throw new SyncException(
                        ErrorCode.SOURCE_SETTINGS,
                        "a change of " + route.source().table() + " came without the key column " + missing.name()
                                + ", so that its row cannot be found at the destination",
                        "Let the table's replica identity cover its key (ALTER TABLE ... REPLICA IDENTITY FULL does), run clean for this task and start it anew.");
            }
        }
        return row;
    }

    /** A row of which only the columns of the key are present. */
    Row keyOnly(Row row) {
        TreeSet<Integer> kept = new TreeSet<>(route.source().key().columns());
        for (int column : columns) {
            kept.add(column);
        }
        int[] bounds = new int[2 * row.columns()];
        for (int column = 0; column < row.columns(); column++) {
            bounds[2 * column] = kept.contains(column) ? row.offset(column) : 0;
            bounds[2 * column + 1] = kept.contains(column) ? row.length(column) : Row.ABSENT;
        }
        return new Row(row.page(), bounds).copy();
    }
}
