package io.syncline.postgresql.apply;

import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CommandLog;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One destination transaction of a stream: the ledger row is locked first, the position written last (I1, I2, T20). */
final class ApplyTransaction implements Applier.Transaction {

    private final ApplySession session;
    private final RowSession rows;
    /** Since the savepoint, which is set when the transaction begins. */
    private boolean written;

    private boolean ended;

    private ApplyTransaction(ApplySession session) {
        this.session = session;
        this.rows = session.rows();
    }

    static ApplyTransaction begin(ApplySession session, Position previous) throws SQLException {
        session.rows().transactionBegins();
        ApplyTransaction transaction = new ApplyTransaction(session);
        try {
            session.streamRow().lock(previous);
            return transaction;
        } catch (SQLException | SyncException e) {
            transaction.end(e);
            throw e;
        }
    }

    @Override
    public List<RefetchRequest> apply(Round round) {
        return run("applying changes", () -> {
            if (written) {
                rows.moveSavepoint();
            }
            return applied(round);
        });
    }

    /**
     * The net changes; when they collide, or do not fit, the changes in source order; when these fail too, in ever smaller parts, so that the failure has
     * a name, or the conflict its resolution (T38). What fits in source order was never a conflict. So is the table singled out that the destination has not, or not any more as it
     * was.
     */
    private List<RefetchRequest> applied(Round round) throws SQLException {
        try {
            return net(round);
        } catch (SQLException e) {
            Rejections.requireOfTable(e);
            requireSequence(round);
        } catch (SyncException e) {
            Rejections.requireConflict(e);
            requireSequence(round);
        }
        rows.undoToSavepoint();
        try {
            return rows.ordered().apply(round.mode(), round.sequence());
        } catch (SQLException e) {
            Rejections.requireOfTable(e);
        } catch (SyncException e) {
            Rejections.requireConflict(e);
        }
        rows.undoToSavepoint();
        return rows.singlingOut().apply(round.mode(), round.sequence());
    }

    private List<RefetchRequest> net(Round round) throws SQLException {
        List<RefetchRequest> requests = new ArrayList<>();
        switch (round.mode()) {
            case STRICT -> requests.addAll(rows.groups().strict(round.groups()));
            case CATCHING_UP -> {
                for (ChangeGroup group : round.groups()) {
                    requests.addAll(rows.groups().catchingUp(group));
                }
            }
        }
        requests.addAll(rows.ordered().apply(round.mode(), round.ordered()));
        return requests;
    }

