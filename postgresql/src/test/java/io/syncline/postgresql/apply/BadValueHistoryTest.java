package io.syncline.postgresql.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.task.BadValues;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Of any history, the destination and the quarantine together hold what the source does, at every commit, and each row in one of both. */
class BadValueHistoryTest {

    private static final int LENGTH = 60;

    private static final String TABLE = """
            CREATE TABLE t (id int PRIMARY KEY CHECK (id <> %d), u text, doc text CHECK (right(doc, 1) <> '3'),
                            n int CHECK (n %% 5 <> 3));
            CREATE UNIQUE INDEX t_u ON t (u)""";

    @SuppressWarnings("NullAway.Init") // started before the first property
    private static BadValueFixture quarantine;

    @SuppressWarnings("NullAway.Init")
    private static BadValueFixture setNull;

    @BeforeContainer
    static void start() {
        quarantine = new BadValueFixture(BadValues.QUARANTINE, TABLE.formatted(11));
        setNull = new BadValueFixture(BadValues.SET_NULL, TABLE.formatted(-1));
    }

    @AfterContainer
    static void stop() {
        quarantine.close();
        setNull.close();
    }

    @Property(tries = 25, shrinking = ShrinkingMode.OFF)
    void eachRowIsAtOnePlace(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int longest) {
        follow(quarantine, seed, longest);
    }

    @Tag("slow")
    @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
    void eachRowOfManyHistoriesIsAtOnePlace(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int longest) {
        follow(quarantine, seed, longest);
        follow(setNull, seed, longest);
        catchUp(quarantine, seed, longest);
        catchUp(setNull, seed, longest);
    }

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void eachRefusedValueIsNull(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int longest) {
        follow(setNull, seed, longest);
    }

    /** T5: every row was read at a moment of its own, some not at all; what is asked for is read at the end. */
    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void aRaggedLoadCatchesUp(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int longest) {
        catchUp(quarantine, seed, longest);
        catchUp(setNull, seed, longest);
    }

    private static void follow(BadValueFixture fixture, long seed, int longest) {
        History history = new History(fixture.t, seed, LENGTH);
        empty(fixture);
        fixture.strict(inserts(fixture, history.states.getFirst().list()));
        Random random = new Random(~seed);
        int at = 0;
        while (at < LENGTH) {
            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3) && at < LENGTH; i++) {
                int end = Math.min(LENGTH, at + 1 + random.nextInt(longest));
                List<RoutedChange> changes = history.changes.subList(at, end);
                rounds.add(
                        random.nextInt(4) == 0
                                ? new Round(Mode.STRICT, List.of(), changes, changes)
                                : NaiveCoalescer.strict(fixture.t, changes));
                at = end;
            }
            fixture.transaction(transaction -> rounds.forEach(transaction::apply));
            requireState(fixture, history.states.get(at));
        }
    }

    private static void catchUp(BadValueFixture fixture, long seed, int longest) {
        History history = new History(fixture.t, seed, LENGTH);
        Random random = new Random(~seed);
        List<List<String>> loaded = new ArrayList<>();
        for (int id = 0; id < 12; id++) {
            List<String> row =
                    history.states.get(random.nextInt(LENGTH + 1)).rows().get(id);
            if (row != null) {
                loaded.add(List.of("" + id, row.get(0), row.get(1), row.get(2)));
            }
        }
        empty(fixture);
        fixture.catchingUp(inserts(fixture, loaded));
        List<RefetchRequest> requests = new ArrayList<>();
        for (int at = 0; at < LENGTH; ) {
            int end = Math.min(LENGTH, at + 1 + random.nextInt(longest));
            requests.addAll(fixture.catchingUp(history.changes.subList(at, end).toArray(RoutedChange[]::new)));
            at = end;
        }
        History.State last = history.states.getLast();
        List<Row> asked = requests.stream().map(RefetchRequest::key).distinct().toList();
        List<Row> found = new ArrayList<>();
        for (Row key : asked) {
            List<String> row = last.rows().get(Integer.parseInt(key.text(0)));
            if (row != null) {
                found.add(ApplyFixture.row(key.text(0), row.get(0), row.get(1), row.get(2)));
            }
        }
        fixture.transaction(transaction ->
                transaction.refetched(fixture.t, asked, found, Positions.of(PostgresStream.ID, Lsn.parse("0/1"))));
        requireState(fixture, last);
    }

    private static void requireState(BadValueFixture fixture, History.State state) {
        boolean leavesOut = fixture == quarantine;
        List<List<@Nullable String>> there = new ArrayList<>();
        List<List<@Nullable String>> quarantined = new ArrayList<>();
        for (List<String> row : state.list()) {
            boolean badKey = leavesOut && row.get(0).equals("11");
            boolean badDocument = row.get(2).endsWith("3");
            boolean badNumber = Integer.parseInt(row.get(3)) % 5 == 3;
            if (leavesOut && (badKey || badDocument || badNumber)) {
                quarantined.add(new ArrayList<>(row));
            } else {
                there.add(Arrays.asList(
                        row.get(0), row.get(1), badDocument ? null : row.get(2), badNumber ? null : row.get(3)));
            }
        }
        assertThat(fixture.ends.sql.rows("SELECT id::text, u, doc, n::text FROM t ORDER BY t.id"))
                .isEqualTo(there);
        assertThat(
                        fixture.ends.sql.rows(
                                "SELECT image ->> 'id', image ->> 'u', image ->> 'doc', image ->> 'n' FROM syncline.quarantine ORDER BY (image ->> 'id')::int"))
                .isEqualTo(quarantined);
    }

    private static void empty(BadValueFixture fixture) {
        fixture.transaction(transaction -> transaction.truncate(List.of(fixture.t), false, false));
    }

    private static RoutedChange[] inserts(BadValueFixture fixture, List<List<String>> rows) {
        return rows.stream()
                .map(row -> ApplyFixture.insert(fixture.t, row.get(0), row.get(1), row.get(2), row.get(3)))
                .toArray(RoutedChange[]::new);
    }
}
