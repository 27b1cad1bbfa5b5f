package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.postgresql.session.ServerSystem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Takes rows out of a destination table, with values of theirs that are needed elsewhere. */
final class TakenRows {

    /** num_nulls (release notes of 9.6). */
    private static final int COUNTS_NULLS = 90_600;

    private final Connection connection;
    private final StatementText text;
    private final boolean countsNulls;

    TakenRows(Connection connection, ServerSystem server) {
        this.connection = connection;
        this.text = new StatementText(server);
        this.countsNulls = server.version() >= COUNTS_NULLS;
    }

    /**
     * Deletes the rows of a key, as many as there are.
     *
     * @param key a row whose key columns are present
     * @param columns destination columns whose values are wanted
     * @return in source columns; those that are not wanted are absent
     */
    List<Row> take(Target target, Row key, List<Integer> columns) throws SQLException {
        Changes changes = Changes.keyed(target, List.of(new NetChange(key, null)));
        List<Field> fields = StatementText.fields(target, Shape.DELETE);
        try (PreparedStatement statement = connection.prepareStatement(
                text.of(target, Shape.DELETE, StatementText.parameters(target, fields)) + " RETURNING "
                        + columns.stream()
                                .map(column -> output("t." + target.columnName(column)))
                                .collect(Collectors.joining(", ", "CAST(ARRAY[", "] AS text[])")))) {
            for (int i = 0; i < fields.size(); i++) {
                statement.setObject(i + 1, new TextArray(changes, fields.get(i)));
            }
            try (ResultSet row = statement.executeQuery()) {
                List<Row> taken = new ArrayList<>();
                while (row.next()) {
                    taken.add(row(target, columns, (String[]) row.getArray(1).getArray()));
                }
                return taken;
            }
        }
    }

    /** Whether some unique index leads to the rows of a table. */
    boolean areIndexed(Target target) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_index WHERE indrelid = CAST(? AS pg_catalog.regclass) AND indisunique)")) {
            statement.setString(1, target.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** What the type's output function prints; a cast to text prints some types otherwise (boolean, inet, char). A row of NULLs is not NULL. */
    private String output(String value) {
        String there = countsNulls ? "num_nulls(" + value + ") = 0" : value + "::text IS NOT NULL";
        return "CASE WHEN " + there + " THEN format('%s', " + value + ") END";
    }

    private static Row row(Target target, List<Integer> columns, String[] values) {
        int width = target.route().source().columns().size();
        RowBuilder row = new RowBuilder(width);
        for (int source = 0; source < width; source++) {
            int at = -1;
            for (int i = 0; i < columns.size(); i++) {
                at = target.source(columns.get(i)) == source ? i : at;
            }
            if (at < 0) {
                row.state(Row.ABSENT);
            } else if (values[at] == null) {
                row.state(Row.NULL);
            } else {
                row.value(values[at]);
            }
        }
        return row.build();
    }
}
