package io.syncline.postgresql.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.syncline.api.port.SchemaWriter.Outcome;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.testkit.postgres.Sql;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partitioned tables keep their partitions, and these what is their own. */
class PartitionedRoundTripTest {

    /** Keys, bounds and parents. */
    private static final String TREE = """
            SELECT c.oid::regclass::text, c.relkind, c.relpersistence, i.inhparent::regclass::text,
                   pg_get_expr(c.relpartbound, c.oid), pg_get_partkeydef(c.oid), c.reloptions::text
              FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text IN ('public', 'old') ORDER BY 1""";

    /** Whether an index or constraint is its table's own; the names of those that are derived are the server's. */
    private static final String INDEXES = """
            SELECT i.indrelid::regclass::text, CASE WHEN h.inhrelid IS NULL THEN i.indexrelid::regclass::text ELSE '' END,
                   h.inhparent::regclass::text, i.indisunique, i.indisprimary, i.indisvalid,
                   regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+ ON', 'INDEX ON')
              FROM pg_index i LEFT JOIN pg_inherits h ON h.inhrelid = i.indexrelid
              JOIN pg_class c ON c.oid = i.indrelid
             WHERE c.relnamespace::regnamespace::text IN ('public', 'old') ORDER BY 1, 2, 3, 7""";

    private static final String CONSTRAINTS = """
            SELECT conrelid::regclass::text, CASE WHEN conparentid = 0 THEN conname END, contype, pg_get_constraintdef(oid),
                   convalidated
              FROM pg_constraint
             WHERE conrelid <> 0 AND connamespace::regnamespace::text IN ('public', 'old') AND contype IN ('c', 'p', 'u', 'f')
             ORDER BY 1, 2, 3, 4""";

    private static final String COLUMNS = """
            SELECT a.attrelid::regclass::text, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
                   format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attgenerated,
                   a.attislocal
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
             WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
               AND c.relnamespace::regnamespace::text IN ('public', 'old')
             ORDER BY 1, 2""";

    @ParameterizedTest
    @CsvSource({"12, 12", "12, 18", "15, 15", "18, 18"})
    void partitionsArriveWithKeysBoundsAndWhatIsTheirOwn(String from, String to) {
        try (Ends ends = new Ends(from, to);
                Sql source = ends.source.sql();
                Sql destination = ends.destination.sql()) {
            source.execute(Ends.script("partitioned.sql"));
            SchemaPlan plan = ends.plan(_ -> true);
            assertThat(plan.leftOut()).isEmpty();

            assertThat(ends.makeAll(plan).values()).containsOnly(Outcome.CREATED, Outcome.ALREADY_THERE);

            for (String query : List.of(TREE, INDEXES, CONSTRAINTS, COLUMNS)) {
                assertThat(picture(destination, query))
                        .as(query)
                        .isNotEmpty()
                        .containsExactlyElementsOf(picture(source, query));
            }
            assertThat(ends.makeAll(plan).values())
                    .as("made again after a crash")
                    .isSubsetOf(Outcome.ALREADY_OURS, Outcome.ALREADY_THERE);
        }
    }

    private static List<List<@Nullable String>> picture(Sql sql, String query) {
        sql.execute("SET search_path = ''");
        return sql.rows(query);
    }
}
