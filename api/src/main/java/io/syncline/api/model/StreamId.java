package io.syncline.api.model;

/** One ordered change log of a source: a replication slot, a shard, a segment, a capture instance. Order holds inside a stream only (I3). */
public record StreamId(String name) implements Comparable<StreamId> {

    private static final String JOINING = " joining";

    /** The same log as joining tables read it, beside this stream and at a position of its own. */
    public StreamId joining() {
        return new StreamId(name + JOINING);
    }

    public boolean isJoining() {
        return name.endsWith(JOINING);
    }

    /** The stream of the source: this one, or that whose log a joining one reads. */
    public StreamId own() {
        return isJoining() ? new StreamId(name.substring(0, name.length() - JOINING.length())) : this;
    }

    @Override
    public int compareTo(StreamId other) {
        return name.compareTo(other.name);
    }

    @Override
    public String toString() {
        return name;
    }
}
