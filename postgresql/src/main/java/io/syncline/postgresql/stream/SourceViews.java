package io.syncline.postgresql.stream;

import io.syncline.api.port.Snapshot;
import io.syncline.postgresql.visibility.UnseenCommits;
import java.util.function.Supplier;

/**
 * What is seen of a source beside its log.
 *
 * @param adopting takes over the snapshot that comes with a slot
 * @param exact opens a further exact snapshot
 * @param unseen hears what the log tells, which snapshots may not see yet
 */
public record SourceViews(SnapshotAdoption adopting, Supplier<Snapshot> exact, UnseenCommits unseen) {}
