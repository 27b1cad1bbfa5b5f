package io.syncline.postgresql.greenplum;

import static io.syncline.postgresql.greenplum.ClusterTables.EMPTIED;
import static io.syncline.postgresql.greenplum.ClusterTables.EVERYWHERE;
import static io.syncline.postgresql.greenplum.ClusterTables.SPREAD;
import static io.syncline.postgresql.greenplum.ClusterTables.delete;
import static io.syncline.postgresql.greenplum.ClusterTables.insert;
import static io.syncline.postgresql.greenplum.ClusterTables.truncate;
import static io.syncline.postgresql.greenplum.ClusterTables.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.Position;
import io.syncline.api.port.ChangeStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class IntervalStreamTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<SegmentLog> logs = List.of(new SegmentLog(), new SegmentLog());
    private final List<SegmentPosition> marks = new ArrayList<>();
    private final List<SegmentLog.Stream> streams = new ArrayList<>();
    private final SegmentPosition beginning = ends();
    private final IntervalStream stream = new IntervalStream(
            open(), beginning, this::mark, ClusterTables.ALL, ClusterTables::isEverywhere, () -> this.nanos);

    private Set<Long> redistributed = Set.of();
    private boolean arrives = true;
    private long nanos;
    private long clock;

    /** T35: a commit that begins exactly where the mark is belongs behind it, on each segment. */
    @Test
    void t35WhatBeginsAtTheMarkIsOfTheNextInterval() {
        commit(0, insert(SPREAD, "a", "1"));
        commit(1, insert(SPREAD, "b", "1"));
        assertThat(read()).containsExactly("begin", "+a", "+b", "commit " + marks.getFirst());
        commit(0, update(SPREAD, "a", "2"));
        commit(1, update(SPREAD, "b", "2"));
        pass(SECOND);
        assertThat(read()).containsExactly("begin", "=a", "=b", "commit " + marks.get(1));
    }

    /** The interval cannot end before every segment has said that nothing more comes before the mark. */
    @Test
    void t35WaitsForEverySegment() {
        commit(0, insert(SPREAD, "a", "1"));
        assertThat(stream.poll(Duration.ZERO)).isInstanceOf(Begin.class);
        arrives = false;
        commit(1, insert(SPREAD, "b", "1")); // behind the mark
        assertThat(read()).containsExactly("+a");
        arrives = true;
        assertThat(read()).containsExactly("commit " + marks.getFirst());
        pass(SECOND);
        assertThat(read()).containsExactly("begin", "+b", "commit " + marks.getLast());
    }

    @Test
    void aPlaceOfTheIntervalIsBehindTheMarkBefore() {
        commit(0, insert(SPREAD, "a", "1"));
        Begin first = (Begin) stream.poll(Duration.ZERO);
        assertThat(first).isNotNull();
        assertThat(beginning.reached(first.containedFrom())).isFalse();
        assertThat(marks.getFirst().reached(first.containedFrom())).isTrue();
        assertThat(first.committedAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void aReplicatedTableIsToldOnce() {
        commit(0, insert(EVERYWHERE, "e", "1"), truncate(EVERYWHERE));
        commit(1, insert(EVERYWHERE, "e", "1"), truncate(EVERYWHERE));
        assertThat(read()).containsExactly("begin", "+e", "truncate everywhere", "commit " + marks.getFirst());
    }

    /** Rows of before it on one segment must not come behind it because another segment was read first. */
    @Test
    void aTruncateIsBehindTheRowsBeforeItOnEverySegment() {
        commit(0, insert(EMPTIED, "a", "1"));
        commit(0, insert(EVERYWHERE, "x", "1"), truncate(EMPTIED, EVERYWHERE), insert(EMPTIED, "b", "1"));
        commit(1, insert(EMPTIED, "c", "1"), insert(EMPTIED, "d", "1"));
        commit(1, delete(EMPTIED, "d"), truncate(EMPTIED, EVERYWHERE), insert(EMPTIED, "e", "1"));
        assertThat(read())
                .containsExactly(
                        "begin",
                        "+a",
                        "+x",
                        "+c",
                        "+d",
                        "-d",
                        "truncate emptied everywhere",
                        "+b",
                        "+e",
                        "commit " + marks.getFirst());
    }

    @Test
    void truncatesInDifferentOrdersHaveTheirTablesLoadedAnew() {
        commit(0, insert(EVERYWHERE, "x", "1"), truncate(EMPTIED, EVERYWHERE));
        commit(0, truncate(SPREAD));
        commit(1, truncate(SPREAD));
        commit(1, truncate(EMPTIED, EVERYWHERE));
        // One that every segment has whole is told by the first alone, in whose order it is emptied.
        assertThat(read())
                .containsSubsequence("begin", "+x", "truncate everywhere")
                .contains("untold emptied", "untold spread")
                .doesNotContain("truncate emptied", "truncate spread");
    }

    /** What read a table on one segment before a TRUNCATE and on another behind it must be able to tell. */
    @Test
    void aTruncateSaysItsPlaceOnEverySegment() {
        commit(0, truncate(EMPTIED));
        commit(1, truncate(EMPTIED));
        List<ChangeEvent> events = events();
        assertThat(events).hasSize(4);
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        Part.class, part -> assertThat(part.containedFrom()).isEqualTo(beginning.behind()));
    }

    /** The first interval begins where each slot does: a TRUNCATE may lie between two of them. */
    @Test
    void aTruncateThatNotEverySegmentTellsHasItsTableLoadedAnew() {
        commit(0, insert(SPREAD, "a", "1"), truncate(EMPTIED, EVERYWHERE), insert(SPREAD, "b", "1"));
        commit(1, insert(SPREAD, "c", "1"));
        assertThat(read())
                .containsExactly(
                        "begin",
                        "+a",
                        "+c",
                        "truncate everywhere",
                        "untold emptied",
                        "+b",
                        "commit " + marks.getFirst());
    }

    /** Its rows of before and of behind may come from different segments, in whichever order. */
    @Test
    void aTableThatLiesByAnotherDistributionIsToldOfBeforeItsRows() {
        commit(1, insert(SPREAD, "a", "1"));
        redistributed = Set.of(SPREAD.version());
        List<ChangeEvent> events = events();
        assertThat(events.stream().filter(event -> !(event instanceof Part)).map(IntervalStreamTest::text))
                .containsExactly("begin", "untold spread", "+a", "commit " + marks.getFirst());
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        Part.class,
                        part -> assertThat(marks.getFirst().overlaps(part.containedFrom()))
                                .isFalse());
    }

    /** What changes in an append-optimised table is in no log, so that nothing else need come. */
    @Test
    void aTableThatLiesOtherwiseIsToldOfWhereNothingElseIs() {
        redistributed = Set.of(SPREAD.version());
        assertThat(read()).containsExactly("begin", "untold spread", "commit " + marks.getFirst());
    }

    /** T39: also while much is read of which nothing is told. */
    @Test
    void t39EverySegmentHearsFromUsWhileNothingIsTold() {
        commit(0, insert(SPREAD, "a", "1"));
        for (int i = 0; i < 2_000; i++) {
            commit(1, insert(EVERYWHERE, "e" + i, "1"));
        }
        int before = streams.getFirst().keptAlive();
        for (ChangeEvent event = null; !(event instanceof Commit); ) {
            event = stream.poll(Duration.ZERO);
        }
        assertThat(streams.getFirst().keptAlive() - before).isBetween(8, 20);
    }

    /** T39: a segment hears from us while another is read. */
    @Test
    void t39EverySegmentHearsFromUs() {
        for (int i = 0; i < 2_000; i++) {
            commit(0, insert(SPREAD, "a" + i, "1"));
        }
        int before = streams.get(1).keptAlive();
        for (int rows = 0; rows < 2_000; ) {
            rows += stream.poll(Duration.ZERO) instanceof ChangeEvent.Insert ? 1 : 0;
        }
        assertThat(streams.get(1).keptAlive() - before).isBetween(4, 9);
    }

    @Test
    void eachSegmentIsConfirmedUpToItsOwnPlace() {
        commit(0, insert(SPREAD, "a", "1"));
        read();
        stream.confirm(marks.getFirst());
        for (int segment = 0; segment < logs.size(); segment++) {
            assertThat(streams.get(segment).confirmed())
                    .isEqualTo(marks.getFirst().of(segment));
        }
    }

    /** A reader that is behind does not make one interval of all that is written meanwhile. */
    @Test
    void marksAreMadeWhileAnIntervalIsRead() {
        commit(0, insert(SPREAD, "a", "1"));
        assertThat(stream.poll(Duration.ZERO)).isInstanceOf(Begin.class);
        arrives = false;
        for (int i = 0; i < 3; i++) {
            pass(SECOND);
            read();
            commit(0, insert(SPREAD, "b" + i, "1"));
        }
        pass(SECOND);
        arrives = true;
        assertThat(read())
                .containsExactly(
                        "commit " + marks.getFirst(),
                        "idle " + marks.get(1),
                        "begin",
                        "+b0",
                        "commit " + marks.get(2),
                        "begin",
                        "+b1",
                        "commit " + marks.get(3),
                        "begin",
                        "+b2",
                        "commit " + marks.get(4));
    }

    @Test
    void marksAreFewWhereNothingHappens() {
        assertThat(read()).containsExactly("idle " + marks.getFirst());
        pass(Duration.ofSeconds(9));
        assertThat(read()).isEmpty();
        pass(SECOND);
        assertThat(read()).containsExactly("idle " + marks.get(1));
        commit(1, insert(SPREAD, "a", "1"));
        pass(Duration.ofMillis(99));
        assertThat(read()).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(read()).containsExactly("begin", "+a", "commit " + marks.get(2));
    }

    @Test
    void aMarkWithoutASegmentIsRefused() {
        IntervalStream lacking = new IntervalStream(
                open(),
                beginning,
                () -> new Mark(new SegmentPosition(Map.of(0, logs.getFirst().restorePoint())), Instant.EPOCH, Set.of()),
                ClusterTables.ALL,
                ClusterTables::isEverywhere,
                () -> nanos);
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 9; i++) {
                        lacking.poll(Duration.ZERO);
                    }
                })
                .isInstanceOfSatisfying(
                        SyncException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVARIANT_BROKEN));
    }

    private Map<Integer, ChangeStream> open() {
        Map<Integer, ChangeStream> opened = new TreeMap<>();
        for (int segment = 0; segment < logs.size(); segment++) {
            SegmentLog log = logs.get(segment);
            SegmentLog.Stream ofSegment = log.open(log.end(), () -> arrives);
            streams.add(ofSegment);
            opened.put(segment, ofSegment);
        }
        return opened;
    }

    private SegmentPosition ends() {
        return new SegmentPosition(Map.of(0, logs.get(0).end(), 1, logs.get(1).end()));
    }

    private Mark mark() {
        logs.forEach(SegmentLog::restorePoint);
        marks.add(ends());
        return new Mark(marks.getLast(), Instant.EPOCH, redistributed);
    }

    private void commit(int segment, ChangeEvent... changes) {
        logs.get(segment).commit(Instant.ofEpochMilli(clock++), List.of(changes));
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private List<String> read() {
        return events().stream()
                .filter(event -> !(event instanceof Part))
                .map(IntervalStreamTest::text)
                .toList();
    }

    /** All that comes without waiting. */
    private List<ChangeEvent> events() {
        List<ChangeEvent> events = new ArrayList<>();
        for (int silent = 0; silent < 9; ) {
            ChangeEvent event = stream.poll(Duration.ZERO);
            if (event == null) {
                silent++;
            } else {
                events.add(event);
            }
        }
        return events;
    }

    private static String text(ChangeEvent event) {
        return switch (event) {
            case Begin _ -> "begin";
            case Commit(Position mark, Instant _) -> "commit " + mark;
            case Idle(Position mark) -> "idle " + mark;
            case ChangeEvent.Insert insert -> "+" + insert.after().text(0);
            case ChangeEvent.Update change -> "=" + change.after().text(0);
            case ChangeEvent.Delete gone -> "-" + gone.before().text(0);
            case ChangeEvent.Truncate emptied ->
                "truncate "
                        + String.join(
                                " ",
                                emptied.tables().stream()
                                        .map(table -> table.table().name())
                                        .toList());
            case Untold untold -> "untold " + untold.table().table().name();
            default -> event.toString();
        };
    }
}
