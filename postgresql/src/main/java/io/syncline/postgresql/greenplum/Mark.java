package io.syncline.postgresql.greenplum;

import java.time.Instant;
import java.util.Set;

/**
 * A place in the logs of all segments between which every distributed transaction lies as a whole (T35), and what was seen of the cluster behind it.
 *
 * @param made when, by the coordinator's clock
 * @param redistributed versions of the tables whose rows lie otherwise than it was noted, or came to do so behind the mark
 */
public record Mark(SegmentPosition place, Instant made, Set<Long> redistributed) {

    public Mark {
        redistributed = Set.copyOf(redistributed);
    }
}
