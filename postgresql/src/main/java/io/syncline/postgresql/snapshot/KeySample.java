package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Bounds that part a table's keys about evenly, from the rows of randomly chosen blocks, in the order of the very operators that {@link ChunkQuery} compares with. The
 * default operator class of an extension's type may have another order (citext) than what < means without its schema in the search_path; bounds in that order would make
 * ranges that overlap. A skewed sample makes uneven chunks, never wrong ones.
 */
final class KeySample {
    private static final int BLOCKS_PER_CHUNK = 10;
    private static final int LEAST_BLOCKS = 500;

    /** "operator does not exist": the type has no order, or its operators lie in a schema of an extension. */
    private static final String NO_ORDER = "42883";

    private static final int TABLESAMPLE = 90_500;

    private KeySample() {}

    /**
     * At most {@code chunks - 1} keys as text forms, ascending and different; none when the table shows no rows, or its key has no order that a query can use.
     *
     * @param connection in autocommit
     */
    static List<List<String>> take(Connection connection, TableSchema table, long blocks, int chunks)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement(query(table, sample(connection, percent(blocks, chunks))))) {
            statement.setInt(1, chunks);
            statement.setInt(2, chunks);
            try (ResultSet row = statement.executeQuery()) {
                List<List<String>> bounds = new ArrayList<>();
                while (row.next()) {
                    bounds.add(key(row, table.key().columns().size()));
                }
                return bounds;
            }
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals(NO_ORDER)) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<String> key(ResultSet row, int columns) throws SQLException {
        List<String> key = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
            key.add(row.getString(column));
        }
        return key;
    }

    private static double percent(long blocks, int chunks) {
        double wanted = Math.max(LEAST_BLOCKS, (double) BLOCKS_PER_CHUNK * chunks);
        return Math.min(100, 100 * wanted / blocks);
    }

    /** TABLESAMPLE is of 9.5; before, all blocks are read for some of their rows. */
    private static String sample(Connection connection, double percent) throws SQLException {
        return ServerRelease.reaches(connection, TABLESAMPLE)
                ? "TABLESAMPLE SYSTEM (" + String.format(Locale.ROOT, "%.6f", percent) + ")"
                : "WHERE random() < " + String.format(Locale.ROOT, "%.8f", percent / 100);
    }

    /** Those rows of the sorted sample at which the next of {@code chunks} equal parts begins; format('%s') prints with the type's output function, unlike a cast to text. */
    private static String query(TableSchema table, String sample) {
        List<String> keys = table.key().columns().stream()
                .map(table.columns()::get)
                .map(Column::name)
                .map(Quoting::identifier)
                .toList();
        List<String> names =
                IntStream.range(0, keys.size()).mapToObj(i -> "k" + i).toList();
        return "SELECT "
                + names.stream().map(name -> "format('%s', " + name + ")").collect(Collectors.joining(", "))
                + " FROM (SELECT "
                + IntStream.range(0, keys.size())
                        .mapToObj(i -> keys.get(i) + " AS " + names.get(i))
                        .collect(Collectors.joining(", "))
                + ", row_number() OVER (ORDER BY "
                + keys.stream().map(key -> key + " USING <").collect(Collectors.joining(", "))
                + ") - 1 AS place, count(*) OVER () AS sampled FROM "
                + Quoting.table(table.table()) + " " + sample + ") AS sample"
                + " WHERE place > 0 AND place * ? / sampled <> (place - 1) * ? / sampled ORDER BY place";
    }
}
