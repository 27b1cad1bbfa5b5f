package io.syncline.postgresql.stream;

import io.syncline.api.port.Footprint;
import io.syncline.api.port.Footprint.When;
import io.syncline.postgresql.session.ServerRelease;
import java.util.ArrayList;
import java.util.List;

/**
 * All that tasks run at a PostgreSQL source. A statement that reads nothing but catalogs, and calls no function that acts, goes by its first word alone. Held against the
 * log of a real server by a test, so that a new statement has its line here. Lock modes are those of the PostgreSQL documentation, Explicit Locking.
 */
public final class SourceFootprint {

    private static final String NOTHING = "no lock that others wait for";
    private static final String READ =
            "ACCESS SHARE: only DROP, TRUNCATE and those ALTER TABLE that need the table for themselves wait";
    private static final String A_MOMENT = "a moment";
    private static final String ITS_TRANSACTION = "until its transaction ends";
    private static final String PATIENTLY = "a moment; it waits for others at most " + ControlSession.LOCK_TIMEOUT
            + " at a time, " + ControlSession.LOCK_ATTEMPTS + " times, so that nobody queues behind it for longer";

    private SourceFootprint() {}

    /** @param serverVersion {@code server_version_num} */
    public static List<Footprint> of(int serverVersion) {
        List<Footprint> all = new ArrayList<>();
        sessions(all);
        looking(all);
        boolean modern = serverVersion >= ServerRelease.MODERN;
        if (modern) {
            publication(all);
        }
        boolean told = serverVersion >= AlterationTriggers.SINCE;
        if (told) {
            alterations(all);
        }
        slot(all, modern);
        load(all, modern);
        stream(all, modern);
        all.add(new Footprint(
                When.COMPARE, "SELECT … FROM …", READ, "one query a table and side, several when rows differ"));
        clean(all, modern);
        if (told) {
            cleanAlterations(all);
        }
        return all;
    }

    private static void sessions(List<Footprint> all) {
        all.add(new Footprint(When.EVERY_SESSION, "SET …", NOTHING + "; settings of the session alone", A_MOMENT));
        all.add(new Footprint(
                When.EVERY_SESSION,
                "show transaction_read_only",
                NOTHING + "; only where the task file names several hosts",
                A_MOMENT));
        all.add(new Footprint(When.EVERY_SESSION, "BEGIN…", NOTHING, A_MOMENT));
        all.add(new Footprint(
                When.EVERY_SESSION, "select current_catalog", NOTHING + "; the driver asks it", A_MOMENT));
        all.add(new Footprint(When.EVERY_SESSION, "COMMIT", NOTHING, A_MOMENT));
        all.add(new Footprint(When.EVERY_SESSION, "ROLLBACK", NOTHING, A_MOMENT));
        all.add(new Footprint(When.EVERY_SESSION, "SELECT current_setting(…)…", NOTHING, A_MOMENT));
    }

    private static void looking(List<Footprint> all) {
        all.add(new Footprint(
                When.LOOKING,
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL …",
                NOTHING,
                ITS_TRANSACTION));
        all.add(new Footprint(
                When.LOOKING,
                "SELECT …",
                "ACCESS SHARE on system catalogs, and for a moment on the tables whose definitions are printed",
                "seconds, longer with thousands of tables"));
        all.add(new Footprint(When.LOOKING, "WITH …", "the same", "the same"));
        all.add(new Footprint(When.LOOKING, "IDENTIFY_SYSTEM", NOTHING, A_MOMENT));
    }

    private static void publication(List<Footprint> all) {
        String kept = "the publication, until clean; " + NOTHING;
        all.add(new Footprint(When.START, "DROP PUBLICATION IF EXISTS …", "what a crashed start left", A_MOMENT));
        all.add(new Footprint(When.START, "CREATE PUBLICATION …", kept, A_MOMENT));
        all.add(new Footprint(When.START, "COMMENT ON PUBLICATION …", "the publication", A_MOMENT));
        all.add(new Footprint(
                When.START,
                "ALTER TABLE ONLY … REPLICA IDENTITY FULL",
                "ACCESS EXCLUSIVE on a table without a usable key, and on no other; FULL stays until clean, and its updates and deletes log the whole old row",
                PATIENTLY));
        all.add(new Footprint(
                When.START,
                "ALTER PUBLICATION … ADD TABLE …",
                "SHARE UPDATE EXCLUSIVE on its tables: their VACUUM, CREATE INDEX CONCURRENTLY and ALTER TABLE wait, reads and writes do not",
                PATIENTLY));
        all.add(new Footprint(
                When.START,
                "ALTER PUBLICATION … DROP TABLE …",
                "the same; for what a crashed start left, and for tables that are suspended",
                PATIENTLY));
    }

    /** Unless the task file says {@code ddl: stop}. */
    private static void alterations(List<Footprint> all) {
        String kept =
                "kept until clean; from then on each ALTER TABLE of a published table writes a message into the log. ";
        all.add(new Footprint(
                When.START,
                "CREATE SCHEMA IF NOT EXISTS …",
                "the schema syncline, where the function lies; " + NOTHING,
                A_MOMENT));
        all.add(new Footprint(
                When.START,
                "CREATE OR REPLACE FUNCTION … pg_logical_emit_message(…) …",
                kept + "It reads catalogs and catches every error, so that no statement fails or waits for it",
                A_MOMENT));
        all.add(new Footprint(When.START, "DROP EVENT TRIGGER IF EXISTS …", "what a crashed start left", A_MOMENT));
        all.add(new Footprint(When.START, "CREATE EVENT TRIGGER …", kept + "Needs a superuser", A_MOMENT));
        all.add(new Footprint(When.START, "ALTER EVENT TRIGGER …", "the same", A_MOMENT));
    }

