package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.Conflict.Kind;
import io.syncline.api.apply.Conflict.Outcome;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.postgresql.apply.OrderedApplier.SingleChange;
import java.sql.SQLException;
import java.util.List;

/**
 * Does what the table's rules say of one change that does not find the destination as the source was, and notes it (docs/design/conflicts.md). While the stream catches up the
 * row that is in the way may be an older or newer state of the source's own: it makes room, whatever the rules say, since every row that was changed comes again (T25). A
 * row of another origin never makes room, and is never left to be in the way: it stops (docs/design/merge.md).
 */
final class ConflictResolver {

    private final RowSession session;
    private final OtherRows others;
    private final Rejections rejections;

    ConflictResolver(RowSession session, OtherRows others, Rejections rejections) {
        this.session = session;
        this.others = others;
        this.rejections = rejections;
    }

    /**
     * The server refuses the change.
     *
     * @param failure for which {@link Rejections#isOfRows} holds, and which is undone
     */
    List<RefetchRequest> rejected(Mode mode, RoutedChange routed, SQLException failure) throws SQLException {
        Target target = session.targets().of(routed.route());
        SingleChange change = SingleChange.of(target, routed.change());
        if (!Rejections.isCollision(failure)) {
            throw rejections.of(failure, target, change.net());
        }
        if (mode == Mode.CATCHING_UP) {
            return makeRoom(mode, target, routed, change);
        }
        return switch (target.rules().conflicts()) {
            case REPORT -> throw rejections.of(failure, target, change.net());
            case IGNORE -> {
                if (target.isMerged()
                        && others.areOfOtherOrigin(target, new NetChange(change.image(), change.image()))) {
                    throw rejections.of(failure, target, change.net());
                }
                note(target, kind(target, change), Outcome.LEFT, change);
                yield List.of();
            }
            case OVERWRITE -> overwrite(mode, target, routed, change);
        };
    }

    /**
     * The change finds no row, or several.
     *
     * @param failure which is undone
     */
    List<RefetchRequest> missed(RoutedChange routed, SyncException failure) throws SQLException {
        Target target = session.targets().of(routed.route());
        SingleChange change = SingleChange.of(target, routed.change());
        if (failure.code() != ErrorCode.CONFLICT_ROW_MISSING) {
            throw failure;
        }
        Kind kind = change.kind() == ChangeGroup.Kind.DELETE ? Kind.DELETE_FINDS_NONE : Kind.UPDATE_FINDS_NONE;
        return switch (target.rules().conflicts()) {
            case REPORT -> throw failure;
            case IGNORE -> {
                note(target, kind, Outcome.LEFT, change);
                yield List.of();
            }
            case OVERWRITE -> {
                if (kind == Kind.DELETE_FINDS_NONE || !target.rules().inserts()) {
                    note(target, kind, Outcome.LEFT, change);
                    yield List.of();
                }
                yield comeBack(target, change, failure);
            }
        };
    }

    private void note(Target target, Kind kind, Outcome outcome, SingleChange change) throws SQLException {
        session.conflicts().add(target, kind, outcome, change.net());
    }

    private Kind kind(Target target, SingleChange change) throws SQLException {
        boolean findsKey = change.kind() == ChangeGroup.Kind.INSERT
                && target.hasKey()
                && session.groups().exists(target, change.image());
        return findsKey ? Kind.INSERT_FINDS_KEY : Kind.UNIQUE_VALUE_TAKEN;
    }

    private List<RefetchRequest> overwrite(Mode mode, Target target, RoutedChange routed, SingleChange change)
            throws SQLException {
        if (change.kind() != ChangeGroup.Kind.INSERT) {
            return makeRoom(mode, target, routed, change);
        }
        if (kind(target, change) == Kind.INSERT_FINDS_KEY) {
            note(target, Kind.INSERT_FINDS_KEY, Outcome.WRITTEN, change);
        }
        write(target, change);
        return List.of();
    }

    /** Other rows go, then the change is applied as it is. */
    private List<RefetchRequest> makeRoom(Mode mode, Target target, RoutedChange routed, SingleChange change)
            throws SQLException {
        boolean ofOldKey = mode == Mode.STRICT && change.kind() == ChangeGroup.Kind.UPDATE;
        removeOthers(target, change, ofOldKey ? change.net() : new NetChange(change.image(), change.image()));
        try {
            return session.ordered().apply(mode, List.of(routed));
        } catch (SQLException e) {
            throw stillRejected(target, change, e);
        }
    }

    /** The row that an UPDATE does not find. */
    private List<RefetchRequest> comeBack(Target target, SingleChange change, SyncException failure)
            throws SQLException {
        if (target.isComplete(change.columns())) {
            note(target, Kind.UPDATE_FINDS_NONE, Outcome.WRITTEN, change);
            ChangeEvent.Insert insert = new ChangeEvent.Insert(target.route().source(), change.image());
            return session.singlingOut().apply(Mode.STRICT, List.of(new RoutedChange(target.route(), insert)));
        }
        if (!target.hasKey()) {
            throw failure;
        }
        note(target, Kind.UPDATE_FINDS_NONE, Outcome.READ_AGAIN, change);
        return List.of(Requests.of(target, change.image()));
    }

    /** The complete image becomes the row of its key, and other rows make room. */
    private void write(Target target, SingleChange change) throws SQLException {
        NetChange image = new NetChange(change.image(), change.image());
        removeOthers(target, change, image);
        try {
            if (target.hasKey()) {
                session.groups().upsert(target, List.of(image));
            } else {
                session.groups().strict(target, ChangeGroup.Kind.INSERT, change.columns(), List.of(image));
            }
        } catch (SQLException e) {
            throw stillRejected(target, change, e);
        }
    }

    private void removeOthers(Target target, SingleChange change, NetChange kept) throws SQLException {
        for (List<String> key : others.remove(target, kept)) {
            session.conflicts().add(target, Kind.UNIQUE_VALUE_TAKEN, Outcome.OTHER_REMOVED, change.net(), key);
        }
    }

    private SyncException stillRejected(Target target, SingleChange change, SQLException failure) throws SQLException {
        Rejections.requireOfRows(failure);
        session.undoToSavepoint();
        return rejections.of(failure, target, change.net());
    }
}
