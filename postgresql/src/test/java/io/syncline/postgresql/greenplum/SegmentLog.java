package io.syncline.postgresql.greenplum;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.Position;
import io.syncline.api.port.ChangeStream;
import io.syncline.postgresql.session.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a segment writes: a transaction's record begins where the one before it ended. */
final class SegmentLog {

    private static final long RECORD = 8;

    private record Committed(Lsn begin, Lsn end, Instant at, List<ChangeEvent> changes) {}

    private final List<Committed> transactions = new ArrayList<>();
    private long end = 0x100;

    void commit(Instant at, List<ChangeEvent> changes) {
        Lsn begin = end();
        end += RECORD;
        transactions.add(new Committed(begin, end(), at, List.copyOf(changes)));
    }

    Lsn restorePoint() {
        end += RECORD;
        return end();
    }

    Lsn end() {
        return new Lsn(end);
    }

    /** @param arrives whether the next thing that was written has come to the reader */
    Stream open(Lsn from, BooleanSupplier arrives) {
        return new Stream(from, arrives);
    }

    /** As a slot's stream: transactions whose commit begins at or behind where it was opened; and when nothing is left, how far the log was read. */
    final class Stream implements ChangeStream {

        private final BooleanSupplier arrives;
        private final Queue<ChangeEvent> transaction = new ArrayDeque<>();
        private Lsn delivered;
        private int next;
        private int keptAlive;
        private @Nullable Lsn confirmed;

        private Stream(Lsn from, BooleanSupplier arrives) {
            this.arrives = arrives;
            this.delivered = from;
            while (next < transactions.size() && !transactions.get(next).begin().reached(from)) {
                next++;
            }
        }

        @Override
        public @Nullable ChangeEvent poll(Duration wait) {
            if (!transaction.isEmpty()) {
                return transaction.remove();
            }
            if (!arrives.getAsBoolean()) {
                return null;
            }
            if (next < transactions.size()) {
                Committed committed = transactions.get(next++);
                transaction.addAll(committed.changes());
                transaction.add(new Commit(committed.end(), committed.at()));
                delivered = committed.end();
                return new Begin("x", new Lsn(committed.begin().value() + 1), committed.at());
            }
            if (delivered.reached(end())) {
                return null;
            }
            delivered = end();
            return new Idle(delivered);
        }

        @Override
        public void keepAlive() {
            keptAlive++;
        }

        int keptAlive() {
            return keptAlive;
        }

        @Override
        public void confirm(Position position) {
            confirmed = (Lsn) position;
        }

        @Nullable
        Lsn confirmed() {
            return confirmed;
        }

        @Override
        public void close() {}
    }
}
