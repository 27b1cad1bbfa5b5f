package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies changes in source order. Only the order inside a table counts: nothing at the destination acts across tables while changes are applied (T2), so each table's
 * changes are taken together.
 */
final class OrderedApplier {

    private final Targets targets;
    private final GroupApplier groups;
    private final KeylessApplier keyless;
    private final BatchApplier batches;

    OrderedApplier(Targets targets, GroupApplier groups, KeylessApplier keyless, BatchApplier batches) {
        this.targets = targets;
        this.groups = groups;
        this.keyless = keyless;
        this.batches = batches;
    }

    /** Runs of changes go in one statement or batch where that comes to the same. */
    List<RefetchRequest> apply(Round.Mode mode, List<RoutedChange> sequence) throws SQLException {
        List<RefetchRequest> requests = new ArrayList<>();
        for (Map.Entry<Target, List<SingleChange>> table : byTable(sequence).entrySet()) {
            Target target = table.getKey();
            if (!target.hasKey()) {
                keyless.apply(target, table.getValue());
            } else if (mode == Round.Mode.STRICT) {
                requests.addAll(strict(target, table.getValue()));
            } else {
                for (SingleChange change : table.getValue()) {
                    requests.addAll(catchingUp(target, change));
                }
            }
        }
        return requests;
    }

    private List<RefetchRequest> strict(Target target, List<SingleChange> changes) throws SQLException {
        List<RefetchRequest> requests = new ArrayList<>();
        groups.makeRoom(target, changes.stream().map(SingleChange::net).toList());
        List<SingleChange> run = new ArrayList<>();
        for (SingleChange change : changes) {
            if (change.kind() == ChangeGroup.Kind.UPDATE && target.rereads(change.columns())) {
                batches.apply(target, run);
                run = new ArrayList<>();
                requests.addAll(groups.ask(target, List.of(change.net())));
            } else {
                run.add(change);
            }
        }
        batches.apply(target, run);
        return requests;
    }

    /** A changed key is deleted first; the new one then comes whole, or is asked for (T5). */
    private List<RefetchRequest> catchingUp(Target target, SingleChange change) throws SQLException {
        List<NetChange> net = List.of(change.net());
        if (change.kind() != ChangeGroup.Kind.UPDATE || GroupApplier.keepsKey(target, change.net())) {
            return groups.catchingUp(target, change.kind(), change.columns(), net);
        }
        groups.forget(target, net);
        Row image = change.image();
        if (target.isComplete(change.columns())) {
            groups.upsert(target, net);
            return List.of();
        }
        return List.of(Requests.of(target, image));
    }

    private Map<Target, List<SingleChange>> byTable(List<RoutedChange> sequence) throws SQLException {
        Map<Target, List<SingleChange>> tables = new LinkedHashMap<>();
        for (RoutedChange change : sequence) {
            Target target = targets.of(change.route());
            tables.computeIfAbsent(target, table -> new ArrayList<>()).add(SingleChange.of(target, change.change()));
        }
        return tables;
    }

    /**
     * A change as the source made it.
     *
     * @param columns destination columns that the image has; empty for a DELETE
     */
    record SingleChange(ChangeGroup.Kind kind, List<Integer> columns, NetChange net) {

        static SingleChange of(Target target, ChangeEvent.RowChange change) {
            return switch (change) {
                case ChangeEvent.Insert(var table, Row after) -> written(target, ChangeGroup.Kind.INSERT, null, after);
                case ChangeEvent.Update(var table, Row before, Row after) ->
                    before == null
                            ? written(target, ChangeGroup.Kind.UPDATE, after, after)
                            : written(target, ChangeGroup.Kind.UPDATE, before, after.over(before));
                case ChangeEvent.Delete(var table, Row before) ->
                    new SingleChange(ChangeGroup.Kind.DELETE, List.of(), new NetChange(before, null));
            };
        }

        private static SingleChange written(Target target, ChangeGroup.Kind kind, @Nullable Row before, Row image) {
            List<Integer> columns = target.writable().stream()
                    .filter(column -> image.isPresent(target.source(column)))
                    .toList();
            return new SingleChange(kind, columns, new NetChange(before, image));
        }

        Row image() {
            Row image = net.image();
            if (image == null) {
                throw new IllegalStateException("a deleted row has no image");
            }
            return image;
        }
    }
}
