package io.syncline.engine.stream;

import io.syncline.api.model.TableId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows of all tables of one end; rows may be equal. */
final class ModelState {

    private final Map<TableId, List<@Nullable String[]>> rows = new LinkedHashMap<>();

    List<@Nullable String[]> of(TableId table) {
        return rows.computeIfAbsent(table, id -> new ArrayList<>());
    }

    ModelState copy() {
        ModelState copy = new ModelState();
        rows.forEach((table, list) -> list.forEach(row -> copy.of(table).add(row.clone())));
        return copy;
    }

    /** What the destination should hold when this is the source. */
    ModelState projected() {
        ModelState projected = new ModelState();
        for (ModelTable table : ModelTable.ALL) {
            of(table.id()).forEach(row -> projected.of(table.target()).add(table.project(row)));
        }
        return projected;
    }

    /** One line a row, in an order that does not depend on the rows' places. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        rows.forEach((table, list) -> list.forEach(row -> lines.add(table + " " + Arrays.toString(row))));
        lines.sort(null);
        return lines;
    }
}
