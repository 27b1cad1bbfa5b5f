package io.syncline.postgresql.greenplum;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A segment that holds rows, as the coordinator knows it ({@code gp_segment_configuration}).
 *
 * @param content its number, which its mirror has too; from 0
 * @param server which server has that part now ({@code dbid}): another one after its mirror was promoted
 * @param host where the coordinator reaches it; not always where we do
 */
record PrimarySegment(int content, int server, String host, int port) {

    /** Which server has which part; its address may change. */
    record Part(int content, int server) {}

    Part part() {
        return new Part(content, server);
    }

    static Set<Integer> contents(Collection<PrimarySegment> segments) {
        return segments.stream().map(PrimarySegment::content).collect(Collectors.toSet());
    }

    @Override
    public String toString() {
        return "segment " + content + " (server " + server + " at " + host + ":" + port + ")";
    }
}
