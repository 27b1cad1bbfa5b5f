package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Source tables that are merged without their origin as a part of the key: no two of them may have a row of the same key (docs/design/merge.md). */
final class MergedKeys {

    private final SortedMap<TableId, List<TableRoute>> groups = new TreeMap<>();

    MergedKeys(PrecheckScope scope) {
        for (TableRoute route : scope.routes()) {
            if (route.origin() != null
                    && !route.origin().inKey()
                    && route.source().key().exists()) {
                groups.computeIfAbsent(route.destination().table(), target -> new ArrayList<>())
                        .add(route);
            }
        }
        groups.values().removeIf(routes -> routes.size() == 1);
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    Finding look(CatalogSession session) {
        List<String> shared = new ArrayList<>();
        List<String> filtered = new ArrayList<>();
        groups.forEach((target, routes) -> {
            long keys = session.query(sharedKeys(routes), row -> row.getLong(1)).getFirst();
            boolean whole = routes.stream()
                    .allMatch(
                            route -> route.shaping() == null || route.shaping().filter() == null);
            if (keys > 0) {
                (whole ? shared : filtered)
                        .add(keys + (keys == 1 ? " key" : " keys") + " of " + routes.size() + " tables that become "
                                + target);
            }
        });
        if (!shared.isEmpty()) {
            return Finding.failed(
                    "Several of the merged tables have rows of the same key: " + String.join("; ", shared) + ".",
                    "With merge: disjoint one row of the destination would stand for several of the source.",
                    "Say merge: origin, so that the origin is part of the key; or carry the tables apart.");
        }
        if (!filtered.isEmpty()) {
            return Finding.warning(
                    "Several of the merged tables have rows of the same key, counted without their filters: "
                            + String.join("; ", filtered) + ".",
                    "With merge: disjoint the task stops when two of them match the filters.",
                    "Say merge: origin unless the filters part them.");
        }
        return Finding.passed("No two of the merged tables have rows of the same key.");
    }

    private static String sharedKeys(List<TableRoute> routes) {
        String all = routes.stream().map(MergedKeys::keys).collect(Collectors.joining(" UNION ALL "));
        return "SELECT count(*) FROM (SELECT 1 FROM (" + all + ") AS k GROUP BY " + names(routes.getFirst(), "k.c")
                + " HAVING count(*) > 1) AS shared";
    }

    /** In the order of the destination's columns, which all of them have. */
    private static String keys(TableRoute route) {
        List<Integer> key = route.destination().key().columns();
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            String name =
                    route.source().columns().get(route.sourceColumn(key.get(i))).name();
            columns.add(Quoting.identifier(name) + " AS c" + i);
        }
        return "SELECT " + String.join(", ", columns) + " FROM "
                + Quoting.table(route.source().table());
    }

    private static String names(TableRoute route, String prefix) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < route.destination().key().columns().size(); i++) {
            names.add(prefix + i);
        }
        return String.join(", ", names);
    }
}
