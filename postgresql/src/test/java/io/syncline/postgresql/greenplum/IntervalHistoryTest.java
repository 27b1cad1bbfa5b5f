package io.syncline.postgresql.greenplum;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whatever a cluster's sessions do, each interval ends in a state that the cluster had. */
class IntervalHistoryTest {

    private static final int STEPS = 300;
    private static final int ENOUGH = 100_000;

    /** T35: no distributed transaction is in one interval with one part and in the next with another, and none is lost when reading begins anew. */
    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void t35EachIntervalEndsInAStateOfTheCluster(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int segments) {
        Random random = new Random(seed);
        ModelCluster cluster = new ModelCluster(random, segments);
        Reader reader = new Reader(cluster);
        for (int i = 0; i < STEPS; i++) {
            cluster.step();
            if (random.nextInt(60) == 0) {
                reader.dies();
            }
            reader.read(random.nextInt(8));
        }
        SegmentPosition last = cluster.mark();
        reader.read(ENOUGH, last);
        assertThat(reader.committed).isEqualTo(cluster.at(last));
        assertThat(reader.intervals).isPositive();
    }

    /** A destination that commits interval by interval. */
    private static final class Reader {

        private final ModelCluster cluster;
        private long nanos;
        private SegmentPosition position;
        private ClusterTables committed = new ClusterTables();
        private ClusterTables open = new ClusterTables();
        private IntervalStream stream;
        private int intervals;

        Reader(ModelCluster cluster) {
            this.cluster = cluster;
            this.position = cluster.beginning();
            this.stream = open();
        }

        private IntervalStream open() {
            return new IntervalStream(
                    cluster.open(position),
                    position,
                    () -> new Mark(cluster.mark(), Instant.EPOCH, Set.of()),
                    ClusterTables.ALL,
                    ClusterTables::isEverywhere,
                    () -> nanos);
        }

        void dies() {
            stream = open();
        }

        void read(int events) {
            for (int i = 0; i < events; i++) {
                readOne();
            }
        }

        void read(int events, SegmentPosition until) {
            for (int i = 0; i < events && !position.reached(until); i++) {
                readOne();
            }
            assertThat(position.reached(until)).isTrue();
        }

        private void readOne() {
            nanos += Duration.ofMillis(20).toNanos();
            switch (stream.poll(Duration.ZERO)) {
                case null -> {}
                case Begin _ -> open = committed.copy();
                case Commit(Position mark, Instant _) -> reached((SegmentPosition) mark, open);
                case Idle(Position mark) -> reached((SegmentPosition) mark, committed);
                case ChangeEvent change -> open.apply(change);
            }
        }

        private void reached(SegmentPosition mark, ClusterTables state) {
            assertThat(mark.reached(position) && !position.reached(mark)).isTrue();
            position = mark;
            committed = state;
            intervals++;
            assertThat(committed).as("at %s", mark).isEqualTo(cluster.at(mark));
        }
    }
}
