package io.syncline.postgresql.greenplum;

import io.syncline.api.error.SyncException;
import io.syncline.api.model.SourceIdentity;
import io.syncline.postgresql.session.ServerIdentity;
import java.util.stream.Collectors;

/**
 * Which cluster answers (I6): the coordinator's system and database; and the history of its rows, which is that of the segments' logs. A standby coordinator that takes over changes nothing of it, a mirror that is promoted
 * does (T37).
 */
public final class ClusterIdentity {

    private ClusterIdentity() {}

    /** @throws SyncException SOURCE_IDENTITY when another server than the coordinator's answers at a segment's address */
    public static SourceIdentity read(Segments cluster) {
        cluster.requireThemselves();
        String lineage = cluster.all().entrySet().stream()
                .map(segment -> {
                    SourceIdentity server = ServerIdentity.read(segment.getValue());
                    return segment.getKey() + "=" + server.system() + ":" + server.lineage();
                })
                .collect(Collectors.joining(","));
        return new SourceIdentity(ServerIdentity.read(cluster.coordinator()).system(), lineage);
    }
}
