package io.syncline.postgresql.greenplum;

/** Makes marks, one behind the other. */
@FunctionalInterface
public interface Marks extends AutoCloseable {

    /**
     * A new mark. On every segment it is behind the one that was made before, and each transaction whose commit was answered before this call is before it.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_UNREACHABLE while a segment does not answer, SOURCE_IDENTITY when the segments are others than before
     */
    Mark make();

    @Override
    default void close() {}
}
