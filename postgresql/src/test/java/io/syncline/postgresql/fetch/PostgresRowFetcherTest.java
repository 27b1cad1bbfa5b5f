package io.syncline.postgresql.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.RowFetcher.Fetched;
import io.syncline.postgresql.load.LinkFixture;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.visibility.UnseenCommits;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows by key, of every kind of key, as the server prints them. */
class PostgresRowFetcherTest {

    @ParameterizedTest
    @ValueSource(strings = {"12", "15", "18"})
    void t16ReadsWholeRowsByKeysOfAnyType(String version) {
        try (LinkFixture link = new LinkFixture(version, "18");
                PostgresRowFetcher fetcher =
                        new PostgresRowFetcher(link.sourceSessions, new UnseenCommits(link.sourceSessions))) {
            link.sourceSql.execute("""
                    CREATE DOMAIN short AS varchar(4);
                    CREATE TYPE mood AS ENUM ('so', 'la');
                    CREATE TABLE t (doc text, k1 int[], k2 char(6), k3 short, k4 mood, k5 numeric(9,2), k6 bit(3), k7 timestamptz,
                        by bytea, f float8, b bool, n text, PRIMARY KEY (k6, k1, k2, k3, k4, k5, k7));
                    INSERT INTO t VALUES
                        (E'one\\t\\\\N', '{1,NULL,3}', 'ab', 'x"y''', 'la', 1.5, B'101', '2020-01-02 03:04:05.678+00', '\\x00ff', 0.1, true, NULL),
                        ('two', '{}', '', '', 'so', -1, B'000', 'infinity', '', 'NaN', false, ''),
                        ('three', '{{1,2},{3,4}}', 'abcdef', 'wxyz', 'so', 0, B'111', '-infinity', '\\x01', 1e300, NULL, 'n');
                    """);
            TableSchema table = link.sourceTable("public", "t");

            Fetched fetched = fetcher.fetch(
                    table,
                    List.of(
                            key("{1,NULL,3}", "ab    ", "x\"y'", "la", "1.50", "101", "2020-01-02 03:04:05.678+00"),
                            key("{}", "      ", "", "so", "-1.00", "000", "infinity"),
                            key("{}", "      ", "", "so", "-1", "000", "infinity"),
                            // an explicit cast to the column's own type would cut this to the third row's key (T16)
                            key("{{1,2},{3,4}}", "abcdef", "wxyz5", "so", "0.00", "111", "-infinity"),
                            key("{7}", "no", "no", "so", "1.00", "101", "infinity")));

            assertThat(fetched.rows())
                    .containsExactlyInAnyOrder(
                            RowBuilder.of(
                                    "one\t\\N",
                                    "{1,NULL,3}",
                                    "ab    ",
                                    "x\"y'",
                                    "la",
                                    "1.50",
                                    "101",
                                    "2020-01-02 03:04:05.678+00",
                                    "\\x00ff",
                                    "0.1",
                                    "t",
                                    null),
                            RowBuilder.of(
                                    "two",
                                    "{}",
                                    "      ",
                                    "",
                                    "so",
                                    "-1.00",
                                    "000",
                                    "infinity",
                                    "\\x",
                                    "NaN",
                                    "f",
                                    ""));
        }
    }

    /** A statement that is used often would be answered in binary, in which the driver prints values its own way. */
    @Test
    void theTenthAnswerReadsLikeTheFirst() {
        try (LinkFixture link = new LinkFixture("18", "18");
                PostgresRowFetcher fetcher =
                        new PostgresRowFetcher(link.sourceSessions, new UnseenCommits(link.sourceSessions))) {
            link.sourceSql.execute(
                    "CREATE TABLE t (id int PRIMARY KEY, f float8, ts timestamptz, b bytea, j jsonb, d date);"
                            + " INSERT INTO t VALUES (1, 1e15, '0044-03-15 00:00:00+00 BC', '\\x00', '{\"a\":1}', '20000-01-01')");
            TableSchema table = link.sourceTable("public", "t");
            for (int i = 0; i < 10; i++) {
                Row key = new RowBuilder(6)
                        .value("1")
                        .state(Row.ABSENT)
                        .state(Row.ABSENT)
                        .state(Row.ABSENT)
                        .state(Row.ABSENT)
                        .state(Row.ABSENT)
                        .build();
                assertThat(fetcher.fetch(table, List.of(key)).rows())
                        .containsExactly(RowBuilder.of(
                                "1", "1e+15", "0044-03-15 00:00:00+00 BC", "\\x00", "{\"a\": 1}", "20000-01-01"));
            }
        }
    }

