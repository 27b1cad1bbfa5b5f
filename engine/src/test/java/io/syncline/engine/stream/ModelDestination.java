package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.TableAlteration;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Ledger.RefetchEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A destination that does what {@link Applier} promises, on lists of rows; keeps a ledger of one stream and forgets what is not committed. */
final class ModelDestination {

    static final StreamId STREAM = new StreamId("s1");

    private ModelState committed;
    private long position;
    /** What of it outlives a crash. */
    private long durable;

    private @Nullable Long catchUpTo;
    private final Set<RefetchEntry> requested = new LinkedHashSet<>();
    private LongConsumer onCommit = at -> {};

    ModelDestination(ModelState initial, long position, @Nullable Long catchUpTo) {
        this.committed = initial;
        this.position = position;
        this.durable = position;
        this.catchUpTo = catchUpTo;
    }

    void onCommit(LongConsumer listener) {
        this.onCommit = listener;
    }

    ModelState state() {
        return committed;
    }

    long position() {
        return position;
    }

    long durable() {
        return durable;
    }

    void caughtUp() {
        assertThat(requested).as("open refetches when catching up ends").isEmpty();
        catchUpTo = null;
    }

    boolean isCatchingUp() {
        return catchUpTo != null;
    }

    /** What a new run finds in the ledger. */
    StreamStart start() {
        return new StreamStart(
                STREAM,
                new TestPosition(position),
                catchUpTo == null ? null : new TestPosition(catchUpTo),
                List.copyOf(requested),
                List.of());
    }

    /** As {@code Ledger.advance}. */
    void advance(Position previous, Position next) {
        requirePosition(previous);
        position = ((TestPosition) next).at();
        durable = position;
        onCommit.accept(position);
    }

    private void requirePosition(Position previous) {
        assertThat(((TestPosition) previous).at())
                .as("the position that the ledger holds")
                .isEqualTo(position);
    }

    /** @param statements true when each group is a statement of its own, which collides with rows that a later one would move */
    Applier applier(boolean statements) {
        return new Applier() {
            @Override
            public Transaction begin(Position previous) {
                requirePosition(previous);
                return new Open(statements);
            }

            @Override
            public void makeDurable() {
                durable = position;
            }

            @Override
            public void close() {}
        };
    }

    private final class Open implements Applier.Transaction {

        private ModelState state = committed.copy();
        private final boolean statements;
        private final Set<RefetchEntry> requests = new LinkedHashSet<>();
        private final Set<RefetchEntry> fulfilled = new LinkedHashSet<>();
        private @Nullable Long readAt;
        private boolean over;

        Open(boolean statements) {
            this.statements = statements;
        }

        @Override
        public List<RefetchRequest> apply(Round round) {
            requireOpen();
            assertThat(round.mode()).isEqualTo(catchUpTo == null ? Round.Mode.STRICT : Round.Mode.CATCHING_UP);
            RoundRules.check(round);
            ModelState saved = state.copy();
            try {
                return new ModelRound(state, statements).apply(round);
            } catch (ModelRound.Collision collision) {
                assertThat(statements)
                        .as("net changes of a table, taken together, collide")
                        .isTrue();
                state = saved;
                return new ModelRound(state, false).applySequence(round);
            }
        }

        @Override
        public void truncate(List<TableRoute> tables, boolean cascade, boolean restartIdentity) {
            requireOpen();
            tables.forEach(table -> state.of(table.destination().table()).clear());
        }

        @Override
        public void alter(TableAlteration alteration) {
            requireOpen();
            throw new UnsupportedOperationException("the model's tables keep their shape");
        }

        @Override
        public void drop(TableRoute table, boolean keep) {
            requireOpen();
            throw new UnsupportedOperationException("the model's tables stay");
        }

        @Override
        public void answer(long command, CommandLog.Answer answer) {
            requireOpen();
            throw new UnsupportedOperationException("nobody asks the model for anything");
        }

        @Override
        public void refetched(TableRoute route, List<Row> asked, List<Row> found, Positions at) {
            requireOpen();
            TestPosition here = (TestPosition) at.of(STREAM);
            readAt = here == null ? null : here.at();
            ModelRound rows = new ModelRound(state, false);
            for (Row key : asked) {
                rows.remove(route, key);
                fulfilled.add(RefetchKeys.entry(STREAM, new RefetchRequest(route, key)));
            }
            found.forEach(row -> rows.upsert(route, row));
        }

        @Override
        public void request(List<RefetchRequest> wanted) {
            requireOpen();
            wanted.forEach(request -> requests.add(RefetchKeys.entry(STREAM, request)));
        }

        @Override
        public void commit(Position next) {
            requireOpen();
            requireEndAtCatchUp(((TestPosition) next).at());
            over = true;
            committed = state;
            requested.addAll(requests);
            requested.removeAll(fulfilled);
            if (readAt != null) {
                catchUpTo = catchUpTo == null ? readAt : Math.max(catchUpTo, readAt);
            }
            position = ((TestPosition) next).at();
            onCommit.accept(position);
        }

        @Override
        public void close() {
            over = true;
        }

        private void requireEndAtCatchUp(long next) {
            if (catchUpTo != null && next != position) {
                assertThat(ModelHistory.containedFrom(next))
                        .as("T5: a batch ends where catching up does")
                        .isLessThanOrEqualTo(catchUpTo);
            }
        }

        private void requireOpen() {
            assertThat(over).as("the transaction is over").isFalse();
        }
    }

    static ModelTable byTarget(TableId target) {
        return ModelTable.ALL.stream()
                .filter(table -> table.target().equals(target))
                .findFirst()
                .orElseThrow();
    }
}
