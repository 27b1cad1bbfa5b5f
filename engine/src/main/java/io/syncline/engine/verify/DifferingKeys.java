package io.syncline.engine.verify;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.ShapedDigests;
import io.syncline.api.port.Source;
import io.syncline.api.task.Operation;
import io.syncline.engine.route.RoutePlan;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Finds the rows that are not at the destination what they are at the source, while nobody writes there. */
public final class DifferingKeys implements AutoCloseable {

    private final Source source;
    private final DigestReader here;
    private final DigestReader there;
    private final ShapedDigests shaped;

    public DifferingKeys(Source source, Destination destination) {
        this.source = source;
        this.here = source.digests();
        this.there = destination.digests();
        this.shaped = destination.shapedDigests();
    }

    /**
     * Those rows of a table that a change of a kind that is carried would bring level.
     *
     * @param table with a key
     * @param taker gets their keys, a bounded number at a time: rows in source columns with nothing but the key present
     */
    public void each(RoutePlan.Planned table, Consumer<List<Row>> taker) {
        TableRoute route = table.route();
        DigestReader reader = route.shaping() == null ? here : new ShapedSource(route, source, shaped);
        Ends ends = Ends.of(route, reader, there);
        Buckets.read(ends, Buckets.wanted(Compare.estimatedRows(table))).eachPortion(differing -> {
            List<Row> keys = differing.entrySet().stream()
                    .filter(entry -> table.operations()
                            .contains(carriedBy(entry.getValue().kind())))
                    .map(Map.Entry::getKey)
                    .toList();
            if (!keys.isEmpty()) {
                taker.accept(AskedKeys.of(route, keys));
            }
        });
    }

    private static Operation carriedBy(Difference.Kind kind) {
        return switch (kind) {
            case MISSING -> Operation.INSERT;
            case EXTRA -> Operation.DELETE;
            case CHANGED, UNSETTLED -> Operation.UPDATE;
        };
    }

    @Override
    public void close() {
        shaped.close();
    }
}
