package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.LogPlace;

/** Whether the log can be read where the task file says, and where it is read when it does not. */
record LogLocationCheck(Dialect dialect, LogLocation log) {

    /** Whether the task file says something that concerns clusters alone. */
    boolean isSaid() {
        return log.told() != LogPlace.AUTO || log.cluster().hasAddresses();
    }

    Finding look(CatalogSession session) {
        try {
            return located(session);
        } catch (SyncException e) {
            return switch (e.code()) {
                case SOURCE_RIGHTS ->
                    Finding.warning(
                            "not checked",
                            "Only a role that may replicate can try whether the coordinator's log is decoded.",
                            "Do what source-replication-right says first, then run the precheck again.");
                case TASK_FILE_INVALID ->
                    Finding.failed(
                            e.getMessage() + ".",
                            "A log that does not tell the changes of all segments would lose them without a word.",
                            e.remedy());
                default -> throw e;
            };
        }
    }

    private Finding located(CatalogSession session) {
        if (!dialect.isDistributed()) {
            return log.told() == LogPlace.SEGMENTS || log.cluster().hasAddresses()
                    ? Finding.failed(
                            "The task file speaks of segments, and the source is PostgreSQL "
                                    + session.query("SELECT current_setting('server_version')", row -> row.getString(1))
                                            .getFirst()
                                    + ".",
                            "A PostgreSQL server has no segments, and its log is its own.",
                            "Leave log and segments out of the task file's source.")
                    : Finding.passed("The log is the server's own.");
        }
        if (log.isSegments()) {
            return Finding.passed(
                    log.told() == LogPlace.SEGMENTS
                            ? "The log of each segment is read, as the task file says."
                            : "The log of each segment is read: the coordinator's cannot be decoded.");
        }
        return log.told() == LogPlace.AUTO || log.isCoordinatorReadable()
                ? Finding.passed("The coordinator's log is read, which tells the changes of all segments.")
                : Finding.failed(
                        "The coordinator's log cannot be decoded.",
                        "Only AnalyticDB for PostgreSQL has the changes of all segments there, from 7.2.1.4 on.",
                        "Leave log out of the task file's source, or say log: segments.");
    }
}
