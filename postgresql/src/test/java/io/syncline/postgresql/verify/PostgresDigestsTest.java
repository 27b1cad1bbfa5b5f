package io.syncline.postgresql.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.DigestReader.Compared;
import io.syncline.api.port.DigestReader.KeyedDigest;
import io.syncline.api.port.DigestReader.Shape;
import io.syncline.postgresql.load.LinkFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of both ends in one text form, where their columns have different types. */
class PostgresDigestsTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t45ValuesAreComparedInTheDestinationsTextForm(String version) {
        try (LinkFixture link = new LinkFixture(version, "18")) {
            link.sourceSql.execute("""
                    CREATE TABLE t (id int PRIMARY KEY, n numeric, r real, b boolean, i int, c char(5), d date, v text);
                    INSERT INTO t VALUES (1, 1.5, 0.1, true, 7, 'ab', '2026-01-02', NULL), (2, -0.25, 'NaN', false, 0, '', NULL, '')""");
            link.destinationSql.execute("""
                    CREATE TABLE t (id bigint PRIMARY KEY, n numeric(9,3), r double precision, b text, i numeric(9,1), c text, d timestamp, v varchar(3));
                    INSERT INTO t VALUES (1, '1.5', '0.1', 't', '7', 'ab   ', '2026-01-02', NULL), (2, '-0.25', 'NaN', 'f', '0', '     ', NULL, '')""");
            assertThat(differing(link, "1", "2")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t16AValueThatTheDestinationCutShowsAsADifference(String version) {
        try (LinkFixture link = new LinkFixture(version, "18")) {
            link.sourceSql.execute("""
                    CREATE TABLE t (id int PRIMARY KEY, v text, c text, b varbit, a text[]);
                    INSERT INTO t VALUES (1, 'abcd', '', B'1', '{}'), (2, '', 'abcd', B'1', '{}'), (3, '', '', B'1010', '{}'),
                        (4, '', '', B'1', '{abcd}'), (5, 'abc', 'abc', B'101', '{abc}')""");
            link.destinationSql.execute("""
                    CREATE TABLE t (id int PRIMARY KEY, v varchar(3), c char(3), b varbit(3), a varchar(3)[]);
                    INSERT INTO t VALUES (1, 'abc', '', B'1', '{}'), (2, '', 'abc', B'1', '{}'), (3, '', '', B'101', '{}'),
                        (4, '', '', B'1', '{abc}'), (5, 'abc', 'abc', B'101', '{abc}')""");
            assertThat(differing(link, "1", "2", "3", "4", "5")).containsExactly("1", "2", "3", "4");
        }
    }

    /** Of these keys those whose rows have other digests at the two ends. */
    private static List<String> differing(LinkFixture link, String... keys) {
        TableRoute route = link.route("public", "t");
        List<Compared> atSource = new ArrayList<>();
        List<Compared> atDestination = new ArrayList<>();
        for (int i = 0; i < route.destination().columns().size(); i++) {
            Column to = route.destination().columns().get(i);
            String from = route.source().columns().get(route.sourceColumn(i)).name();
            atSource.add(new Compared(from, to.type().name()));
            atDestination.add(new Compared(to.name(), to.type().name()));
        }
        List<Row> wanted = List.of(keys).stream().map(RowBuilder::of).toList();
        Map<String, Long> left = digests(
                new PostgresDigests(link.sourceSessions), new Shape(route.source(), atSource, List.of(0)), wanted);
        Map<String, Long> right = digests(
                new PostgresDigests(link.destinationSessions),
                new Shape(route.destination(), atDestination, List.of(0)),
                wanted);
        assertThat(left).hasSize(keys.length).containsOnlyKeys(right.keySet());
        return left.keySet().stream()
                .filter(key -> !Objects.equals(left.get(key), right.get(key)))
                .toList();
    }

    private static Map<String, Long> digests(PostgresDigests digests, Shape shape, List<Row> keys) {
        Map<String, Long> found = new TreeMap<>();
        for (KeyedDigest row : digests.lookup(shape, keys)) {
            found.put(row.key().text(0), row.digest());
        }
        return found;
    }
}
