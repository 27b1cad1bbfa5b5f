package io.syncline.postgresql.snapshot;

import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The COPY that sends a chunk's rows.
 *
 * @param shape of the table, which has been compared with the schema
 * @param throughCoordinator whether the coordinator of a cluster passes on what its segments send: of a table's own COPY it puts many rows into one message (executed, 7.0.0)
 */
record ChunkQuery(TableSchema table, TableShape shape, List<String> columns, boolean throughCoordinator) {
    ChunkQuery {
        columns = List.copyOf(columns);
    }

    String copy(Chunk.Range range) {
        return switch (range) {
            case Chunk.Whole() ->
                shape.partitioned() || columns.isEmpty() || throughCoordinator ? copyRows(List.of()) : copyTable();
            case Chunk.PhysicalRange(long from, Long to) -> copyRows(places(from, to));
            case Chunk.KeyRange(List<String> from, List<String> to) -> copyRows(keys(from, to));
        };
    }

    /** COPY of a table reads its own rows only, and does not pass through the executor: the quickest way. */
    private String copyTable() {
        return "COPY " + Quoting.table(table.table()) + " (" + names(columns) + ") TO STDOUT";
    }

    private String copyRows(List<String> conditions) {
        return "COPY (SELECT " + names(columns) + " FROM " + shape.only() + Quoting.table(table.table())
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + ") TO STDOUT";
    }

    /** Line pointers count from 1, so that {@code (n,0)} lies before every row of block n. */
    private static List<String> places(long from, @Nullable Long to) {
        List<String> conditions = new ArrayList<>();
        conditions.add("ctid >= '(" + from + ",0)'::tid");
        if (to != null) {
            conditions.add("ctid < '(" + to + ",0)'::tid");
        }
        return conditions;
    }

    private List<String> keys(@Nullable List<String> from, @Nullable List<String> to) {
        List<String> conditions = new ArrayList<>();
        if (from != null) {
            conditions.add(key() + " >= " + bound(from));
        }
        if (to != null) {
            conditions.add(key() + " < " + bound(to));
        }
        return conditions;
    }

    private String key() {
        return "("
                + keyColumns().stream()
                        .map(Column::name)
                        .map(Quoting::identifier)
                        .collect(Collectors.joining(", ")) + ")";
    }

    /** COPY takes no parameters, so the bounds are literals; their type is the base type without modifier, whose cast changes no value (T16). */
    private String bound(List<String> values) {
        List<Column> keys = keyColumns();
        List<String> casts = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            casts.add("CAST(" + Quoting.literal(values.get(i)) + " AS "
                    + keys.get(i).type().unconstrained() + ")");
        }
        return "(" + String.join(", ", casts) + ")";
    }

    private List<Column> keyColumns() {
        return table.key().columns().stream().map(table.columns()::get).toList();
    }

    private static String names(List<String> columns) {
        return columns.stream().map(Quoting::identifier).collect(Collectors.joining(", "));
    }
}
