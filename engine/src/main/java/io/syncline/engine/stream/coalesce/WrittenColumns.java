package io.syncline.engine.stream.coalesce;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which of a route's destination columns an image can fill. Generated columns are never written and do not count. */
final class WrittenColumns {

    private final TableRoute route;
    private final List<Integer> all = new ArrayList<>();
    /** The source column that feeds the n-th of {@link #all}. */
    private final int[] feeding;

    WrittenColumns(TableRoute route) {
        this.route = route;
        for (int column = 0; column < route.destination().columns().size(); column++) {
            if (!route.destination().columns().get(column).generated()) {
                all.add(column);
            }
        }
        this.feeding = all.stream().mapToInt(route::sourceColumn).toArray();
    }

    List<Integer> all() {
        return all;
    }

    boolean isComplete(Row image) {
        for (int column : feeding) {
            if (!image.isPresent(column)) {
                return false;
            }
        }
        return true;
    }

    String firstMissing(Row image) {
        for (int column : feeding) {
            if (!image.isPresent(column)) {
                return route.source().columns().get(column).name();
            }
        }
        throw new IllegalArgumentException("the image is complete");
    }

    /** Bit n stands for the n-th written column. */
    BitSet present(Row image) {
        BitSet present = new BitSet(feeding.length);
        for (int i = 0; i < feeding.length; i++) {
            present.set(i, image.isPresent(feeding[i]));
        }
        return present;
    }

    List<Integer> indexes(BitSet present) {
        return present.stream().mapToObj(all::get).toList();
    }
}