    private static void requireSequence(Round round) {
        if (round.sequence().isEmpty()) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    "net changes do not fit and the round does not hold what they were made of",
                    "Start the task again; it goes on from its ledger. Please report this.");
        }
    }

    @Override
    public void truncate(List<TableRoute> tables, boolean cascade, boolean restartIdentity) {
        TableId alone = tables.size() == 1 ? tables.getFirst().source().table() : null;
        run("emptying tables", alone, () -> {
            List<String> names = new ArrayList<>();
            for (TableRoute route : tables) {
                Target target = rows.targets().of(route);
                if (route.origin() == null) {
                    names.add(target.rows());
                } else {
                    // T32: the rows of other source tables stay.
                    rows.execute(
                            "DELETE FROM " + target.rows() + " AS t WHERE " + OriginSql.isOwn(route.origin(), "t"));
                }
                session.keys().clear(route.source().table());
                rows.quarantine().clear(target);
            }
            // Never CASCADE: the source names all tables that it emptied, and no other may lose rows (I4).
            if (!names.isEmpty()) {
                rows.execute("TRUNCATE " + String.join(", ", names) + (restartIdentity ? " RESTART IDENTITY" : ""));
            }
            return true;
        });
    }

    @Override
    public void alter(TableAlteration alteration) {
        TableId source = alteration.before().source().table();
        run("altering the table " + alteration.after().destination().table(), source, () -> {
            session.alterer().run(alteration);
            rows.quarantine().altered();
            rows.targets()
                    .renamed(
                            alteration.before().source().table(),
                            alteration.after().source().table());
            return true;
        });
    }

    @Override
    public void drop(TableRoute table, boolean keep) {
        run("letting the table " + table.destination().table() + " go", () -> {
            if (keep) {
                rows.quarantine().requireNone(table.source().table());
            }
            session.alterer().drop(table, keep);
            return true;
        });
    }

    @Override
    public void refetched(TableRoute route, List<Row> asked, List<Row> found, Positions readAt) {
        run("writing rows that were read again", route.source().table(), () -> {
            Target target = rows.targets().of(route);
            Set<Row> foundKeys = new HashSet<>();
            found.forEach(row -> foundKeys.add(Requests.of(target, row).key()));
            List<NetChange> gone = asked.stream()
                    .map(row -> Requests.of(target, row).key())
                    .filter(key -> !foundKeys.contains(key))
                    .map(key -> new NetChange(key, null))
                    .toList();
            if (!gone.isEmpty()) {
                rows.moveSavepoint();
                write(
                        new ChangeGroup(route, ChangeGroup.Kind.DELETE, List.of(), gone),
                        change -> new ChangeEvent.Delete(route.source(), Requests.keyRow(change)));
            }
            if (!found.isEmpty()) {
                rows.moveSavepoint();
                List<NetChange> images =
                        found.stream().map(row -> new NetChange(null, row)).toList();
                write(
                        new ChangeGroup(route, ChangeGroup.Kind.INSERT, target.writable(), images),
                        change -> new ChangeEvent.Insert(route.source(), Requests.keyRow(change)));
            }
            session.keys()
                    .remove(asked.stream()
                            .map(row -> Requests.entry(session.streamRow().stream(), route, row))
                            .toList());
            Position mark = readAt.of(session.streamRow().stream());
            if (mark != null) {
                session.streamRow().catchUpTo(mark);
            }
            return true;
        });
    }

    /** Rows that are read again may be newer than others, which still have what is theirs now (T25). */
    private void write(ChangeGroup group, Function<NetChange, ChangeEvent.RowChange> single) throws SQLException {
        try {
            rows.groups().catchingUp(group);
            return;
        } catch (SQLException e) {
            Rejections.requireOfRows(e);
        }
        rows.undoToSavepoint();
        rows.singlingOut()
                .apply(
                        Round.Mode.CATCHING_UP,
                        group.changes().stream()
                                .map(change -> new RoutedChange(group.route(), single.apply(change)))
                                .toList());
    }

    @Override
    public void request(List<RefetchRequest> requests) {
        run("noting rows to be read again", () -> {
            session.keys()
                    .add(requests.stream()
                            .map(request ->
                                    Requests.entry(session.streamRow().stream(), request.route(), request.key()))
                            .toList());
            return true;
        });
    }

    @Override
    public void answer(long command, CommandLog.Answer answer) {
        run("answering a command", () -> {
            session.answers().write(command, answer);
            return true;
        });
    }

    @Override
    public void commit(Position position) {
        run("committing", () -> {
            rows.writeNotes(position.text());
            session.streamRow().advanceAndCommit(position);
            rows.targets().transactionCommitted();
            ended = true;
            return true;
        });
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            try {
                session.rollBack();
            } catch (SQLException e) {
                throw rows.errors().of(e, "rolling back", ErrorCode.DESTINATION_SCHEMA);
            }
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run() throws SQLException;
    }

    private <T> T run(String doing, Work<T> work) {
        return run(doing, null, work);
    }

    /**
     * A transaction in which anything failed is over.
     *
     * @param table whose failure it is alone; null when it may be another's, or itself says whose it is
     */
    private <T> T run(String doing, @Nullable TableId table, Work<T> work) {
        if (ended) {
            throw new IllegalStateException("the transaction has ended");
        }
        try {
            T result = work.run();
            written = true;
            return result;
        } catch (SQLException e) {
            end(e);
            throw named(told(e, doing), table);
        } catch (SyncException e) {
            end(e);
            throw named(e, table);
        } catch (RuntimeException e) {
            end(e);
            throw e;
        }
    }

    private static SyncException named(SyncException failure, @Nullable TableId table) {
        return table == null ? failure : failure.ofTable(table);
    }

    /** A deferred constraint speaks at the commit, when no single change is at hand. */
    private SyncException told(SQLException failure, String doing) {
        if (Rejections.isOfRows(failure)) {
            return new SyncException(
                    Rejections.isCollision(failure) ? ErrorCode.CONFLICT_KEY_EXISTS : ErrorCode.VALUE_REJECTED,
                    "while " + doing + ": the destination's constraints do not hold (SQLSTATE "
                            + SqlErrors.state(failure)
                            + Rejections.constraint(failure)
                                    .map(name -> ", " + name)
                                    .orElse("") + ")",
                    "Find out who else writes to the tables; compare shows the rows that differ. Then clean the task and start it anew.");
        }
        return rows.errors().of(failure, doing, ErrorCode.DESTINATION_SCHEMA);
    }

    private void end(Exception failure) {
        ended = true;
        try {
            session.rollBack();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }
}
