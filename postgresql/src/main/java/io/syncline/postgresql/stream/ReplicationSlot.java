package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.RetainedLog;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Pause;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The slot of one task: made, looked at, freed from a dead run of ours, dropped. */
final class ReplicationSlot {

    private static final Duration POLL = Duration.ofMillis(50);

    private static final int TELLS_READER = 90_500;
    private static final int TELLS_LIMIT = 130_000;

    private static final int SYNCED = 170_000;

    private final Sessions sessions;
    private final ControlSession control;
    private final ChangeLogName name;

    ReplicationSlot(Sessions sessions, ControlSession control, ChangeLogName name) {
        this.sessions = sessions;
        this.control = control;
        this.name = name;
    }

    /**
     * What pg_replication_slots says.
     *
     * @param confirmed null for a slot that was never usable
     * @param lost why its log is not kept any more, or empty
     * @param holder who reads it now, or null
     */
    record State(
            String plugin,
            boolean here,
            @Nullable Lsn confirmed,
            String lost,
            @Nullable Holder holder) {}

    record Holder(int pid, String application, String role) {

        @Override
        public String toString() {
            return "process " + pid
                    + (application.isEmpty() ? "" : " (application " + application + ", role " + role + ")");
        }
    }

    /**
     * Makes the slot and hands its exported snapshot over before the walsender's session does anything else, which would end the snapshot (PostgreSQL documentation,
     * CREATE_REPLICATION_SLOT). Waits for the transactions that write at the moment.
     *
     * @param adopt takes the snapshot's name and where it stands, and holds it by a session of its own
     */
    <T> T create(OutputPlugin plugin, BiFunction<String, Lsn, T> adopt) {
        try (Connection walsender = sessions.openReplication("slot");
                Statement statement = walsender.createStatement();
                ResultSet made = statement.executeQuery(creation(plugin))) {
            made.next();
            return adopt.apply(made.getString("snapshot_name"), Lsn.parse(made.getString("consistent_point")));
        } catch (SQLException e) {
            throw sessions.errors().of(e, "creating the replication slot " + name, ErrorCode.SOURCE_SETTINGS);
        }
    }

    /** A command of the replication protocol. */
    String creation(OutputPlugin plugin) {
        return "CREATE_REPLICATION_SLOT " + Quoting.identifier(name.text()) + " LOGICAL " + plugin.name()
                + plugin.exporting();
    }

