package io.syncline.postgresql.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any history, cut into any rounds, comes to what it comes to change by change. */
class HistoryApplyTest {

    private static final int LENGTH = 60;

    @SuppressWarnings("NullAway.Init") // started before the first property
    private static ApplyFixture fixture;

    @SuppressWarnings("NullAway.Init")
    private static TableRoute route;

    @BeforeContainer
    static void start() {
        fixture = new ApplyFixture("15", "CREATE TABLE t (id int PRIMARY KEY, u text, doc text, n int)");
        route = fixture.route("t");
    }

    @AfterContainer
    static void stop() {
        fixture.close();
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void i3NetChangesComeToWhatTheirHistoryComesTo(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int longest) {
        History history = new History(route, seed, LENGTH);
        load(history.states.getFirst());
        fixture.sql.execute("CREATE UNIQUE INDEX t_u ON t (u)");
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
                                : NaiveCoalescer.strict(route, changes));
                at = end;
            }
            fixture.transaction(transaction -> rounds.forEach(transaction::apply));
            assertThat(rows()).isEqualTo(history.states.get(at).list());
        }
    }

    /** T5: every row was read at a moment of its own, some not at all; what is asked for is read at the end. */
    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void t5ARaggedLoadCatchesUp(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int longest) {
        History history = new History(route, seed, LENGTH);
        Random random = new Random(~seed);
        TreeMap<Integer, List<String>> loaded = new TreeMap<>();
        for (int id = 0; id < 12; id++) {
            List<String> row =
                    history.states.get(random.nextInt(LENGTH + 1)).rows().get(id);
            if (row != null) {
                loaded.put(id, row);
            }
        }
        load(new History.State(loaded));
        List<RefetchRequest> requests = new ArrayList<>();
        for (int at = 0; at < LENGTH; ) {
            int end = Math.min(LENGTH, at + 1 + random.nextInt(longest));
            List<RoutedChange> changes = history.changes.subList(at, end);
            requests.addAll(fixture.apply(new Round(Mode.CATCHING_UP, List.of(), changes, changes)));
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
                transaction.refetched(route, asked, found, Positions.of(PostgresStream.ID, Lsn.parse("0/1"))));
        assertThat(rows()).isEqualTo(last.list());
    }

    private static void load(History.State state) {
        fixture.sql.execute("DROP INDEX IF EXISTS t_u; TRUNCATE t");
        for (List<String> row : state.list()) {
            fixture.sql.update(
                    "INSERT INTO t VALUES (CAST(? AS int), ?, ?, CAST(? AS int))",
                    row.get(0),
                    row.get(1),
                    row.get(2),
                    row.get(3));
        }
    }

    private static List<List<String>> rows() {
        return fixture.sql.rows("SELECT * FROM t ORDER BY id").stream()
                .map(row -> row.stream().map(String::valueOf).toList())
                .toList();
    }
}