    private static void cleanAlterations(List<Footprint> all) {
        all.add(new Footprint(When.CLEAN, "DROP EVENT TRIGGER IF EXISTS …", "the task's event triggers", PATIENTLY));
        all.add(new Footprint(When.CLEAN, "DROP FUNCTION IF EXISTS …", "their function", PATIENTLY));
        all.add(new Footprint(
                When.CLEAN, "DO $$ … DROP SCHEMA …", "the schema syncline, when nothing is left in it", PATIENTLY));
    }

    private static void slot(List<Footprint> all, boolean modern) {
        all.add(new Footprint(
                When.START,
                "CREATE_REPLICATION_SLOT … LOGICAL …",
                "the slot, until clean: the server keeps its log for it, and dead rows of its catalogs. It locks nothing, and waits for the transactions that write at the moment",
                "as long as the longest of those transactions"));
        all.add(new Footprint(
                When.START,
                "SELECT … pg_terminate_backend(…)…",
                "ends a session of this very task that still reads the slot, and no other",
                A_MOMENT));
        all.add(new Footprint(
                When.START, "SELECT pg_drop_replication_slot(…)…", "the slot that a crashed start left", A_MOMENT));
        if (modern) {
            all.add(new Footprint(
                    When.LOAD,
                    "CREATE_REPLICATION_SLOT … TEMPORARY LOGICAL …",
                    "a slot that ends with its session; only when the first snapshot was lost and a table has no key, or a table was altered so that it is loaded anew",
                    "as long as the load of such tables"));
        }
    }

    private static void load(List<Footprint> all, boolean modern) {
        all.add(new Footprint(
                When.LOAD,
                "SELECT pg_catalog.pg_export_snapshot()",
                "holds back the removal of dead rows",
                "as long as the load"));
        all.add(new Footprint(When.LOAD, "SET TRANSACTION SNAPSHOT …", "the same", "as long as a chunk"));
        all.add(new Footprint(When.LOAD, "LOCK TABLE … IN ACCESS SHARE MODE", READ, "as long as a chunk"));
        all.add(new Footprint(When.LOAD, "COPY … TO STDOUT", READ, "as long as a chunk"));
        all.add(new Footprint(
                When.LOAD, "SELECT … FROM …", READ, "samples of keys, to cut a table into chunks: seconds a table"));
        if (modern) {
            all.add(new Footprint(
                    When.LOAD,
                    "SELECT pg_catalog.pg_logical_emit_message(…)",
                    "writes a message of some bytes into the log",
                    "once a chunk, on an idle server"));
        } else {
            all.add(new Footprint(When.LOAD, "SELECT pg_catalog.pg_sleep(…)", NOTHING, "until the log is flushed"));
        }
    }

    private static void stream(List<Footprint> all, boolean modern) {
        all.add(new Footprint(When.STREAM, "TIMELINE_HISTORY …", NOTHING, "a moment, after a standby was promoted"));
        all.add(new Footprint(
                When.STREAM, "START_REPLICATION SLOT … LOGICAL …", "one WAL sender", "as long as the task runs"));
        all.add(new Footprint(
                When.STREAM, "SELECT …", "ACCESS SHARE on system catalogs", "a moment, every few seconds"));
        all.add(new Footprint(
                When.STREAM,
                "LOCK TABLE … IN ACCESS SHARE MODE",
                READ,
                "a moment, where rows are read again because the log does not tell all of their columns"));
        all.add(new Footprint(When.STREAM, "SELECT … FROM …", "the same", "the same"));
        if (modern) {
            all.add(new Footprint(
                    When.STREAM,
                    "SELECT set_config(name, …) FROM pg_settings WHERE name = 'logical_decoding_work_mem'",
                    "memory of the WAL sender, for its session alone",
                    "as long as the task runs"));
            all.add(new Footprint(
                    When.STREAM,
                    "SELECT pg_logical_emit_message(…)",
                    "writes a message of some bytes into the log, so that an idle source does not pin it",
                    "from time to time"));
            all.add(new Footprint(
                    When.STREAM, "COMMENT ON PUBLICATION …", "the publication", "when a partition was made"));
        }
    }

    private static void clean(List<Footprint> all, boolean modern) {
        all.add(new Footprint(When.CLEAN, "SELECT pg_drop_replication_slot(…)…", "the task's slot", A_MOMENT));
        if (modern) {
            all.add(new Footprint(
                    When.CLEAN, "ALTER PUBLICATION … SET (publish = 'insert')", "the publication", PATIENTLY));
            all.add(new Footprint(
                    When.CLEAN,
                    "ALTER TABLE ONLY … REPLICA IDENTITY …",
                    "ACCESS EXCLUSIVE on the tables that the start set to FULL, to put back what they had; also of a table that leaves the task",
                    PATIENTLY));
            all.add(new Footprint(
                    When.CLEAN, "ALTER PUBLICATION … DROP TABLE …", "SHARE UPDATE EXCLUSIVE on its tables", PATIENTLY));
            all.add(new Footprint(When.CLEAN, "DROP PUBLICATION …", "the publication", PATIENTLY));
            all.add(new Footprint(
                    When.CLEAN,
                    "COMMENT ON PUBLICATION …",
                    "another task's publication that still needs a table's FULL, and puts it back later",
                    A_MOMENT));
        }
    }
}
