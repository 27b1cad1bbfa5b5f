package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Lease;
import io.syncline.api.port.RowFetcher;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.Operation;
import io.syncline.engine.run.Stage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/**
 * Random histories of a small source run through reader, queue, batcher, coalescer and applying stage into a model of a destination. After every destination
 * transaction it holds what the source held there.
 */
class StreamHistoryTest {

    private static final int POLLS = 200_000;

    @Property(tries = 2_000)
    void i3EveryDestinationTransactionLeavesAStateOfTheSource(@ForAll long seed) throws InterruptedException {
        Random random = new Random(seed);
        StreamLimits limits = limits(random);
        ModelHistory history = new ModelHistory(random, 1 + random.nextInt(25), limits.batchRows() > 100);
        long from = random.nextInt(history.transactions().size() + 1) * ModelHistory.STEP;
        ModelDestination destination = new ModelDestination(history.at(from).projected(), from, null);
        Run run = new Run(random, history, destination, limits, List.of());

        run.toEnd();

        run.assertEndReached();
    }

    /** Chunks were read at positions of their own, some of them beyond where the stream begins; a table without a key at one exact position (T5, T26). */
    @Property(tries = 2_000)
    void t5CatchingUpEndsInAStateOfTheSource(@ForAll long seed) throws InterruptedException {
        Random random = new Random(seed);
        StreamLimits limits = limits(random);
        ModelHistory history = new ModelHistory(random, 1 + random.nextInt(25), limits.batchRows() > 100);
        long from = random.nextInt(history.transactions().size() + 1) * ModelHistory.STEP;
        Chunks chunks = new Chunks(random, history, from);
        ModelDestination destination = new ModelDestination(chunks.loaded, from, chunks.highest);
        Run run = new Run(random, history, destination, limits, chunks.exact);

        run.toEnd();

        assertThat(destination.isCatchingUp()).as("still catching up").isFalse();
        run.assertEndReached();
    }

    private static StreamLimits limits(Random random) {
        int rows = List.of(2, 7, 20, 1_000).get(random.nextInt(4));
        long bytes = rows > 100 ? 1 << 24 : List.of(700, 4_000, 1 << 24).get(random.nextInt(3));
        long queue = List.of(1, 3_000, 1 << 24).get(random.nextInt(3));
        return new StreamLimits(bytes, rows, 256, Duration.ofMillis(5), queue, Duration.ZERO);
    }

    /** What a load that was interrupted and resumed leaves: each part of a table as it was at some position at or after the stream's start. */
    private static final class Chunks {

        private final ModelState loaded = new ModelState();
        private final List<Exact> exact = new ArrayList<>();
        private long highest;

        private record Exact(ModelTable table, long position) {}

        Chunks(Random random, ModelHistory history, long from) {
            highest = from;
            for (ModelTable table : ModelTable.ALL) {
                int parts = table.isKeyed() ? 3 : 1;
                for (int part = 0; part < parts; part++) {
                    long readAt = from + random.nextInt((int) (history.end() - from) + 1);
                    highest = Math.max(highest, readAt);
                    if (!table.isKeyed()) {
                        exact.add(new Exact(table, readAt));
                    }
                    for (@Nullable String[] row : history.at(readAt).of(table.id())) {
                        if (Math.floorMod(table.key(row).hashCode(), parts) == part) {
                            loaded.of(table.target()).add(table.project(row));
                        }
                    }
                }
            }
        }
    }

    /** The stages, polled in random order, and now and then abandoned and begun again from the ledger. */
    private static final class Run {

        private final Random random;
        private final ModelHistory history;
        private final ModelDestination destination;
        private final StreamLimits limits;
        private final Routes routes;
        private HistoryStream stream;
        private StreamPipeline pipeline;

        Run(
                Random random,
                ModelHistory history,
                ModelDestination destination,
                StreamLimits limits,
                Collection<Chunks.Exact> exact) {
            this.random = random;
            this.history = history;
            this.destination = destination;
            this.limits = limits;
            this.routes = new Routes(ModelTable.ALL.stream()
                    .map(table -> new RoutedTable(
                            table.route(),
                            Set.of(Operation.values()),
                            exact.stream()
                                    .filter(one -> one.table().equals(table))
                                    .map(one -> Positions.of(ModelDestination.STREAM, new TestPosition(one.position())))
                                    .findFirst()
                                    .orElse(null)))
                    .toList());
            destination.onCommit(this::assertStateOfTheSource);
            this.stream = new HistoryStream(history, destination.position(), random, destination);
            this.pipeline = pipeline();
        }

        private StreamPipeline pipeline() {
            HistoryStream current = stream;
            return new StreamPipeline(
                    destination.start(),
                    new StreamPorts(
                            stream,
                            destination.applier(random.nextBoolean()),
                            (table, keys) -> fetch(current, table, keys),
                            new NoShaper(),
                            new AdvanceOnlyLedger(destination),
                            new Lease("t0000001", 1),
                            new Alterations(
                                    DdlPolicy.DEFAULT,
                                    new OneWay(
                                            source -> {
                                                throw new AssertionError("nothing is altered");
                                            },
                                            false))),
                    routes,
                    limits,
                    (id, applied) -> {
                        destination.caughtUp();
                        assertStateOfTheSource(((TestPosition) applied).at());
                    },
                    CrashMarks.NONE,
                    InstantSource.fixed(ModelHistory.COMMITTED));
        }

        void toEnd() throws InterruptedException {
            for (int polls = 0; polls < POLLS; polls++) {
                if (random.nextInt(200) == 0) {
                    stream = new HistoryStream(history, destination.position(), random, destination);
                    pipeline = pipeline();
                }
                if (random.nextBoolean()) {
                    if (stream.isAtEnd()) {
                        pipeline.finish();
                    }
                    pipeline.reader().poll();
                } else if (pipeline.applier().poll() == Stage.Progress.DONE) {
                    return;
                }
            }
            throw new AssertionError("not done after " + POLLS + " polls");
        }

        void assertEndReached() {
            assertThat(destination.position()).isEqualTo(history.end() + ModelHistory.STEP);
            assertStateOfTheSource(history.end());
        }

        private void assertStateOfTheSource(long position) {
            if (!destination.isCatchingUp()) {
                assertThat(destination.state().lines())
                        .as("the destination at position %d", position)
                        .isEqualTo(history.at(position).projected().lines());
            }
        }

        /** Reads at a position of the source's present: what was delivered has happened, more may have. */
        private RowFetcher.Fetched fetch(HistoryStream current, TableSchema table, List<Row> keys) {
            long now = current.delivered()
                    + random.nextInt((int) (history.end() + 1 - Math.min(history.end(), current.delivered())));
            ModelTable model = ModelTable.ALL.stream()
                    .filter(one -> one.id().equals(table.table()))
                    .findFirst()
                    .orElseThrow();
            List<Row> found = new ArrayList<>();
            for (Row key : keys) {
                @Nullable String[] texts = new @Nullable String[key.columns()];
                for (int i = 0; i < model.keyColumns(); i++) {
                    texts[i] = key.text(i);
                }
                history.at(now).of(table.table()).stream()
                        .filter(row -> model.key(row).equals(model.key(texts)))
                        .forEach(row -> found.add(RowBuilder.of(row)));
            }
            return new RowFetcher.Fetched(found, Positions.of(ModelDestination.STREAM, new TestPosition(now)));
        }
    }
}
