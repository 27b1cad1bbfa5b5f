package io.syncline.api.model;

/** One ordered change log of a source: a replication slot, a shard, a segment, a capture instance. Order holds inside a stream only (I3). */
public record StreamId(String name) implements Comparable<StreamId> {

    @Override
    public int compareTo(StreamId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
