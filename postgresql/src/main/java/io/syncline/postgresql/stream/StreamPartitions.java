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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The partitions that one stream knows: those of the publication's note, and those that it met or was told since. For one thread. */
final class StreamPartitions {

    private final Sessions sessions;
    private final Set<Long> published;
    private final Consumer<List<Partition>> note;
    private KnownPartitions known;

    /**
     * @param published oids of what the publication names
     * @param note keeps partitions of which the log has every row, for streams that start behind their making
     */
    StreamPartitions(Sessions sessions, KnownPartitions known, Set<Long> published, Consumer<List<Partition>> note) {
        this.sessions = sessions;
        this.known = known;
        this.published = Set.copyOf(published);
        this.note = note;
    }

    boolean isRoot(long table) {
        return known.roots().contains(table);
    }

    /** Whether the changes of partitions that are made or attached later are in the log. */
    boolean isPublished(long root) {
        return published.contains(root);
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

    private KnownPartitions.@Nullable Part newPart(long relation) {
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

    /** The partitioned table that a partition is known to be of. */
    Optional<Long> partOf(long partition) {
        return Optional.ofNullable(known.parts().get(partition)).map(KnownPartitions.Part::root);
    }

    /**
     * The log tells which partitions a table has from here on.
     *
     * @return in words, those with which rows came or went that are in no log (T9)
     */
    List<String> told(long root, List<Partition> now) {
        List<Partition> born = known.born(now, published);
        KnownPartitions before = known.with(born);
        List<String> moved = before.of(root).changesTo(KnownPartitions.of(Set.of(root), now));
        if (!born.isEmpty() && moved.isEmpty()) {
            note.accept(born);
        }
        known = before.withTree(root, now);
        return moved;
    }

    String nameOf(long partition) {
        KnownPartitions.Part part = known.parts().get(partition);
        return part == null ? Long.toString(partition) : part.name().toString();
    }

    /** A table, or a partition, is gone. */
    void forget(long oid) {
        known = known.without(oid);
    }

    Map<Long, TableId> leavesOf(long table) {
        return known.leavesOf(table);
    }
}
