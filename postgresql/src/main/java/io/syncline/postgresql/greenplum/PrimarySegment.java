package io.syncline.postgresql.greenplum;

/**
 * A segment that holds rows, as the coordinator knows it ({@code gp_segment_configuration}).
 *
 * @param content its number, which its mirror has too; from 0
 * @param server which server has that part now ({@code dbid}): another one after its mirror was promoted
 * @param host where the coordinator reaches it; not always where we do
 */
record PrimarySegment(int content, int server, String host, int port) {}
