package io.syncline.testkit.memory.table;

import io.syncline.api.model.Column;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import io.syncline.api.port.DigestReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Digests of a memory table's rows by their text forms. */
public final class MemoryDigests implements DigestReader {

    /** A table's rows at this moment, with its columns in their order. */
    public record Rows(List<Column> columns, List<Cells> cells) {}

    private final Function<TableId, Rows> tables;

    public MemoryDigests(Function<TableId, Rows> tables) {
        this.tables = tables;
    }

    @Override
    public Map<Integer, Digest> buckets(Shape shape, int buckets) {
        Map<Integer, Digest> digests = new HashMap<>();
        for (Cells row : compared(shape)) {
            Digest one = new Digest(1, BigInteger.valueOf(digest(row)));
            digests.merge(
                    bucket(shape, row, buckets),
                    one,
                    (a, b) -> new Digest(a.rows() + b.rows(), a.sum().add(b.sum())));
        }
        return digests;
    }

    @Override
    public List<KeyedDigest> rows(Shape shape, int buckets, Collection<Integer> wanted) {
        return compared(shape).stream()
                .filter(row -> wanted.contains(bucket(shape, row, buckets)))
                .map(row -> keyed(shape, row))
                .toList();
    }

    @Override
    public List<KeyedDigest> lookup(Shape shape, Collection<Row> keys) {
        return found(shape, keys).stream().map(row -> keyed(shape, row)).toList();
    }

    @Override
    public List<Row> values(Shape shape, Collection<Row> keys) {
        return found(shape, keys).stream().map(Cells::row).toList();
    }

    private List<Cells> found(Shape shape, Collection<Row> keys) {
        Set<Cells> wanted = new HashSet<>();
        keys.forEach(key -> wanted.add(Cells.of(key)));
        return compared(shape).stream()
                .filter(row -> wanted.contains(key(shape, row)))
                .toList();
    }

    /** The rows with only the columns that count. */
    private List<Cells> compared(Shape shape) {
        Rows rows = tables.apply(shape.table().table());
        List<String> names = rows.columns().stream().map(Column::name).toList();
        List<Integer> places = shape.columns().stream()
                .map(column -> names.indexOf(column.name()))
                .toList();
        List<Cells> compared = new ArrayList<>();
        for (Cells row : rows.cells()) {
            compared.add(Cells.of(places.size(), column -> row.get(places.get(column))));
        }
        return compared;
    }

    private static Cells key(Shape shape, Cells row) {
        return Cells.of(shape.key().size(), column -> row.get(shape.key().get(column)));
    }

    private static KeyedDigest keyed(Shape shape, Cells row) {
        return new KeyedDigest(key(shape, row).row(), digest(row));
    }

    private static int bucket(Shape shape, Cells row, int buckets) {
        Cells bucketed = shape.key().isEmpty() ? row : key(shape, row);
        return Math.floorMod(bucketed.hashCode(), buckets);
    }

    private static long digest(Cells row) {
        return 31L * row.hashCode() + row.toString().length();
    }
}
