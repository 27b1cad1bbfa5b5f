package io.syncline.postgresql.apply;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.BadValue.Outcome;
import io.syncline.api.apply.BadValue.Refused;
import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.Conflict;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.postgresql.apply.OrderedApplier.SingleChange;
import io.syncline.postgresql.apply.RefusedColumns.Refusal;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Does what the table's rules say of one change whose values the server refuses, and notes it; and brings rows back that were in quarantine (docs/design/bad-values.md). Whatever is
 * done, the source's row is at the destination, or in quarantine, or the task stops.
 */
final class BadValueResolver {

    private final RowSession session;
    private final ConflictResolver conflicts;
    private final Rejections rejections;
    private final RefusedColumns columns;
    private final TakenRows rows;
    private final BadValue.Kind inserts;

    /** @param inserts what an inserted row is called */
    BadValueResolver(
            RowSession session,
            ConflictResolver conflicts,
            Rejections rejections,
            RefusedColumns columns,
            TakenRows rows,
            BadValue.Kind inserts) {
        this.session = session;
        this.conflicts = conflicts;
        this.rejections = rejections;
        this.columns = columns;
        this.rows = rows;
        this.inserts = inserts;
    }

    /**
     * A change that finds no row, whose row is in quarantine: it leaves it, and what it became is tried anew.
     *
     * @return empty when the row is not in quarantine
     */
    Optional<List<RefetchRequest>> ofQuarantined(RoutedChange routed) throws SQLException {
        Target target = session.targets().of(routed.route());
        SingleChange change = SingleChange.of(target, routed.change());
        if (change.kind() == ChangeGroup.Kind.INSERT || !target.hasKey()) {
            return Optional.empty();
        }
        Optional<Row> was = session.quarantine().take(target, Requests.keyRow(change.net()));
        if (was.isEmpty() || change.kind() == ChangeGroup.Kind.DELETE) {
            return was.map(_ -> List.of());
        }
        session.moveSavepoint();
        Row whole = change.image().over(was.get());
        return Optional.of(session.singlingOut()
                .apply(
                        Mode.STRICT,
                        List.of(new RoutedChange(
                                routed.route(),
                                new ChangeEvent.Insert(routed.route().source(), whole)))));
    }

    /**
     * The server refuses a value of the change.
     *
     * @param failure for which {@link Rejections#isBadValue} holds, and which is undone
     */
    List<RefetchRequest> refused(Mode mode, RoutedChange routed, SQLException failure) throws SQLException {
        Target target = session.targets().of(routed.route());
        SingleChange change = SingleChange.of(target, routed.change());
        BadValues policy = target.rules().badValues();
        if (mode == Mode.STRICT) {
            Optional<List<RefetchRequest>> returned = ofQuarantined(routed);
            if (returned.isPresent()) {
                return returned.get();
            }
        }
        if (policy == BadValues.STOP) {
            throw rejections.of(failure, target, change.net());
        }
        if (change.kind() == ChangeGroup.Kind.DELETE) {
            // The destination refuses the key itself, so that no row of its can have it.
            session.quarantine().forget(target, List.of(change.net()));
            return mode == Mode.STRICT ? missed(target, routed, change) : List.of();
        }
        return switch (policy) {
            case SET_NULL -> setNull(mode, target, routed, change, failure);
            case QUARANTINE ->
                mode == Mode.STRICT
                        ? quarantine(target, routed, change, failure)
                        : quarantineCatchingUp(target, change, failure);
            case STOP -> throw rejections.of(failure, target, change.net());
        };
    }

    /** Each further refusal comes here again with fewer values, until the row is taken, or refused for what cannot be NULL. */
    private List<RefetchRequest> setNull(
            Mode mode, Target target, RoutedChange routed, SingleChange change, SQLException failure)
            throws SQLException {
        List<Refusal> refusals = refusals(target, change.image(), failure, Integer.MAX_VALUE);
        if (refusals.isEmpty()
                || refusals.stream().anyMatch(refusal -> target.key().contains(refusal.column()))) {
            throw rejections.of(failure, target, change.net());
        }
        List<String> key = session.quarantine().keyTexts(target, change.image());
        for (Refusal refusal : refusals) {
            session.badValues().add(target, refused(target, refusal), kind(change), Outcome.SET_NULL, key);
        }
        Set<Integer> nulls = refusals.stream()
                .map(refusal -> target.source(refusal.column()))
                .collect(Collectors.toSet());
        return session.singlingOut()
                .apply(mode, List.of(new RoutedChange(routed.route(), with(routed.change(), change, nulls))));
    }

    private static ChangeEvent.RowChange with(ChangeEvent.RowChange change, SingleChange single, Set<Integer> nulls) {
        Row image = withNulls(single.image(), nulls);
        return switch (change) {
            case ChangeEvent.Insert(var table, var _) -> new ChangeEvent.Insert(table, image);
            case ChangeEvent.Update(var table, Row before, var _) -> new ChangeEvent.Update(table, before, image);
            case ChangeEvent.Delete _ -> throw new IllegalArgumentException("a deleted row has no image");
        };
    }

