package io.syncline.embedded;

import java.nio.file.Path;

/** Whether a new cluster has a system identifier of its own (pg_control_system()), or one that it shares with others. */
sealed interface ClusterIdentity {

    /** A copy of the template with this name: made in a moment, with the template's system identifier. */
    record Shared(String name) implements ClusterIdentity {}

    /** A standby of the cluster in this folder, whose server is stopped. */
    record StandbyOf(Path data) implements ClusterIdentity {}

    /** Made by {@code initdb}, which takes a second or two, with a system identifier that no other cluster has. */
    record Own() implements ClusterIdentity {}
}