    /** With an empty search_path a plain = of citext would be that of text: the row would count as gone, and be deleted at the destination. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t5AKeyOfAnExtensionsTypeIsFoundInAnySpelling(String version) {
        try (LinkFixture link = new LinkFixture(version, "18");
                PostgresRowFetcher fetcher =
                        new PostgresRowFetcher(link.sourceSessions, new UnseenCommits(link.sourceSessions))) {
            link.sourceSql.execute(
                    "CREATE EXTENSION citext; CREATE TABLE t (k citext, n int, v text, PRIMARY KEY (n, k));"
                            + " INSERT INTO t VALUES ('ABC', 1, 'x'), ('abc', 2, 'y')");
            TableSchema table = link.sourceTable("public", "t");
            Row key =
                    new RowBuilder(3).value("Abc").value("1").state(Row.ABSENT).build();
            assertThat(fetcher.fetch(table, List.of(key)).rows()).containsExactly(RowBuilder.of("ABC", "1", "x"));
        }
    }

    /** T21. */
    @ParameterizedTest
    @ValueSource(strings = {"12", "18"})
    void t21ThePositionCoversWhatWasSeenAndIsDurable(String version) {
        try (LinkFixture link = new LinkFixture(version, "18");
                PostgresRowFetcher fetcher =
                        new PostgresRowFetcher(link.sourceSessions, new UnseenCommits(link.sourceSessions))) {
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY); SET synchronous_commit = off");
            TableSchema table = link.sourceTable("public", "t");
            for (int i = 0; i < 20; i++) {
                link.sourceSql.execute("INSERT INTO t VALUES (" + i + ")");
                Lsn visible = Lsn.parse(link.sourceSql.value("SELECT pg_current_wal_insert_lsn()"));
                Fetched fetched = fetcher.fetch(table, List.of(RowBuilder.of(Integer.toString(i))));
                Lsn flushed = Lsn.parse(link.sourceSql.value("SELECT pg_current_wal_flush_lsn()"));

                Lsn readAt = (Lsn) Objects.requireNonNull(fetched.readAt().of(PostgresStream.ID));
                assertThat(fetched.rows()).hasSize(1);
                assertThat(readAt).isGreaterThanOrEqualTo(visible);
                assertThat(flushed).isGreaterThanOrEqualTo(readAt);
            }
        }
    }

    @Test
    void aTableOfAnotherShapeIsMoved() {
        try (LinkFixture link = new LinkFixture("18", "18");
                PostgresRowFetcher fetcher =
                        new PostgresRowFetcher(link.sourceSessions, new UnseenCommits(link.sourceSessions))) {
            link.sourceSql.execute("CREATE TABLE t (id int PRIMARY KEY, a text)");
            TableSchema table = link.sourceTable("public", "t");
            List<Row> keys =
                    List.of(new RowBuilder(2).value("1").state(Row.ABSENT).build());
            for (String change : List.of(
                    "ALTER TABLE t ALTER a TYPE varchar",
                    "ALTER TABLE t RENAME a TO b",
                    "DROP TABLE t",
                    "CREATE TABLE t (id int PRIMARY KEY, a text)")) {
                link.sourceSql.execute(change);
                assertThatExceptionOfType(SyncException.class)
                        .isThrownBy(() -> fetcher.fetch(table, keys))
                        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TABLE_MOVED));
            }
        }
    }

    /** In the table's columns, of which the key's alone are present. */
    private static Row key(String... values) {
        RowBuilder builder = new RowBuilder(12).state(Row.ABSENT);
        for (String value : values) {
            builder.value(value);
        }
        for (int i = 0; i < 4; i++) {
            builder.state(Row.ABSENT);
        }
        return builder.build();
    }
}
