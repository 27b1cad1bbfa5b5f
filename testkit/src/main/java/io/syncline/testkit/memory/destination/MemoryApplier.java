package io.syncline.testkit.memory.destination;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.ArrayList;
import java.util.List;

/** Applies rounds: net changes first; when they collide on a unique constraint, the changes one by one. */
final class MemoryApplier implements Applier {

    private final MemoryStore store;
    private final StoreSession session;
    private final Lease lease;
    private final StreamId stream;

    MemoryApplier(MemoryStore store, StoreSession session, Lease lease, StreamId stream) {
        this.store = store;
        this.session = session;
        this.lease = lease;
        this.stream = stream;
    }

    @Override
    public Transaction begin(Position previous) {
        return session.call(PortCall.BATCH_BEGIN, () -> {
            store.waitFor(lease.task(), stream);
            StoreTransaction transaction = session.begin(lease);
            store.lock(transaction, stream);
            if (!store.task(lease.task()).stream(stream).position.equals(previous.text())) {
                transaction.rollBack();
                throw MemoryStore.fenced(lease);
            }
            return new MemoryTransaction(transaction);
        });
    }

    @Override
    public void makeDurable() {
        session.commit(PortCall.BATCH_SETTLE, () -> session.begin(lease));
    }

    @Override
    public void close() {
        session.end();
    }

    private RefetchEntry entry(TableRoute route, Row key) {
        TableSchema source = route.source();
        return new RefetchEntry(
                stream,
                source.table(),
                source.key().columns().stream().map(key::text).toList());
    }

    private final class MemoryTransaction implements Transaction {

        private final StoreTransaction transaction;

        MemoryTransaction(StoreTransaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public List<RefetchRequest> apply(Round round) {
            List<RefetchRequest> requests = new ArrayList<>();
            SingleChanges single = new SingleChanges(store, transaction, round.mode(), requests);
            boolean collided = session.call(PortCall.BATCH_APPLY, () -> {
                NetChanges net = new NetChanges(store, transaction, round.mode(), requests);
                var savepoint = transaction.savepoint();
                try {
                    round.groups().forEach(net::apply);
                    round.ordered().forEach(single::apply);
                    return false;
                } catch (UniqueViolation e) {
                    transaction.rollBackTo(savepoint);
                    requests.clear();
                    return true;
                }
            });
            if (collided) {
                session.run(
                        PortCall.BATCH_APPLY_IN_ORDER, () -> round.sequence().forEach(single::applyOrConflict));
            }
            return List.copyOf(requests);
        }

        @Override
        public void truncate(List<TableRoute> tables, boolean cascade, boolean restartIdentity) {
            session.run(
                    PortCall.TABLES_TRUNCATE,
                    () -> tables.forEach(
                            route -> transaction.clear(route.destination().table())));
        }

        /** No memory source alters a table. */
        @Override
        public void alter(TableAlteration alteration) {
            throw new UnsupportedOperationException("a table in memory keeps its shape");
        }

        /** No memory source drops one. */
        @Override
        public void drop(TableRoute table, boolean keep) {
            throw new UnsupportedOperationException("a table in memory stays");
        }

        @Override
        public void refetched(TableRoute route, List<Row> asked, List<Row> found, Positions readAt) {
            session.run(PortCall.ROWS_REFETCHED, () -> {
                TargetRows target = new TargetRows(store, transaction, route);
                asked.forEach(target::deleteByKey);
                found.forEach(target::upsert);
                transaction.onCommit(() -> {
                    TaskRecord task = store.task(lease.task());
                    asked.forEach(key -> task.refetches.remove(entry(route, key)));
                    Position bound = readAt.of(stream);
                    if (bound != null) {
                        task.stream(stream).catchUpTo = bound.text();
                    }
                });
            });
        }

        @Override
        public void request(List<RefetchRequest> requests) {
            session.run(
                    PortCall.BATCH_APPLY,
                    () -> transaction.onCommit(() -> requests.forEach(
                            request -> store.task(lease.task()).refetches.add(entry(request.route(), request.key())))));
        }

        @Override
        public void answer(long command, CommandLog.Answer answer) {
            session.run(
                    PortCall.BATCH_APPLY,
                    () -> transaction.onCommit(
                            () -> store.task(lease.task()).answers.put(command, answer)));
        }

        @Override
        public void commit(Position position) {
            session.commit(PortCall.BATCH_COMMIT, () -> {
                transaction.onCommit(() -> store.task(lease.task()).stream(stream).position = position.text());
                transaction.commitsAtOnce();
                return transaction;
            });
        }

        @Override
        public void close() {
            if (!transaction.isUndecided()) {
                transaction.rollBack();
            }
        }
    }
}
