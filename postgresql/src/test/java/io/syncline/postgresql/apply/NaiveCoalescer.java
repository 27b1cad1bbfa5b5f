package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Net changes of one table whose key is its first column, made the plainest way. */
final class NaiveCoalescer {

    private static final class Net {
        @Nullable
        Row start;

        @Nullable
        Row image;
    }

    private NaiveCoalescer() {}

    static Round strict(TableRoute route, List<RoutedChange> sequence) {
        Map<String, Net> byKey = new HashMap<>();
        List<Net> all = new ArrayList<>();
        for (RoutedChange change : sequence) {
            switch (change.change()) {
                case ChangeEvent.Insert(var table, Row after) -> {
                    Net net = new Net();
                    Net gone = byKey.get(after.text(0));
                    // A row that comes back under its key is that row changed, whole.
                    if (gone != null && gone.image == null) {
                        gone.image = after;
                    } else {
                        net.image = after;
                        all.add(net);
                        byKey.put(after.text(0), net);
                    }
                }
                case ChangeEvent.Update(var table, Row before, Row after) -> {
                    Row key = before == null ? after : before;
                    Net net = found(byKey, all, key);
                    net.image = net.image == null ? after : after.over(net.image);
                    if (before != null) {
                        byKey.remove(before.text(0));
                        byKey.put(after.text(0), net);
                    }
                }
                case ChangeEvent.Delete(var table, Row before) -> {
                    Net net = found(byKey, all, before);
                    net.image = null;
                    if (net.start == null || !net.start.text(0).equals(before.text(0))) {
                        byKey.remove(before.text(0));
                    }
                }
            }
        }
        return new Round(Round.Mode.STRICT, groups(route, all), List.of(), sequence);
    }

    private static Net found(Map<String, Net> byKey, List<Net> all, Row key) {
        return byKey.computeIfAbsent(key.text(0), k -> {
            Net net = new Net();
            net.start = key;
            all.add(net);
            return net;
        });
    }

    private static List<ChangeGroup> groups(TableRoute route, List<Net> all) {
        List<NetChange> deletes = new ArrayList<>();
        Map<List<Integer>, List<NetChange>> updates = new LinkedHashMap<>();
        List<NetChange> inserts = new ArrayList<>();
        for (Net net : all) {
            if (net.start == null) {
                if (net.image != null) {
                    inserts.add(new NetChange(null, net.image));
                }
            } else if (net.image == null) {
                deletes.add(new NetChange(net.start, null));
            } else {
                Row image = net.image;
                List<Integer> columns = IntStream.range(0, image.columns())
                        .filter(image::isPresent)
                        .boxed()
                        .toList();
                updates.computeIfAbsent(columns, c -> new ArrayList<>()).add(new NetChange(net.start, image));
            }
        }
        List<ChangeGroup> groups = new ArrayList<>();
        if (!deletes.isEmpty()) {
            groups.add(new ChangeGroup(route, ChangeGroup.Kind.DELETE, List.of(), deletes));
        }
        updates.forEach(
                (columns, changes) -> groups.add(new ChangeGroup(route, ChangeGroup.Kind.UPDATE, columns, changes)));
        if (!inserts.isEmpty()) {
            groups.add(new ChangeGroup(route, ChangeGroup.Kind.INSERT, ApplyFixture.all(route), inserts));
        }
        return groups;
    }
}
