package io.syncline.engine.verify;

import io.syncline.api.model.TableId;
import java.util.List;

/**
 * What comparing one table found.
 *
 * @param sourceRows as counted when the source was read first
 * @param differing how many rows differ, those that are not listed included; for a table without a key at least one when the ends differ
 * @param unsettled how many rows changed faster than they could be read
 * @param listed the first of them
 */
public record TableResult(
        TableId source,
        TableId destination,
        long sourceRows,
        long destinationRows,
        long differing,
        long unsettled,
        List<Difference> listed) {

    public TableResult {
        listed = List.copyOf(listed);
    }

    public boolean isSame() {
        return differing == 0 && unsettled == 0;
    }
}
