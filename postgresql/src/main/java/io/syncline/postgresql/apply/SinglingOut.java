package io.syncline.postgresql.apply;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies changes in source order, halving what does not fit until the change stands alone that is the reason: then a failure has a name, or a conflict its
 * resolution, or a bad value what the table's rules say of it, and n changes with k of these take about k log n statements. The savepoint follows what has been applied.
 */
final class SinglingOut {

    private final RowSession session;
    private final ConflictResolver conflicts;
    private final BadValueResolver badValues;

    SinglingOut(RowSession session, ConflictResolver conflicts, BadValueResolver badValues) {
        this.session = session;
        this.conflicts = conflicts;
        this.badValues = badValues;
    }

    /**
     * Applies changes that may fit together.
     *
     * @throws SyncException what the one change is that does not fit
     */
    List<RefetchRequest> fit(Round.Mode mode, List<RoutedChange> changes) throws SQLException {
        try {
            return kept(session.ordered().apply(mode, changes));
        } catch (SQLException e) {
            Rejections.requireOfTable(e);
        } catch (SyncException e) {
            Rejections.requireConflict(e);
        }
        session.undoToSavepoint();
        return apply(mode, changes);
    }

    /**
     * @param changes that do not fit together; the transaction stands at the savepoint before them
     * @throws SyncException what the one change is that does not fit
     */
    List<RefetchRequest> apply(Round.Mode mode, List<RoutedChange> changes) throws SQLException {
        if (changes.size() == 1) {
            return one(mode, changes.getFirst());
        }
        int half = changes.size() / 2;
        List<RefetchRequest> requests = new ArrayList<>(fit(mode, changes.subList(0, half)));
        requests.addAll(fit(mode, changes.subList(half, changes.size())));
        return requests;
    }

    private List<RefetchRequest> one(Round.Mode mode, RoutedChange change) throws SQLException {
        try {
            return kept(session.ordered().apply(mode, List.of(change)));
        } catch (SQLException e) {
            Rejections.requireOfTable(e);
            if (!Rejections.isOfRows(e)) {
                TableId table = change.route().destination().table();
                throw session.errors()
                        .of(e, "applying a change of " + table, ErrorCode.DESTINATION_SCHEMA)
                        .ofTable(change.route().source().table());
            }
            session.undoToSavepoint();
            return kept(
                    Rejections.isBadValue(e)
                            ? badValues.refused(mode, change, e)
                            : conflicts.rejected(mode, change, e));
        } catch (SyncException e) {
            Rejections.requireConflict(e);
            session.undoToSavepoint();
            return kept(missed(change, e));
        }
    }

    private List<RefetchRequest> missed(RoutedChange change, SyncException failure) throws SQLException {
        Optional<List<RefetchRequest>> returned =
                failure.code() == ErrorCode.CONFLICT_ROW_MISSING ? badValues.ofQuarantined(change) : Optional.empty();
        return returned.isPresent() ? returned.get() : conflicts.missed(change, failure);
    }

    private List<RefetchRequest> kept(List<RefetchRequest> requests) throws SQLException {
        session.moveSavepoint();
        return requests;
    }
}