    Optional<State> state() {
        return control.run("looking at the replication slot " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("""
                    SELECT s.plugin, s.database = current_database() AS here, %s AS confirmed, %s AS holder,
                           coalesce(a.application_name, '') AS application, coalesce(a.usename::text, '') AS role,
                           %s AS lost
                      FROM pg_replication_slots s
                      LEFT JOIN pg_stat_activity a ON a.pid = %s
                     WHERE s.slot_name = ?""".formatted(confirmed(), holder(), lost(), holder()))) {
                query.setString(1, name.text());
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? Optional.of(state(row)) : Optional.empty();
                }
            }
        });
    }

    /**
     * True when this server was a standby that took the slot over from its primary, and was promoted since. What a standby has not taken over completely it drops when it
     * is promoted (PostgreSQL documentation, Replication Slot Synchronization).
     */
    boolean isSynced() {
        if (sessions.serverVersion() < SYNCED) {
            return false;
        }
        return control.run("looking at the replication slot " + name, ErrorCode.SOURCE_SETTINGS, connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT synced AND NOT temporary FROM pg_replication_slots WHERE slot_name = ?")) {
                query.setString(1, name.text());
                try (ResultSet row = query.executeQuery()) {
                    return row.next() && row.getBoolean(1);
                }
            }
        });
    }

    /**
     * What pg_replication_slots says of the log's end from the oldest byte that the slot needs, and of the limit that the server knows since 13 (safe_wal_size).
     *
     * @param ours whether the task made the slot
     */
    Optional<RetainedLog> retained(boolean ours) {
        return control.run("asking what the slot " + name + " keeps", ErrorCode.SOURCE_SETTINGS, connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT %s AS bytes, %s AS still, coalesce(age(s.catalog_xmin), 0) AS age
                      FROM pg_replication_slots s
                     WHERE s.slot_name = ? AND s.restart_lsn IS NOT NULL""".formatted(retainedBytes(), safeBytes()))) {
                query.setString(1, name.text());
                try (ResultSet row = query.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    return Optional.of(new RetainedLog(
                            row.getLong("bytes"), row.getObject("still", Long.class), row.getLong("age"), ours));
                }
            }
        });
    }

    private String retainedBytes() {
        boolean modern = sessions.serverVersion() >= ServerRelease.MODERN;
        String end = ServerRelease.insertPosition(modern);
        return (modern ? "pg_catalog.pg_wal_lsn_diff(" : "pg_catalog.pg_xlog_location_diff(") + end
                + ", s.restart_lsn)::bigint";
    }

    private String safeBytes() {
        return sessions.serverVersion() >= TELLS_LIMIT ? "s.safe_wal_size" : "NULL::bigint";
    }

    /** Before 9.6 it is not told; it lies at or behind the place from which the log is kept, and is looked at when a stream begins. */
    private String confirmed() {
        return sessions.serverVersion() >= ServerRelease.TELLS_OF_ITSELF ? "s.confirmed_flush_lsn" : "s.restart_lsn";
    }

    /** Before 9.5 a slot does not tell who reads it: a walsender of this task that is none of this process's own, when there is one. */
    private String holder() throws SQLException {
        if (sessions.serverVersion() >= TELLS_READER) {
            return "s.active_pid";
        }
        String own = sessions.processes().stream().map(String::valueOf).collect(Collectors.joining(",", "'{", "}'"));
        return "(CASE WHEN s.active THEN coalesce((SELECT max(w.pid) FROM pg_stat_replication w"
                + " WHERE strpos(w.application_name, "
                + Quoting.literal(sessions.options().application() + " ") + ") = 1 AND NOT w.pid = ANY (" + own
                + "::int[])), 0) END)";
    }

    private String lost() {
        int version = sessions.serverVersion();
        if (version >= 170000) {
            return "coalesce(s.invalidation_reason, '')";
        }
        if (version >= 130000) {
            return "CASE WHEN s.wal_status = 'lost' THEN 'max_slot_wal_keep_size was exceeded' ELSE '' END";
        }
        return "CASE WHEN s.restart_lsn IS NULL THEN 'it keeps no log' ELSE '' END";
    }

    private static State state(ResultSet row) throws SQLException {
        String confirmed = row.getString("confirmed");
        int pid = row.getInt("holder");
        Holder holder = row.wasNull() ? null : new Holder(pid, row.getString("application"), row.getString("role"));
        String plugin = row.getString("plugin");
        return new State(
                plugin == null ? "" : plugin,
                row.getBoolean("here"),
                confirmed == null ? null : Lsn.parse(confirmed),
                row.getString("lost"),
                holder);
    }

    /**
     * Returns once nobody reads the slot. A walsender that its application name proves ours is ended: it belongs to a run that died, or was paused, before this one
     * took the task over (I7). Others are waited for.
     *
     * @throws SyncException SLOT_IN_USE when somebody still reads it after {@code patience}
     */
    void free(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Holder holder = state().map(State::holder).orElse(null);
            if (holder == null) {
                return;
            }
            if (isOurs(holder)) {
                terminate(holder);
            }
            if (System.nanoTime() > deadline) {
                throw new SyncException(
                        ErrorCode.SLOT_IN_USE,
                        "source " + sessions.connection().address() + ": the replication slot " + name + " is read by "
                                + holder + " and was not let go within " + patience.toSeconds()
                                + " s; two readers would each miss changes",
                        "End that process: SELECT pg_terminate_backend(" + holder.pid() + ")");
            }
            Pause.of(POLL, "the replication slot " + name);
        }
    }

    private boolean isOurs(Holder holder) {
        return holder.application().startsWith(sessions.options().application() + " ");
    }

    private void terminate(Holder holder) {
        control.run("ending the earlier reader of the replication slot " + name, ErrorCode.SLOT_IN_USE, connection -> {
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT pg_terminate_backend(a.pid)
                      FROM pg_replication_slots s
                      JOIN pg_stat_activity a ON a.pid = %s
                     WHERE s.slot_name = ? AND a.pid = ? AND a.application_name = ?""".formatted(holder()))) {
                query.setString(1, name.text());
                query.setInt(2, holder.pid());
                query.setString(3, holder.application());
                return query.execute();
            }
        });
    }

    /** Nothing when there is no such slot. */
    void drop() {
        control.run("dropping the replication slot " + name, ErrorCode.SLOT_IN_USE, connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = ?")) {
                query.setString(1, name.text());
                return query.execute();
            }
        });
    }

    /**
     * Drops the slot as soon as nobody reads it, and ends no reader.
     *
     * @return false when it was read for all of {@code patience}
     */
    boolean dropUnread(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (state().map(State::holder).isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Pause.of(POLL, "the replication slot " + name);
        }
        drop();
        return true;
    }

    @Override
    public String toString() {
        return name.toString();
    }

    String dropStatement() {
        return "SELECT pg_drop_replication_slot(" + Quoting.literal(name.text()) + ");";
    }
}
