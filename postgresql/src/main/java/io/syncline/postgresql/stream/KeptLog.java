package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.task.HoldBack;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicationSession;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.stream.message.MessageDecoder;
import io.syncline.postgresql.visibility.ToldCommits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.BiFunction;

/** The log of one server as a slot keeps it for a task, and the streams that are read from it. */
final class KeptLog {

    /** Beyond wal_sender_timeout, after which a server lets a dead reader's slot go. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration MAX_STATUS_INTERVAL = Duration.ofSeconds(10);

    /** When a server never times out (wal_sender_timeout = 0), or does not tell the role when. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private static final String OBJECT_IN_USE = "55006";
    private static final int DECODING_KILOBYTES = 256 * 1024;

    private final Sessions sessions;
    private final ControlSession control;
    private final ChangeLogName name;
    private final ReplicationSlot slot;
    private final ToldCommits told;

    /** @param told hears what streams hand out */
    KeptLog(Sessions sessions, ControlSession control, ChangeLogName name, ToldCommits told) {
        this.sessions = sessions;
        this.control = control;
        this.name = name;
        this.slot = new ReplicationSlot(sessions, control, name);
        this.told = told;
    }

    ReplicationSlot slot() {
        return slot;
    }

    ControlSession control() {
        return control;
    }

    /** Drops a slot of this name that a crashed start left. */
    void dropLeftover() {
        if (slot.state().isPresent()) {
            slot.free(patience());
            slot.drop();
        }
    }

    /** @param adopt takes the snapshot's name and where it stands, and holds it by a session of its own */
    <T> T create(OutputPlugin plugin, BiFunction<String, Lsn, T> adopt) {
        return slot.create(plugin, adopt);
    }

    /** @throws SyncException SLOT_MISSING or SOURCE_GAP when a stream cannot go on from {@code ledger} without a gap */
    void requireIntact(Lsn ledger, OutputPlugin plugin) {
        // Before all else: what a lost slot allows, to make the destination's rows the source's again, would here take
        // rows away that the source had.
        Lsn end = end();
        if (ledger.compareTo(end) > 0) {
            throw lost(
                    ErrorCode.SOURCE_GAP,
                    "is behind the destination: the source's log ends at " + end
                            + ", the destination holds changes up to " + ledger
                            + ": the source was restored to an earlier moment");
        }
        ReplicationSlot.State state = slot.state()
                .orElseThrow(() -> lost(
                        ErrorCode.SLOT_MISSING,
                        "does not exist; the changes after " + ledger + " are not kept for this task"));
        if (!state.plugin().equals(plugin.name()) || !state.here()) {
            throw lost(ErrorCode.SLOT_MISSING, "is of another database or plugin (" + state.plugin() + ")");
        }
        Lsn confirmed = state.confirmed();
        if (!state.lost().isEmpty() || confirmed == null) {
            throw lost(
                    ErrorCode.SLOT_MISSING,
                    "was invalidated (" + state.lost() + "); the changes after " + ledger + " are not kept any more");
        }
        if (confirmed.compareTo(ledger) > 0) {
            // T17: the server would begin at the confirmed position, without a word.
            throw lost(
                    ErrorCode.SOURCE_GAP,
                    "has let go of its log up to " + confirmed + ", but the destination holds changes only up to "
                            + ledger + ": the destination was restored, or failed over to a server that lacked them");
        }
    }

    private SyncException lost(ErrorCode code, String what) {
        return new SyncException(
                code,
                "source " + sessions.connection().address() + ": the replication slot " + name + " " + what
                        + ". To go on would leave the destination without changes that the source has",
                "Run heal for this task: it begins at a new position and writes the rows that differ. Until then the destination stays as it is.");
    }

    /** @throws SyncException SLOT_IN_USE when a stranger holds the slot */
    ChangeStream open(Lsn start, OutputPlugin plugin, MessageDecoder decoder, HoldBack holdBack) {
        Duration timeout = timeout();
        HeldBack heldBack = new HeldBack(holdBack, confirmed(start));
        StreamErrors errors = new StreamErrors(sessions.errors(), name);
        ReplicationSession session = sessions.openStreaming("stream");
        boolean opened = false;
        try {
            if (sessions.serverVersion() >= ServerRelease.MODERN) {
                takeMemory(session.connection());
            }
            CopyBoth copy = start(session, start, plugin, timeout);
            control.run("asking which transactions run", ErrorCode.SOURCE_SETTINGS, looking -> {
                told.beginsBehind(looking);
                return true;
            });
            opened = true;
            return new PostgresChangeStream(
                    copy, decoder, errors, start, heldBack, told::told, statusInterval(timeout));
        } catch (SQLException e) {
            throw errors.starting(e, start);
        } finally {
            if (!opened) {
                abandon(session);
            }
        }
    }

    private Lsn confirmed(Lsn otherwise) {
        return slot.state().map(ReplicationSlot.State::confirmed).orElse(otherwise);
    }

    /**
     * What the source's process may hold of transactions that it has not decoded to their end, for this session: beyond it every change is written to a file and read back,
     * which multiplies a large transaction's time. A server that allows more keeps its setting; before 13 there is none (PostgreSQL documentation, Resource Consumption).
     */
    private static void takeMemory(Connection session) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute("SELECT set_config(name, greatest(setting::bigint, " + DECODING_KILOBYTES
                    + ")::text, false) FROM pg_settings WHERE name = 'logical_decoding_work_mem'");
        }
    }

    private CopyBoth start(ReplicationSession session, Lsn start, OutputPlugin plugin, Duration timeout)
            throws SQLException {
        String command = "START_REPLICATION SLOT " + Quoting.identifier(name.text()) + " LOGICAL " + start + " "
                + plugin.options();
        Duration patience = patience(timeout);
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return CopyBoth.start(session, command);
            } catch (SQLException e) {
                if (!SqlErrors.state(e).equals(OBJECT_IN_USE) || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            slot.free(patience);
        }
    }

    /** The insert position: with asynchronous commits a visible row may lie beyond what was written (T21). */
    Lsn end() {
        return control.run("asking for the end of the log", ErrorCode.SOURCE_SETTINGS, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT "
                            + ServerRelease.insertPosition(sessions.serverVersion() >= ServerRelease.MODERN))) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        });
    }

    /** How long somebody who reads the slot is waited for: a dead reader's server lets it go by then. */
    Duration patience() {
        return patience(timeout());
    }

    private static Duration patience(Duration timeout) {
        return (timeout.isZero() ? DEFAULT_TIMEOUT : timeout).plus(PATIENCE);
    }

    private static Duration statusInterval(Duration timeout) {
        Duration third = timeout.dividedBy(3);
        return timeout.isZero() || third.compareTo(MAX_STATUS_INTERVAL) > 0 ? MAX_STATUS_INTERVAL : third;
    }

    /** A segment of Greenplum tells it to superusers alone. */
    private Duration timeout() {
        return control.run("asking for wal_sender_timeout", ErrorCode.SOURCE_SETTINGS, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT setting::bigint FROM pg_settings WHERE name = 'wal_sender_timeout'")) {
                return row.next() ? Duration.ofMillis(row.getLong(1)) : DEFAULT_TIMEOUT;
            }
        });
    }

    private static void abandon(ReplicationSession session) {
        try {
            session.connection().close();
        } catch (SQLException e) {
            // The failure that led here is the one to tell.
            System.getLogger(KeptLog.class.getName())
                    .log(System.Logger.Level.DEBUG, "a session that could not stream did not close", e);
        }
    }
}
