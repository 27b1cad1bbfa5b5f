package io.syncline.testkit.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Compares the oldest version with the newest, whose sessions start with different settings. */
class SqlDigestTest {

    private static final String TABLES = """
            CREATE SCHEMA shop;
            CREATE TYPE shop.mood AS ENUM ('good', 'bad');
            CREATE TABLE shop."T ""x" (t int, f float8, ts timestamptz, b bytea, i interval, m shop.mood, a numeric[]);
            INSERT INTO shop."T ""x" VALUES
                (1, 0.1::float8 + 0.2::float8, '2024-03-01 12:00+02', '\\xdeadbeef', '1 day 2 hours', 'good', '{1.0,NULL}'),
                (2, 'NaN', 'infinity', '', '-1 year', NULL, NULL);
            CREATE TABLE shop.parts (id int, n int) PARTITION BY RANGE (id);
            CREATE TABLE shop.parts_low PARTITION OF shop.parts FOR VALUES FROM (0) TO (10);
            CREATE TABLE shop.parent (id int);
            CREATE TABLE shop.child () INHERITS (shop.parent);
            INSERT INTO shop.parts VALUES (1, 1);
            INSERT INTO shop.parent VALUES (1);
            INSERT INTO shop.child VALUES (2);
            CREATE TABLE shop.no_columns ();
            INSERT INTO shop.no_columns DEFAULT VALUES;
            CREATE TABLE shop.keyless (n int, note text);
            INSERT INTO shop.keyless SELECT n, 'n' FROM generate_series(1, 100) n;
            """;

    private final TestDatabase oldest = SharedPostgres.sourceDatabase("12");
    private final TestDatabase newest = SharedPostgres.sourceDatabase("18");
    private final Sql left = oldest.sql();
    private final Sql right = newest.sql();

    @BeforeEach
    void createTables() {
        left.execute("SET TimeZone = 'Asia/Shanghai'; SET extra_float_digits = 0; SET IntervalStyle = 'iso_8601'");
        left.execute(TABLES);
        right.execute(TABLES);
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
        oldest.close();
        newest.close();
    }

    @Test
    void isEqualWhateverTheOrderOfRowsAndColumns() throws SQLException {
        right.execute("""
                DROP TABLE shop.keyless;
                CREATE TABLE shop.keyless (note text, gone int, n int);
                ALTER TABLE shop.keyless DROP COLUMN gone;
                INSERT INTO shop.keyless SELECT 'n', n FROM generate_series(100, 1, -1) n;
                """);
        assertThat(SqlDigest.differences(left.connection(), right.connection(), "shop"))
                .isEmpty();
        assertThat(SqlDigest.ofSchema(left.connection(), "shop"))
                .containsOnlyKeys("T \"x", "parts", "parent", "child", "no_columns", "keyless")
                .extractingByKey("parent")
                .extracting(TableDigest::rows)
                .isEqualTo(1L);
    }

    @Test
    void findsOneChangedValue() throws SQLException {
        right.execute("UPDATE shop.\"T \"\"x\" SET f = 0.3 WHERE t = 1");
        right.execute("UPDATE shop.parts SET n = NULL");
        assertThat(SqlDigest.differences(left.connection(), right.connection(), "shop"))
                .containsExactly("T \"x", "parts");
    }

    @Test
    void findsARowThatIsThereTwiceInsteadOfAnotherOne() throws SQLException {
        right.execute("UPDATE shop.keyless SET n = 1 WHERE n = 2");
        assertThat(SqlDigest.differences(left.connection(), right.connection(), "shop"))
                .containsExactly("keyless");
        right.execute("DELETE FROM shop.keyless; INSERT INTO shop.keyless SELECT n, 'n' FROM generate_series(1, 100) n;"
                + "INSERT INTO shop.keyless VALUES (7, 'n'), (7, 'n')");
        assertThat(SqlDigest.differences(left.connection(), right.connection(), "shop"))
                .containsExactly("keyless");
    }

    @Test
    void findsAMissingTable() throws SQLException {
        right.execute("DROP TABLE shop.no_columns");
        assertThat(SqlDigest.differences(left.connection(), right.connection(), "shop"))
                .containsExactly("no_columns");
    }
}
