package io.syncline.postgresql.precheck;

import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The source's write-ahead log: whether it can be decoded, kept and sent. Settings: PostgreSQL documentation, Replication. */
final class SourceLogChecks {

    private static final int SHORTEST_SENDER_TIMEOUT_MS = 10_000;

    static final Duration LONG = Duration.ofMinutes(1);
    private static final int TRUNCATES = 110_000;

    private final Sessions sessions;
    private final ChosenLog log;
    private final Duration longAge;
    private final SettingRemedy settings;

    SourceLogChecks(Sessions sessions, ChosenLog log) {
        this(sessions, log, LONG, SettingRemedy.SERVER);
    }

    /** @param longAge from which age on a transaction is told */
    SourceLogChecks(Sessions sessions, ChosenLog log, Duration longAge, SettingRemedy settings) {
        this.sessions = sessions;
        this.log = log;
        this.longAge = longAge;
        this.settings = settings;
    }

    Finding level(CatalogSession session) {
        String level = text(session, "SELECT current_setting('wal_level')");
        if (level.equals("logical")) {
            return Finding.passed("wal_level is logical.");
        }
        return Finding.failed(
                "wal_level is " + level + ".",
                "Only with wal_level = logical does the log hold what changes are decoded from.",
                settings.restarting("wal_level", "logical"));
    }

    /** Publications can be made on a primary only, and a standby's log is another's. */
    Finding primary(CatalogSession session) {
        if (text(session, "SELECT pg_is_in_recovery()").equals("f")) {
            return Finding.passed("The server is a primary.");
        }
        return Finding.failed(
                "The server is in recovery: it is a standby.",
                "A publication cannot be made on a standby.",
                "Name the primary in the task file.");
    }

    /** I4: a source that empties a table by TRUNCATE says nothing of it before 11. */
    Finding truncates(CatalogSession session) {
        if (session.serverVersion() >= TRUNCATES) {
            return Finding.passed("The log tells of TRUNCATE.");
        }
        return Finding.warning(
                "Before PostgreSQL 11 the log does not tell of TRUNCATE.",
                "Rows that the source loses by TRUNCATE stay at the destination, and the task goes on without a word; a compare finds them.",
                "Use DELETE until the task has ended, or REVOKE TRUNCATE ON ... FROM ...; after a TRUNCATE run compare, or clean and start again.");
    }

    /** I4: test_decoding prints names. A table that has another name for a moment is taken for one that is not carried. */
    Finding renames(CatalogSession session) {
        if (log.publishes(session)) {
            return Finding.passed("The log tells which table a name meant.");
        }
        return Finding.warning(
                "Read through test_decoding, the log knows tables by their names alone, and columns without the modifiers of their types.",
                "A table that is renamed stops the task. One that is renamed and gets its name back before the task looks again, or while it does not run, is not"
                        + " noticed: changes made to it under the other name are missing; a compare finds them. The same goes for a scale, as of numeric(10,2), that is changed and changed back.",
                "Rename and alter no table of the task, nor the schema it is in, until the task has ended; after it was done run compare, or clean and start again.");
    }

    /** Before 10 a walsender needs a line of its own in pg_hba.conf, even of one database. */
    Finding walsender(CatalogSession session) {
        if (session.serverVersion() >= ServerRelease.MODERN) {
            return Finding.passed("Who may connect may read the log, as far as pg_hba.conf is concerned.");
        }
        try {
            sessions.end(sessions.openReplication("precheck"));
            return Finding.passed("The server opens a walsender for the role.");
        } catch (SyncException e) {
            return Finding.failed(
                    "The server opens no walsender for the role: " + e.getMessage(),
                    "Before PostgreSQL 10 the log is read through one, for which pg_hba.conf needs a line of its own.",
                    "Add to pg_hba.conf: host replication "
                            + Quoting.identifier(sessions.connection().user())
                            + " ADDRESS/MASK md5\n-- then: SELECT pg_reload_conf();");
        }
    }

    /** Limits under which the server drops the log, or the connection, of a task that rests for a while. */
    Finding limits(CatalogSession session) {
        List<String> found = new ArrayList<>();
        List<String> remedies = new ArrayList<>();
        String kept = setting(session, "max_slot_wal_keep_size");
        if (kept != null && !kept.equals("-1")) {
            found.add("max_slot_wal_keep_size is " + kept + " MB");
            remedies.add(settings.change("max_slot_wal_keep_size", "-1"));
        }
        String idle = setting(session, "idle_replication_slot_timeout");
        if (idle != null && !idle.equals("0")) {
            found.add("idle_replication_slot_timeout is " + idle + " s");
            remedies.add(settings.change("idle_replication_slot_timeout", "0"));
        }
        String sender = setting(session, "wal_sender_timeout");
        if (sender != null && !sender.equals("0") && Integer.parseInt(sender) < SHORTEST_SENDER_TIMEOUT_MS) {
            found.add("wal_sender_timeout is " + sender + " ms");
            remedies.add(settings.change("wal_sender_timeout", "'60s'"));
        }
        if (found.isEmpty()) {
            return Finding.passed("The server keeps the log until it is read.");
        }
        remedies.add(settings.reload());
        return Finding.warning(
                String.join("; ", found) + ".",
                "A task that is stopped or behind for longer loses its slot, and has to load everything again, or its connection again and again.",
                Listing.statements(remedies));
    }

    /** The slot is made only when every transaction that is open at that moment has ended. */
    Finding longTransactions(CatalogSession session) {
        List<String> old = session.query("""
                SELECT format('pid %s (%s, user %s, since %s)', pid, coalesce(application_name, ''), usename,
                              to_char(xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')) AS who
                  FROM pg_stat_activity
                 WHERE backend_xid IS NOT NULL AND xact_start < clock_timestamp() - ?::float8 * interval '1 second'
                   AND pid <> pg_backend_pid()
                 ORDER BY xact_start""", row -> row.getString("who"), Long.toString(longAge.toSeconds()));
        if (old.isEmpty()) {
            return Finding.passed("No writing transaction is open for long.");
        }
        return Finding.warning(
                Listing.count(old.size(), "writing transaction") + " open for long: " + Listing.names(old) + ".",
                "The start waits until they have ended.",
                "End them, or wait: SELECT pg_terminate_backend(pid);");
    }

    Finding preparedTransactions(CatalogSession session) {
        List<String> prepared =
                session.query("SELECT gid FROM pg_prepared_xacts ORDER BY prepared", row -> row.getString("gid"));
        if (prepared.isEmpty()) {
            return Finding.passed("No transaction is prepared.");
        }
        return Finding.warning(
                Listing.count(prepared.size(), "prepared transaction") + ": " + Listing.names(prepared) + ".",
                "The start waits until they are committed or rolled back.",
                "COMMIT PREPARED or ROLLBACK PREPARED each of them.");
    }

    private static @Nullable String setting(CatalogSession session, String name) {
        return session
                .query("SELECT setting FROM pg_settings WHERE name = ?::text", row -> row.getString(1), name)
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static String text(CatalogSession session, String query) {
        return session.query(query, row -> row.getString(1)).getFirst();
    }
}
