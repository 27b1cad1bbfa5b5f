package io.syncline.engine.stream;

import static io.syncline.engine.stream.ScriptedStream.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Insert;
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.TableSchema;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A transaction that is told as one and is of several of the source's, read into a table that a snapshot of two places has filled. */
class TransactionPartsTest {

    private static final ModelTable TABLE = ModelTable.PLAIN;
    private static final TableSchema SOURCE = TABLE.route().source();

    /** Of two logs; 0 stands for one's beginning. */
    private record Places(long left, long right) implements Position {

        @Override
        public boolean reached(Position target) {
            Places other = (Places) target;
            return left >= other.left && right >= other.right;
        }

        @Override
        public boolean overlaps(Position target) {
            Places other = (Places) target;
            return (other.left > 0 && left >= other.left) || (other.right > 0 && right >= other.right);
        }

        @Override
        public Position merge(Position other) {
            return new Places(Math.max(left, ((Places) other).left), Math.max(right, ((Places) other).right));
        }

        @Override
        public String text() {
            return left + "/" + right;
        }
    }

    private final List<TableSchema> outdated = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private boolean loadable = true;

    /** T26: an interval lies on both sides of a snapshot; its rows do not. */
    @Test
    void t26APartThatTheSnapshotHoldsIsLeftOut() {
        TransactionReader reader = reader(new Places(10, 20));
        row(reader, new Places(10, 0), 1);
        row(reader, new Places(11, 0), 2);
        row(reader, new Places(0, 20), 3);
        row(reader, new Places(0, 21), 4);
        reader.commit(new Commit(new Places(50, 50), Instant.EPOCH), pieces);
        assertThat(pieces.stream()
                        .filter(Piece.Changes.class::isInstance)
                        .flatMap(piece -> ((Piece.Changes) piece).changes().stream())
                        .map(change -> ((Insert) change.change()).after().text(0)))
                .containsExactly("2", "4");
    }

    /** Without parts the transaction's own place counts. */
    @Test
    void aTransactionBeginsWithoutAPart() {
        TransactionReader reader = reader(new Places(10, 20));
        row(reader, new Places(10, 0), 1);
        reader.commit(new Commit(new Places(50, 50), Instant.EPOCH), pieces);
        reader.begin(new Begin("next", new Places(60, 60), Instant.EPOCH));
        reader.change((Insert) insert(TABLE, 2), Operation.INSERT, pieces);
        reader.commit(new Commit(new Places(70, 70), Instant.EPOCH), pieces);
        assertThat(pieces).filteredOn(Piece.Changes.class::isInstance).hasSize(1);
    }

    /** T26: to empty the table would take away rows that came behind the TRUNCATE on the one server, not to would leave rows of before it of the other. */
    @Test
    void t26ATruncateThatTheSnapshotHoldsOnOneServerAloneLoadsTheTableAnew() {
        TransactionReader reader = reader(new Places(10, 20));
        reader.part(new Part(new Places(10, 21)));
        assertThatThrownBy(() -> reader.truncate(truncate(), pieces))
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
        assertThat(outdated).containsExactly(SOURCE);
    }

    @Test
    void aTruncateOnOneSideOfTheSnapshotIsAppliedOrLeftOut() {
        TransactionReader reader = reader(new Places(10, 20));
        reader.part(new Part(new Places(10, 20)));
        reader.truncate(truncate(), pieces);
        assertThat(pieces).isEmpty();
        reader.part(new Part(new Places(11, 21)));
        reader.truncate(truncate(), pieces);
        assertThat(pieces).hasSize(1).first().isInstanceOf(Piece.Truncate.class);
        assertThat(outdated).isEmpty();
    }

    @Test
    void whatNoLogTellsLoadsTheTableAnewUnlessItHoldsIt() {
        TransactionReader reader = reader(new Places(10, 20));
        reader.part(new Part(new Places(10, 0)));
        reader.untold(new Untold(SOURCE, "its rows moved"));
        assertThat(outdated).isEmpty();
        reader.part(new Part(new Places(0, 21)));
        assertThatThrownBy(() -> reader.untold(new Untold(SOURCE, "its rows moved")))
                .hasMessageContaining("its rows moved");
        assertThat(outdated).containsExactly(SOURCE);
    }

    @Test
    void whatNoLogTellsStopsWhereTheTableCannotBeLoadedAnew() {
        loadable = false;
        TransactionReader reader = reader(new Places(10, 20));
        reader.part(new Part(new Places(0, 21)));
        assertThatThrownBy(() -> reader.untold(new Untold(SOURCE, "its rows moved")))
                .isInstanceOfSatisfying(SyncException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_SCHEMA_CHANGED);
                    assertThat(e.getMessage()).contains("public.plain", "its rows moved");
                });
        assertThat(outdated).isEmpty();
    }

    private void row(TransactionReader reader, Places place, int id) {
        reader.part(new Part(place));
        reader.change((Insert) insert(TABLE, id), Operation.INSERT, pieces);
    }

    private static Truncate truncate() {
        return new Truncate(List.of(SOURCE), false, false);
    }

    /** In an open transaction. */
    private TransactionReader reader(Places exactFrom) {
        RoutedTable table = new RoutedTable(
                TABLE.route(), Set.of(Operation.values()), Positions.of(ModelDestination.STREAM, exactFrom));
        TransactionReader reader = new TransactionReader(
                ModelDestination.STREAM,
                new Routes(List.of(table)),
                new Alterations(DdlPolicy.DEFAULT, new OneWay(_ -> table.route(), loadable)),
                outdated::add,
                new StreamLimits(1 << 20, 1_000, 256, Duration.ZERO, 1 << 20, Duration.ZERO),
                List.of());
        reader.begin(new Begin("up to", new Places(1, 1), Instant.EPOCH));
        return reader;
    }
}
