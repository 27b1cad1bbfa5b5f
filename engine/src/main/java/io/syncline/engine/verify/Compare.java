package io.syncline.engine.verify;

import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.ShapedDigests;
import io.syncline.api.port.Source;
import io.syncline.engine.route.RoutePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Compares all tables of a plan, one after the other. */
public final class Compare {

    private final Source source;
    private final Destination destination;
    private final Follower follower;
    private final CompareOptions options;

    public Compare(Source source, Destination destination, Follower follower, CompareOptions options) {
        this.source = source;
        this.destination = destination;
        this.follower = follower;
        this.options = options;
    }

    /** @param done hears each table's result as soon as it is known */
    public CompareReport run(List<RoutePlan.Planned> tables, Consumer<TableResult> done) throws InterruptedException {
        boolean followed = follower.isActive();
        DigestReader plain = source.digests();
        DigestReader there = destination.digests();
        List<TableResult> results = new ArrayList<>();
        try (ShapedDigests shaped = destination.shapedDigests()) {
            for (RoutePlan.Planned table : tables) {
                TableRoute route = table.route();
                DigestReader here = route.shaping() == null ? plain : new ShapedSource(route, source, shaped);
                TableResult result =
                        new TableCompare(route, here, there, follower, options).compare(estimatedRows(table));
                results.add(result);
                done.accept(result);
            }
        }
        return new CompareReport(results, followed);
    }

    static long estimatedRows(RoutePlan.Planned table) {
        return Math.max(table.info().estimatedRows(), table.info().bytes() / 200);
    }
}
