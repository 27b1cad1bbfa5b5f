package io.syncline.engine.stream;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import java.util.Optional;
import java.util.function.Function;

/**
 * Chooses every table.
 *
 * @param ways of their rows
 * @param loadable whether each can be loaded anew
 * @param untold whether each is when its rows come in a shape that nobody told of, and newcomers are taken up
 */
record OneWay(Function<TableSchema, TableRoute> ways, boolean loadable, boolean untold) implements Selection {

    OneWay(Function<TableSchema, TableRoute> ways, boolean loadable) {
        this(ways, loadable, false);
    }

    @Override
    public Optional<TableRoute> way(TableSchema source) {
        return Optional.of(ways.apply(source));
    }

    @Override
    public boolean alike(TableId one, TableId other) {
        return true;
    }

    @Override
    public boolean loadable(TableSchema source) {
        return loadable;
    }

    @Override
    public boolean loadsUntold(TableSchema source) {
        return untold;
    }

    @Override
    public boolean takesUp() {
        return untold;
    }

    @Override
    public boolean lacks(TableId table, long version) {
        return true;
    }
}
