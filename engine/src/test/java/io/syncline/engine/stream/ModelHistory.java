package io.syncline.engine.stream;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A source that lives through random transactions, with the log that PostgreSQL would write of them and its state after each. */
final class ModelHistory {

    static final long STEP = 10;

    /** A transaction in the log; it ends at {@code end}, and snapshots contain it from {@code containedFrom} on. */
    record Transaction(long containedFrom, long end, List<ChangeEvent> events) {}

    private final Random random;
    private final ModelState state = new ModelState();
    private final List<Transaction> transactions = new ArrayList<>();
    private final List<ModelState> states = new ArrayList<>();
    private List<ChangeEvent> events = new ArrayList<>();
    private final boolean shifts;
    private int values;

    /**
     * @param length how many transactions
     * @param shifts whether rows take keys of others that leave them only with the next change
     */
    ModelHistory(Random random, int length, boolean shifts) {
        this.random = random;
        this.shifts = shifts;
        states.add(state.copy());
        for (int i = 1; i <= length; i++) {
            events = new ArrayList<>();
            int changes = random.nextInt(12) == 0 ? 40 : 1 + random.nextInt(6);
            for (int j = 0; j < changes; j++) {
                change(ModelTable.ALL.get(random.nextInt(ModelTable.ALL.size())));
            }
            transactions.add(new Transaction(containedFrom(i * STEP), i * STEP, events));
            states.add(state.copy());
        }
    }

    static long containedFrom(long end) {
        return end - 3;
    }

    List<Transaction> transactions() {
        return transactions;
    }

    long end() {
        return transactions.size() * STEP;
    }

    /** What a snapshot at this position sees. */
    ModelState at(long position) {
        int seen = 0;
        while (seen < transactions.size() && transactions.get(seen).containedFrom() <= position) {
            seen++;
        }
        return states.get(seen);
    }

    private void change(ModelTable table) {
        List<@Nullable String[]> rows = state.of(table.id());
        int kind = random.nextInt(20);
        if (kind == 0 && random.nextInt(3) == 0) {
            truncate(table);
        } else if (rows.isEmpty() || kind < 6) {
            insert(table, rows);
        } else if (kind < 10) {
            delete(table, rows);
        } else if (kind < 15 || !table.isKeyed()) {
            update(table, rows.get(random.nextInt(rows.size())), null);
        } else if (shifts && table.isDeferrable() && kind < 18) {
            shift(table, rows);
        } else {
            move(table, rows);
        }
    }

    private void truncate(ModelTable table) {
        List<ModelTable> emptied =
                random.nextBoolean() ? List.of(table) : List.of(table, ModelTable.ALL.get(random.nextInt(5)));
        emptied.forEach(one -> state.of(one.id()).clear());
        events.add(new ChangeEvent.Truncate(
                emptied.stream().distinct().map(one -> one.route().source()).toList(), false, false));
    }

    private void insert(ModelTable table, List<@Nullable String[]> rows) {
        @Nullable String[] row = new @Nullable String[table.columns()];
        key(table, row);
        if (table.isKeyed() && find(table, rows, table.key(row)) != null) {
            return;
        }
        row[table.columns() - 2] = value();
        row[table.columns() - 1] = document();
        rows.add(row);
        events.add(new ChangeEvent.Insert(table.route().source(), RowBuilder.of(row)));
    }

    private void delete(ModelTable table, List<@Nullable String[]> rows) {
        @Nullable String[] row = rows.remove(random.nextInt(rows.size()));
        events.add(new ChangeEvent.Delete(
                table.route().source(), table.full() ? RowBuilder.of(row) : keyOnly(table, row)));
    }

    /** Under a deferrable key two rows swap their keys, or one goes where another is just before that one leaves. */
    private void shift(ModelTable table, List<@Nullable String[]> rows) {
        @Nullable String[] one = rows.get(random.nextInt(rows.size()));
        @Nullable String[] other = rows.get(random.nextInt(rows.size()));
        @Nullable String[] first = one.clone();
        @Nullable String[] second = other.clone();
        if (table.key(one).equals(table.key(other))) {
            return;
        }
        update(table, one, second);
        if (random.nextInt(4) > 0) {
            update(table, other, first);
        } else {
            update(table, one, first);
        }
    }

    private void move(ModelTable table, List<@Nullable String[]> rows) {
        @Nullable String[] row = rows.get(random.nextInt(rows.size()));
        @Nullable String[] target = row.clone();
        key(table, target);
        @Nullable String[] there = find(table, rows, table.key(target));
        if (there == null || table.key(row).equals(table.key(target))) {
            update(table, row, target);
        }
    }

    /** @param newKey a row whose key this row gets; null to leave it */
    private void update(ModelTable table, @Nullable String[] row, @Nullable String @Nullable [] newKey) {
        @Nullable String[] old = row.clone();
        if (newKey != null) {
            System.arraycopy(newKey, 0, row, 0, table.keyColumns());
        }
        if (random.nextBoolean()) {
            row[table.columns() - 2] = value();
        }
        boolean documentChanges = random.nextInt(3) == 0;
        if (documentChanges) {
            row[table.columns() - 1] = document();
        }
        boolean keyChanges = false;
        for (int i = 0; i < table.keyColumns(); i++) {
            keyChanges |= !java.util.Objects.equals(old[i], row[i]);
        }
        RowBuilder after = new RowBuilder(row.length);
        for (int i = 0; i < row.length; i++) {
            String text = row[i];
            if (i == table.toasted() && !documentChanges && text != null) {
                after.state(Row.UNCHANGED);
            } else if (text == null) {
                after.state(Row.NULL);
            } else {
                after.value(text);
            }
        }
        Row before = table.full() ? RowBuilder.of(old) : keyChanges ? keyOnly(table, old) : null;
        events.add(new ChangeEvent.Update(table.route().source(), before, after.build()));
    }

    private void key(ModelTable table, @Nullable String[] row) {
        for (int i = 0; i < table.keyColumns(); i++) {
            List<List<String>> values = table.keys().get(i);
            List<String> forms = values.get(random.nextInt(values.size()));
            row[i] = forms.get(random.nextInt(forms.size()));
        }
    }

    private static @Nullable String @Nullable [] find(
            ModelTable table, List<@Nullable String[]> rows, List<String> key) {
        return rows.stream()
                .filter(row -> table.key(row).equals(key))
                .findFirst()
                .orElse(null);
    }

    private static Row keyOnly(ModelTable table, @Nullable String[] row) {
        RowBuilder key = new RowBuilder(row.length);
        for (int i = 0; i < row.length; i++) {
            String text = row[i];
            if (i < table.keyColumns() && text != null) {
                key.value(text);
            } else {
                key.state(Row.ABSENT);
            }
        }
        return key.build();
    }

    /** Few enough that rows without a key are equal now and then. */
    private @Nullable String value() {
        return random.nextInt(8) == 0 ? null : "v" + random.nextInt(4);
    }

    /** Never twice the same, so that a document in a wrong row is seen. */
    private @Nullable String document() {
        return random.nextInt(8) == 0 ? null : "document " + values++;
    }

    static final Instant COMMITTED = Instant.parse("2026-01-01T00:00:00Z");
}
