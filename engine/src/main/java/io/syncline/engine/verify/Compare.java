package io.syncline.engine.verify;

import io.syncline.api.port.DigestReader;
import io.syncline.engine.route.RoutePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Compares all tables of a plan, one after the other. */
public final class Compare {

    private final DigestReader source;
    private final DigestReader destination;
    private final Follower follower;
    private final CompareOptions options;

    public Compare(DigestReader source, DigestReader destination, Follower follower, CompareOptions options) {
        this.source = source;
        this.destination = destination;
        this.follower = follower;
        this.options = options;
    }

    /** @param done hears each table's result as soon as it is known */
    public CompareReport run(List<RoutePlan.Planned> tables, Consumer<TableResult> done) throws InterruptedException {
        boolean followed = follower.isActive();
        List<TableResult> results = new ArrayList<>();
        for (RoutePlan.Planned table : tables) {
            TableResult result = new TableCompare(table.route(), source, destination, follower, options)
                    .compare(Math.max(table.info().estimatedRows(), table.info().bytes() / 200));
            results.add(result);
            done.accept(result);
        }
        return new CompareReport(results, followed);
    }
}
