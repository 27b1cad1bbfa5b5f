package io.syncline.engine.stream;

import io.syncline.api.model.Position;
import io.syncline.api.model.StreamId;
import io.syncline.api.port.Ledger.RefetchEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a stream goes on, as the ledger has it.
 *
 * @param applied everything up to here is in the destination (I2)
 * @param catchUpTo the highest position at which anything was read, or null when the stream has passed it (H of T5)
 * @param refetches rows that an earlier run of this very stream asked for and did not get to read
 * @param skips transactions whose changes are left out
 */
public record StreamStart(
        StreamId stream,
        Position applied,
        @Nullable Position catchUpTo,
        List<RefetchEntry> refetches,
        List<Skip> skips) {

    public StreamStart {
        refetches = List.copyOf(refetches);
        skips = List.copyOf(skips);
    }
}
