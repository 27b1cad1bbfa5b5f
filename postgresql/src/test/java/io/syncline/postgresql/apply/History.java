package io.syncline.postgresql.apply;

import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A random history of a table {@code (id, u, doc, n)}, with u unique at every moment, and the rows after each change. */
final class History {

    /** Rows by id: u, doc, n. */
    record State(NavigableMap<Integer, List<String>> rows) {
        List<List<String>> list() {
            return rows.entrySet().stream()
                    .map(e -> List.of(
                            "" + e.getKey(),
                            e.getValue().get(0),
                            e.getValue().get(1),
                            e.getValue().get(2)))
                    .toList();
        }
    }

    private static final int IDS = 12;

    final List<RoutedChange> changes = new ArrayList<>();
    /** One more than changes: the first is before them. */
    final List<State> states = new ArrayList<>();

    private final TableRoute route;
    private final Random random;
    private final TreeMap<Integer, List<String>> rows = new TreeMap<>();
    private int fresh;

    History(TableRoute route, long seed, int length) {
        this.route = route;
        this.random = new Random(seed);
        for (int id = 0; id < IDS; id += 2) {
            rows.put(id, List.of("u" + fresh++, "d" + fresh++, "0"));
        }
        snapshot();
        while (changes.size() < length) {
            step();
            snapshot();
        }
    }

    private void snapshot() {
        states.add(new State(new TreeMap<>(rows)));
    }

    private void step() {
        int id = random.nextInt(IDS);
        @Nullable List<String> old = rows.get(id);
        if (old == null) {
            List<String> row = List.of(freeU(), "d" + fresh++, "0");
            rows.put(id, row);
            changes.add(ApplyFixture.insert(route, "" + id, row.get(0), row.get(1), row.get(2)));
        } else if (random.nextInt(4) == 0) {
            rows.remove(id);
            changes.add(
                    ApplyFixture.delete(route, "" + id, ApplyFixture.ABSENT, ApplyFixture.ABSENT, ApplyFixture.ABSENT));
        } else {
            update(id, old);
        }
    }

    /** May move the row to a free id, give it a free u, and leave the document unchanged, which then is not sent. */
    private void update(int id, List<String> old) {
        int target = random.nextInt(3) == 0 ? random.nextInt(IDS) : id;
        int next = rows.containsKey(target) ? id : target;
        boolean keepsDocument = random.nextInt(3) > 0;
        List<String> row = List.of(
                random.nextInt(3) == 0 ? freeU() : old.get(0),
                keepsDocument ? old.get(1) : "d" + fresh++,
                "" + fresh++);
        rows.remove(id);
        rows.put(next, row);
        changes.add(ApplyFixture.update(
                route,
                next == id
                        ? null
                        : ApplyFixture.row("" + id, ApplyFixture.ABSENT, ApplyFixture.ABSENT, ApplyFixture.ABSENT),
                ApplyFixture.row(
                        "" + next, row.get(0), keepsDocument ? ApplyFixture.UNCHANGED : row.get(1), row.get(2))));
    }

    /** Values come back, so that net changes swap them. */
    private String freeU() {
        String u = "u" + random.nextInt(2 * IDS);
        return rows.values().stream().anyMatch(row -> row.get(0).equals(u)) ? "new" + fresh++ : u;
    }
}
