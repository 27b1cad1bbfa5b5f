package io.syncline.engine.stream.coalesce;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a round of the changes between two barriers. */
public final class Coalescer {

    /**
     * @param requests rows of the round that must be read again, which its groups leave alone; none in {@link Mode#STRICT}
     */
    public record Coalesced(Round round, List<RefetchRequest> requests) {}

    private final IdentityHashMap<TableRoute, Table> tables = new IdentityHashMap<>();
    private @Nullable Table last;

    /** @param changes null when they are to be applied one by one */
    private record Table(TableRoute route, @Nullable TableChanges changes) {}

    private Coalescer() {}

    /**
     * @param sequence in source order; changes of one table have the same route object
     * @throws io.syncline.api.error.SyncException SOURCE_SETTINGS when a change does not say which row it is about
     */
    public static Coalesced coalesce(Mode mode, List<RoutedChange> sequence) {
        Coalescer coalescer = new Coalescer();
        for (RoutedChange change : sequence) {
            TableChanges changes = coalescer.table(change.route()).changes();
            if (changes != null) {
                changes.add(change.change());
            }
        }
        return coalescer.result(mode, sequence);
    }

    @SuppressWarnings("ReferenceEquality")
    private Table table(TableRoute route) {
        if (last == null || last.route != route) {
            last = tables.computeIfAbsent(route, Coalescer::newTable);
        }
        return last;
    }

    private static Table newTable(TableRoute route) {
        KeyForm form = KeyForm.of(route);
        return new Table(route, form == null ? null : new TableChanges(route, form));
    }

    private Coalesced result(Mode mode, List<RoutedChange> sequence) {
        List<ChangeGroup> groups = new ArrayList<>();
        List<RefetchRequest> requests = new ArrayList<>();
        IdentityHashMap<TableRoute, Table> ordered = new IdentityHashMap<>();
        for (Table table : inFixedOrder()) {
            if (table.changes == null || table.changes.isContradicted()) {
                ordered.put(table.route, table);
            } else {
                NetChanges net = table.changes.net(mode);
                net.addGroupsTo(groups);
                requests.addAll(net.requests());
            }
        }
        return new Coalesced(new Round(mode, groups, only(ordered, sequence), sequence), requests);
    }

    /** Every stream goes through the tables in this order, so that none waits for another in a circle (T42). */
    private List<Table> inFixedOrder() {
        return tables.values().stream()
                .sorted(Comparator.comparing(
                                (Table table) -> table.route.destination().table())
                        .thenComparing(table -> table.route.source().table()))
                .toList();
    }

    private static List<RoutedChange> only(IdentityHashMap<TableRoute, Table> tables, List<RoutedChange> sequence) {
        return tables.isEmpty()
                ? List.of()
                : sequence.stream()
                        .filter(change -> tables.containsKey(change.route()))
                        .toList();
    }
}
