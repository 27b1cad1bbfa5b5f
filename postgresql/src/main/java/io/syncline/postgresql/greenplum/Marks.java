package io.syncline.postgresql.greenplum;

/** Makes marks: places between which every distributed transaction lies as a whole. */
@FunctionalInterface
interface Marks {

    /**
     * A new mark. On every segment it is behind the one that was made before, and each transaction whose commit was answered before this call is before it.
     *
     * @throws io.syncline.api.error.SyncException SOURCE_UNREACHABLE while a segment does not answer
     */
    SegmentPosition make();
}
