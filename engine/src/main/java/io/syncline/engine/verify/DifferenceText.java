package io.syncline.engine.verify;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tells differing rows as the user allowed it: keys in plain or hashed, values only when asked for. */
final class DifferenceText {

    private final TableRoute route;
    private final Ends ends;
    private final CompareOptions options;

    DifferenceText(TableRoute route, Ends ends, CompareOptions options) {
        this.route = route;
        this.ends = ends;
        this.options = options;
    }

    List<Difference> of(List<Row> keys, Map<Row, Difference.Kind> kinds) {
        List<Row> changed = keys.stream()
                .filter(key -> kinds.get(key) == Difference.Kind.CHANGED)
                .toList();
        Map<Row, Row> source = byKey(changed.isEmpty() ? List.of() : ends.source.values(ends.sourceShape, changed));
        Map<Row, Row> destination =
                byKey(changed.isEmpty() ? List.of() : ends.destination.values(ends.destinationShape, changed));
        return keys.stream()
                .map(key -> new Difference(
                        kinds.getOrDefault(key, Difference.Kind.UNSETTLED),
                        key(key),
                        columns(source.get(key), destination.get(key))))
                .toList();
    }

    private Map<Row, Row> byKey(List<Row> rows) {
        Map<Row, Row> byKey = new HashMap<>();
        rows.forEach(row -> byKey.put(keyOf(row), row));
        return byKey;
    }

    private Row keyOf(Row row) {
        String[] values = ends.destinationShape.key().stream().map(row::text).toArray(String[]::new);
        return io.syncline.api.model.RowBuilder.of(values);
    }

    private String key(Row key) {
        List<Integer> columns = ends.destinationShape.key();
        String plain = IntStream.range(0, columns.size())
                .mapToObj(i -> route.destination().columns().get(columns.get(i)).name() + "=" + key.text(i))
                .collect(Collectors.joining(", "));
        return switch (options.showKeys()) {
            case PLAIN -> plain;
            case HASH -> "sha256:" + hash(plain);
        };
    }

    private static String hash(String plain) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(plain.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private List<String> columns(@Nullable Row source, @Nullable Row destination) {
        if (source == null || destination == null) {
            return List.of();
        }
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < source.columns(); i++) {
            String here = value(source, i);
            String there = value(destination, i);
            if (!here.equals(there)) {
                String name = route.destination().columns().get(i).name();
                differing.add(options.showValues() ? name + ": " + here + " → " + there : name);
            }
        }
        return differing;
    }

    private static String value(Row row, int column) {
        return row.isNull(column) ? "NULL" : "'" + row.text(column) + "'";
    }
}
