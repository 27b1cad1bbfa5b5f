package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.TaskIdentity;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicationSession;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Slot and publication of one task at a PostgreSQL source, both of one name ({@code dts_sync_<task>_<id>}). Nothing else is made there but replica identities of tables
 * that have none.
 */
public final class PostgresChangeLog implements ChangeLog {

    /** Beyond wal_sender_timeout, after which a server lets a dead reader's slot go. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration MAX_STATUS_INTERVAL = Duration.ofSeconds(10);

    /** When a server never times out (wal_sender_timeout = 0). */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private static final String OBJECT_IN_USE = "55006";
    private static final int DECODING_KILOBYTES = 256 * 1024;

    private static final int LOGICAL_MESSAGES = 140000;

    private final Sessions sessions;
    private final CatalogReader catalog;
    private final SnapshotAdoption snapshots;
    private final ChangeLogName name;
    private final ControlSession control;
    private final ReplicationSlot slot;
    private final Publication publication;
    /** As the publication's note has them, read when first needed. */
    private volatile @Nullable KnownPartitions partitions;

    public PostgresChangeLog(Sessions sessions, TaskIdentity task, CatalogReader catalog, SnapshotAdoption snapshots) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.name = ChangeLogName.of(task);
        this.control = new ControlSession(sessions);
        this.slot = new ReplicationSlot(sessions, control, name);
        this.publication = new Publication(sessions, control, name);
    }

    /** The order is that of T7: replica identities, publication, commit, slot. */
    @Override
    public Snapshot create(List<TableId> tables) {
        if (slot.state().isPresent()) {
            slot.free(patience());
            slot.drop();
        }
        partitions = null;
        Set<TableId> chosen = Set.copyOf(tables);
        publication.create(
                tables,
                catalog.tables(chosen::contains).stream().map(TableInfo::schema).toList());
        return slot.create((exported, consistentPoint) ->
                snapshots.adopt(exported, Positions.of(PostgresStream.ID, consistentPoint)));
    }

    @Override
    public void requireIntact(Positions recorded) {
        Position position = recorded.of(PostgresStream.ID);
        Lsn ledger = position == null ? new Lsn(0) : (Lsn) position;
        ReplicationSlot.State state = slot.state()
                .orElseThrow(() -> lost(
                        ErrorCode.SLOT_MISSING,
                        "does not exist; the changes after " + ledger + " are not kept for this task"));
        if (!state.plugin().equals(ReplicationSlot.PLUGIN) || !state.here()) {
            throw lost(ErrorCode.SLOT_MISSING, "is of another database or plugin (" + state.plugin() + ")");
        }
        Lsn confirmed = state.confirmed();
        if (!state.lost().isEmpty() || confirmed == null) {
            throw lost(
                    ErrorCode.SOURCE_GAP,
                    "was invalidated (" + state.lost() + "); the changes after " + ledger + " are not kept any more");
        }
        if (confirmed.compareTo(ledger) > 0) {
            // T17: the server would begin at the confirmed position, without a word.
            throw lost(
                    ErrorCode.SOURCE_GAP,
                    "has let go of its log up to " + confirmed + ", but the destination holds changes only up to "
                            + ledger + ": the destination was restored, or failed over to a server that lacked them");
        }
        Lsn end = end();
        if (ledger.compareTo(end) > 0) {
            throw lost(
                    ErrorCode.SOURCE_GAP,
                    "is behind the destination: the source's log ends at " + end
                            + ", the destination holds changes up to " + ledger
                            + ": the source was restored to an earlier moment");
        }
        publication.requireIntact();
        partitions = publication.requirePartitions(publication.partitions());
    }

    private SyncException lost(ErrorCode code, String what) {
        return new SyncException(
                code,
                "source " + sessions.connection().address() + ": the replication slot " + name + " " + what
                        + ". To go on would leave the destination without changes that the source has",
                "Run clean for this task and start it again; until then the destination stays as it is.");
    }

    @Override
    public ChangeStream open(StreamId stream, Position from) {
        if (!stream.equals(PostgresStream.ID)) {
            throw new IllegalArgumentException("a PostgreSQL source has no stream " + stream);
        }
        Lsn start = (Lsn) from;
        KnownPartitions known = publication.partitions();
        CatalogShapes shapes = new CatalogShapes(
                sessions,
                catalog,
                publication.tables(known),
                new StreamPartitions(sessions, known, publication.named()));
        StreamErrors errors = new StreamErrors(sessions.errors(), name);
        ReplicationSession session = sessions.openStreaming("stream");
        boolean opened = false;
        try {
            Duration timeout = timeout(session.connection());
            takeMemory(session.connection());
            CopyBoth copy = start(session, start, timeout);
            opened = true;
            return new PostgresChangeStream(
                    copy, new PgOutputDecoder(shapes, start), errors, start, statusInterval(timeout));
        } catch (SQLException e) {
            throw errors.starting(e, start);
        } finally {
            if (!opened) {
                abandon(session);
            }
        }
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

    /** In text form, open transactions are not sent before they commit (T38): both are what version 1 of the plugin's protocol does. */
    private CopyBoth start(ReplicationSession session, Lsn start, Duration timeout) throws SQLException {
        String command = "START_REPLICATION SLOT " + Quoting.identifier(name.text()) + " LOGICAL " + start
                + " (proto_version '1', publication_names '" + Quoting.identifier(name.text()) + "'"
                + (sessions.serverVersion() >= LOGICAL_MESSAGES ? ", messages 'true')" : ")");
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

    private static Duration timeout(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT setting::bigint FROM pg_settings WHERE name = 'wal_sender_timeout'")) {
            row.next();
            return Duration.ofMillis(row.getLong(1));
        }
    }

    private static Duration patience(Duration timeout) {
        return (timeout.isZero() ? DEFAULT_TIMEOUT : timeout).plus(PATIENCE);
    }

    private static Duration statusInterval(Duration timeout) {
        Duration third = timeout.dividedBy(3);
        return timeout.isZero() || third.compareTo(MAX_STATUS_INTERVAL) > 0 ? MAX_STATUS_INTERVAL : third;
    }

    private static void abandon(ReplicationSession session) {
        try {
            session.connection().close();
        } catch (SQLException e) {
            // The failure that led here is the one to tell.
            System.getLogger(PostgresChangeLog.class.getName())
                    .log(System.Logger.Level.DEBUG, "a session that could not stream did not close", e);
        }
    }

    @Override
    public Positions now() {
        return Positions.of(PostgresStream.ID, end());
    }

    /** The insert position: with asynchronous commits a visible row may lie beyond what was written (T21). */
    private Lsn end() {
        return control.run("asking for the end of the log", ErrorCode.SOURCE_SETTINGS, connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        });
    }

    /**
     * On 12 and 13 the log carries no messages; there keepalives alone move an idle stream. Partitions are looked at here too, since nothing in the log tells of one that
     * was attached or detached.
     */
    @Override
    public void heartbeat() {
        requirePartitions();
        if (sessions.serverVersion() < LOGICAL_MESSAGES) {
            return;
        }
        control.run("writing a heartbeat", ErrorCode.SOURCE_RIGHTS, connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("SELECT pg_logical_emit_message(true, 'syncline', '')");
            }
        });
    }

    private void requirePartitions() {
        KnownPartitions known = partitions;
        if (known == null) {
            known = publication.partitions();
        }
        partitions = publication.requirePartitions(known);
    }

    @Override
    public List<String> drop() {
        return new Removal(control, slot, publication, name, patience()).run();
    }

    private Duration patience() {
        return control.run(
                "asking for wal_sender_timeout",
                ErrorCode.SOURCE_SETTINGS,
                connection -> patience(timeout(connection)));
    }
}
