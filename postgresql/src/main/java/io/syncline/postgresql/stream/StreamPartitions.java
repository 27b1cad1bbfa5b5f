package io.syncline.postgresql.stream;

import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PartitionReader;
import io.syncline.postgresql.session.Sessions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The partitions that one stream knows: those of the publication's note, and those that it met since. For one thread. */
final class StreamPartitions {

    private final Sessions sessions;
    private final Set<Long> published;
    private KnownPartitions known;

    /** @param published oids of what the publication names */
    StreamPartitions(Sessions sessions, KnownPartitions known, Set<Long> published) {
        this.sessions = sessions;
        this.known = known;
        this.published = Set.copyOf(published);
    }

    /**
     * The partitioned table whose rows a relation holds; empty when it is a table of its own.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_SCHEMA_CHANGED when it was attached to one and held rows before, which are in no log (T9)
     */
    Optional<Long> rootOf(long relation) {
        KnownPartitions.Part part = known.parts().get(relation);
        if (part == null && !known.roots().isEmpty() && !published.contains(relation)) {
            part = newPart(relation);
        }
        return Optional.ofNullable(part).map(KnownPartitions.Part::root);
    }

    private KnownPartitions.@org.jspecify.annotations.Nullable Part newPart(long relation) {
        List<Partition> now;
        try (CatalogSession session = CatalogSession.open(sessions)) {
            now = PartitionReader.read(session, sessions.connection().database(), known.roots());
        }
        known = known.withBorn(now, published);
        for (Partition partition : now) {
            if (partition.oid() == relation && !known.parts().containsKey(relation)) {
                throw PublishedPartitions.changed(
                        "the partition " + partition.id() + " was attached after the task's start");
            }
        }
        return known.parts().get(relation);
    }

    Map<Long, TableId> leavesOf(long table) {
        return known.leavesOf(table);
    }
}
