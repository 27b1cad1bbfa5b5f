package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.task.StartFrom;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.NamedLog;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What of the log is another matter where each segment has one of its own. */
record ClusterLogChecks(NamedLog named, boolean resuming, Duration longAge) {

    private static final String OWN =
            "At a Greenplum source the task makes a publication and one slot on each segment itself, since all of them must begin together.";

    Finding publication(CatalogSession session) {
        return notNamed("publication", named.publication());
    }

    Finding slot(CatalogSession session) {
        return notNamed("slot", named.slot());
    }

    private static Finding notNamed(String what, @Nullable String name) {
        return name == null
                ? Finding.passed("The task file names none.")
                : Finding.failed(
                        "The task file names the " + what + " " + name + ".",
                        OWN,
                        "Leave " + what + " out of the task file's source.");
    }

    /** Whether the task asks for a log from before it. */
    Finding start(StartFrom from) {
        if (resuming || !from.needsKeptLog()) {
            return Finding.passed(resuming ? "The task has started." : "The log is kept from where the task starts.");
        }
        return Finding.failed(
                "The task is to start from a log that was kept before it.",
                OWN + " What the segments logged before is not kept for it.",
                "Say startFrom: compare, or leave it out.");
    }

    /** A segment's slot is made only when every transaction that is open there at that moment has ended. */
    Finding longTransactions(CatalogSession segment) {
        List<String> old = segment.query("""
                SELECT DISTINCT format('session %s (user %s, since %s)', sess_id, usename,
                                       to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')) AS who
                  FROM pg_stat_activity
                 WHERE backend_xid IS NOT NULL AND xact_start < clock_timestamp() - ?::float8 * interval '1 second'
                   AND pid <> pg_backend_pid()
                 ORDER BY 1""", row -> row.getString("who"), Long.toString(longAge.toSeconds()));
        if (old.isEmpty()) {
            return Finding.passed("No writing transaction is open for long.");
        }
        return Finding.warning(
                Listing.count(old.size(), "writing transaction") + " open for long: " + Listing.names(old) + ".",
                "The start waits until they have ended.",
                "End them, or wait. At the coordinator: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE sess_id = ...;");
    }
}
