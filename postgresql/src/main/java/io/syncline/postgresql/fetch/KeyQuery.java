package io.syncline.postgresql.fetch;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.snapshot.TableShape;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The query for rows by key, with one parameter a key column: a text array with that column's text forms. */
final class KeyQuery {
    private KeyQuery() {}

    /**
     * Arrays travel as text, since unnest would flatten those of an array type, and become values by the base type's own input: a type without modifier cuts nothing off
     * (T16). Equal keys are taken once.
     *
     * @param operators by which the key's columns are equal
     */
    static String of(TableSchema table, TableShape shape, List<String> operators) {
        List<Column> keys =
                table.key().columns().stream().map(table.columns()::get).toList();
        String arrays = each(keys.size(), i -> "CAST(? AS text[])", ", ");
        String names = each(keys.size(), i -> "k" + i, ", ");
        String values = each(
                keys.size(), i -> "CAST(k" + i + " AS " + keys.get(i).type().unconstrained() + ") AS k" + i, ", ");
        String equal = each(
                keys.size(),
                i -> "t." + Quoting.identifier(keys.get(i).name()) + " " + operators.get(i) + " k.k" + i,
                " AND ");
        String columns = table.columns().stream()
                .map(column -> "t." + Quoting.identifier(column.name()))
                .collect(Collectors.joining(", "));
        return "SELECT " + columns + " FROM (SELECT DISTINCT " + values + " FROM unnest(" + arrays + ") AS u (" + names
                + ")) AS k JOIN " + shape.only() + Quoting.table(table.table()) + " AS t ON " + equal;
    }

    private static String each(int count, java.util.function.IntFunction<String> part, String between) {
        return IntStream.range(0, count).mapToObj(part).collect(Collectors.joining(between));
    }
}
