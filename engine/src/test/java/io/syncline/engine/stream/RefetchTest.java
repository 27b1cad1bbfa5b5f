package io.syncline.engine.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Ledger.RefetchEntry;
import io.syncline.api.port.RowFetcher.Fetched;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefetchTest {

    private static final long BUDGET = 10_000;

    private final ModelDestination destination = new ModelDestination(new ModelState(), 0, 100L);
    private final List<Integer> asked = new ArrayList<>();
    private int bytesPerRow = 1;
    private StreamId stream = ModelDestination.STREAM;

    @Test
    void asksForMoreAtOnceWhileRowsAreSmall() {
        Refetch refetch = refetch();
        refetch.add(requests(200));

        readAll(refetch);

        assertThat(asked).containsExactly(16, 32, 64, 88);
    }

    @Test
    void i5AsksForFewWhenRowsAreLarge() {
        bytesPerRow = 4_000;
        Refetch refetch = refetch();
        refetch.add(requests(20));

        readAll(refetch);

        assertThat(asked).as("I5").containsExactly(16, 2, 2);
    }

    @Test
    void readsARowOnceHoweverOftenItWasAskedFor() {
        Refetch refetch = refetch();
        refetch.add(requests(3));
        refetch.add(requests(3));

        readAll(refetch);

        assertThat(asked).containsExactly(3);
    }

    @Test
    void t5LeavesThePositionAndMovesTheEndOfCatchingUp() {
        Refetch refetch = refetch();
        refetch.add(requests(1));

        assertThat(refetch.step(new TestPosition(0))).isEqualTo(new TestPosition(500));

        assertThat(destination.position()).isZero();
        assertThat(destination.start().catchUpTo()).as("T5").isEqualTo(new TestPosition(500));
    }

    @Test
    void positionThatSaysNothingOfTheStreamIsRefused() {
        stream = new StreamId("another");
        Refetch refetch = refetch();
        refetch.add(requests(1));

        assertThatThrownBy(() -> refetch.step(new TestPosition(0))).hasMessageContaining("says nothing of stream s1");
        assertThat(refetch.isOpen()).isTrue();
    }

    @Test
    void requestOfTheLedgerThatFitsNoRouteIsRefused() {
        RefetchEntry entry =
                new RefetchEntry(ModelDestination.STREAM, new TableId("src", "public", "gone"), List.of("1"));

        assertThatThrownBy(() -> RefetchKeys.request(entry, new Routes(List.of())))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TASK_CHANGED))
                .hasMessageContaining("public.gone");
    }

    private void readAll(Refetch refetch) {
        while (refetch.isOpen()) {
            refetch.step(new TestPosition(0));
        }
    }

    private Refetch refetch() {
        return new Refetch(
                ModelDestination.STREAM,
                (table, keys) -> {
                    asked.add(keys.size());
                    List<Row> rows = keys.stream()
                            .map(key -> RowBuilder.of(key.text(0), "a", "x".repeat(bytesPerRow)))
                            .toList();
                    return new Fetched(rows, Positions.of(stream, new TestPosition(500)));
                },
                new ShapedChanges(new NoShaper()),
                destination.applier(false),
                BUDGET);
    }

    private static List<RefetchRequest> requests(int keys) {
        return IntStream.range(0, keys)
                .mapToObj(i -> new RefetchRequest(
                        ModelTable.PLAIN.route(),
                        new RowBuilder(3)
                                .value(Integer.toString(i))
                                .state(Row.ABSENT)
                                .state(Row.ABSENT)
                                .build()))
                .toList();
    }
}