    private static Row withNulls(Row row, Set<Integer> nulls) {
        int[] bounds = new int[2 * row.columns()];
        for (int column = 0; column < row.columns(); column++) {
            bounds[2 * column] = row.offset(column);
            bounds[2 * column + 1] = nulls.contains(column) ? Row.NULL : row.length(column);
        }
        return new Row(row.page(), bounds);
    }

    /** The row's former state goes: a reader sees the present one, or finds it named in the ledger. */
    private List<RefetchRequest> quarantine(
            Target target, RoutedChange routed, SingleChange change, SQLException failure) throws SQLException {
        Row image = change.image();
        if (change.kind() == ChangeGroup.Kind.UPDATE) {
            List<Integer> missing = target.writable().stream()
                    .filter(column -> !change.columns().contains(column))
                    .toList();
            List<Row> former = take(target, Requests.keyRow(change.net()), missing);
            if (former.isEmpty()) {
                return missed(target, routed, change);
            }
            Rejections.requireAll(Changes.keyed(target, List.of(change.net())), former.size(), "update");
            image = image.over(former.getFirst());
        }
        boolean comesToKey = change.kind() == ChangeGroup.Kind.INSERT || !GroupApplier.keepsKey(target, change.net());
        if (comesToKey && isLookedFor(target) && !take(target, image, List.of()).isEmpty()) {
            if (target.rules().conflicts() == ConflictPolicy.REPORT) {
                throw Rejections.keyExists(target, "its key " + target.keyNames());
            }
            boolean leaves = target.rules().conflicts() == ConflictPolicy.IGNORE;
            if (leaves) {
                session.undoToSavepoint();
            }
            session.conflicts()
                    .add(
                            target,
                            change.kind() == ChangeGroup.Kind.INSERT
                                    ? Conflict.Kind.INSERT_FINDS_KEY
                                    : Conflict.Kind.UNIQUE_VALUE_TAKEN,
                            leaves ? Conflict.Outcome.LEFT : Conflict.Outcome.OTHER_REMOVED,
                            change.net());
            if (leaves) {
                return List.of();
            }
        }
        put(target, change, image, failure);
        return List.of();
    }

    /** What has the row's keys may be older or newer than the change, and comes again in either case (T5). */
    private List<RefetchRequest> quarantineCatchingUp(Target target, SingleChange change, SQLException failure)
            throws SQLException {
        session.quarantine().forget(target, List.of(change.net()));
        take(target, Requests.keyRow(change.net()), List.of());
        take(target, change.image(), List.of());
        if (!target.isComplete(change.columns())) {
            return List.of(Requests.of(target, change.image()));
        }
        put(target, change, change.image(), failure);
        return List.of();
    }

    private void put(Target target, SingleChange change, Row image, SQLException failure) throws SQLException {
        Refused what = refusals(target, image, failure, 1).stream()
                .findFirst()
                .map(refusal -> refused(target, refusal))
                .orElseGet(() -> new Refused(
                        SqlErrors.state(failure),
                        Rejections.column(failure).orElse(""),
                        Rejections.constraintName(failure).orElse("")));
        session.quarantine().put(target, image, kind(change), what);
        session.badValues()
                .add(
                        target,
                        what,
                        kind(change),
                        Outcome.QUARANTINED,
                        session.quarantine().keyTexts(target, image));
    }

    /** While a table is loaded it may have no index yet: then each look would read all of it, and COPY does not look either. */
    private boolean isLookedFor(Target target) throws SQLException {
        return inserts != BadValue.Kind.LOAD || rows.areIndexed(target);
    }

    /** None where the destination refuses the key itself. */
    private List<Row> take(Target target, Row key, List<Integer> wanted) throws SQLException {
        session.execute("SAVEPOINT syncline_take");
        List<Row> taken = List.of();
        try {
            taken = rows.take(target, key, wanted);
        } catch (SQLException e) {
            Rejections.requireOfRows(e);
            session.execute("ROLLBACK TO SAVEPOINT syncline_take");
        }
        session.execute("RELEASE SAVEPOINT syncline_take");
        return taken;
    }

    private List<RefetchRequest> missed(Target target, RoutedChange routed, SingleChange change) throws SQLException {
        NetChange net = change.net();
        String doing = change.kind() == ChangeGroup.Kind.DELETE ? "delete" : "update";
        return conflicts.missed(routed, Rejections.notReached(Changes.keyed(target, List.of(net)), 0, doing));
    }

    /** The columns that refuse their value alone, or else the one that a CHECK refuses. */
    private List<Refusal> refusals(Target target, Row image, SQLException failure, int most) throws SQLException {
        List<Refusal> refusals = new ArrayList<>(columns.of(target, image, most));
        Optional<String> constraint = Rejections.constraintName(failure);
        if (refusals.isEmpty() && constraint.isPresent()) {
            columns.checkedBy(target, constraint.get())
                    .filter(column -> image.isPresent(target.source(column)) && !image.isNull(target.source(column)))
                    .ifPresent(column -> refusals.add(Refusal.of(column, failure)));
        }
        return refusals;
    }

    private static Refused refused(Target target, Refusal refusal) {
        return new Refused(refusal.state(), target.column(refusal.column()).name(), refusal.constraint());
    }

    private BadValue.Kind kind(SingleChange change) {
        return change.kind() == ChangeGroup.Kind.INSERT ? inserts : BadValue.Kind.UPDATE;
    }
}
