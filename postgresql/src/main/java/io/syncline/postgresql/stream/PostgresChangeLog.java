package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.ChangeStream;
import io.syncline.api.port.RetainedLog;
import io.syncline.api.port.Snapshot;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.task.HoldBack;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ReplicationSession;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.stream.message.MessageDecoder;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Slot and publication of one task at a PostgreSQL source, both of one name ({@code dts_sync_<task>_<id>}). Nothing else is made there but replica identities of tables
 * that have none; nothing but the slot where the log is read through test_decoding, and nothing that the task file names.
 */
public final class PostgresChangeLog implements ChangeLog {

    /** Beyond wal_sender_timeout, after which a server lets a dead reader's slot go. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration MAX_STATUS_INTERVAL = Duration.ofSeconds(10);

    /** When a server never times out (wal_sender_timeout = 0). */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private static final String OBJECT_IN_USE = "55006";
    private static final int DECODING_KILOBYTES = 256 * 1024;

    private final Sessions sessions;
    private final TaskIdentity task;
    private final CatalogReader catalog;
    private final NamedLog named;
    private final Supplier<Snapshot> exact;
    private final boolean joining;
    private final SnapshotAdoption snapshots;
    private final ChangeLogName name;
    private final ControlSession control;
    private final ReplicationSlot slot;
    private final Publication publication;
    private final PluginChoice choice;
    private final @Nullable GivenSlot given;
    private final AlterationTriggers alterations;
    private @Nullable OutputPlugin plugin;

    /**
     * @param named what the task file names, and this neither makes nor removes
     * @param exact opens a further exact snapshot
     */
    public PostgresChangeLog(
            Sessions sessions,
            TaskIdentity task,
            CatalogReader catalog,
            SnapshotAdoption snapshots,
            NamedLog named,
            Supplier<Snapshot> exact) {
        this(sessions, task, catalog, snapshots, named, exact, false);
    }

    /** @param joining whether this is the log's second place, from which joining tables are read */
    private PostgresChangeLog(
            Sessions sessions,
            TaskIdentity task,
            CatalogReader catalog,
            SnapshotAdoption snapshots,
            NamedLog named,
            Supplier<Snapshot> exact,
            boolean joining) {
        this.sessions = sessions;
        this.task = task;
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.named = named;
        this.exact = exact;
        this.joining = joining;
        ChangeLogName own = ChangeLogName.of(task);
        String slotName = joining ? ChangeLogName.joining(task).text() : named.slot();
        this.name = slotName == null ? own : new ChangeLogName(slotName);
        this.control = new ControlSession(sessions);
        this.slot = new ReplicationSlot(sessions, control, name);
        this.publication = new Publication(sessions, control, own);
        this.alterations = new AlterationTriggers(sessions, control, task);
        String made = named.publication();
        this.choice = new PluginChoice(
                sessions,
                made != null,
                made == null
                        ? new PgOutput(
                                sessions,
                                catalog,
                                publication,
                                new PublicationCheck(sessions, control, publication),
                                alterations)
                        : new NamedPublication(sessions, catalog, control, made),
                new TestDecoding(sessions, catalog, control, name, slot),
                control);
        this.given = slotName == null || joining ? null : new GivenSlot(sessions, slot, exact);
    }

    /** The order is that of T7: replica identities, publication, commit, slot. */
    @Override
    public Snapshot create(List<TableId> tables, Set<TableId> whole) {
        GivenSlot madeBefore = given;
        if (madeBefore != null) {
            OutputPlugin ofSlot = begin(choice.ofSlot(madeBefore.take(patience())));
            ofSlot.prepare(tables, whole);
            return madeBefore.snapshot();
        }
        if (slot.state().isPresent()) {
            slot.free(patience());
            slot.drop();
        }
        OutputPlugin chosen = begin(plugin(tables));
        if (joining) {
            chosen.extend(tables, whole);
        } else {
            chosen.prepare(tables, whole);
        }
        return slot.create(
                chosen,
                (exported, consistentPoint) ->
                        snapshots.adopt(exported, Positions.of(PostgresStream.ID, consistentPoint)));
    }

    @Override
    public Positions takeOver(List<TableId> tables, Set<TableId> whole) {
        GivenSlot kept = given;
        if (kept == null) {
            throw new SyncException(
                    ErrorCode.SLOT_MISSING,
                    "source " + sessions.connection().address()
                            + ": the task file says with startFrom that changes of before the task are applied, and names no replication slot that has kept them",
                    "Name the slot (source.slot) that was made with the copy or before it; or say startFrom: compare.");
        }
        OutputPlugin ofSlot = begin(choice.ofSlot(kept.take(patience())));
        ofSlot.requireSince(name, tables);
        ofSlot.prepare(tables, whole);
        return Positions.of(PostgresStream.ID, kept.confirmed());
    }

    @Override
    public List<String> plan(List<TableId> tables, Set<TableId> whole) {
        OutputPlugin planned =
                slot.state().map(state -> choice.ofSlot(state.plugin())).orElseGet(() -> choice.forTables(tables));
        List<String> statements = new ArrayList<>(planned.plan(tables, whole));
        if (given == null) {
            statements.add(slot.creation(planned));
        }
        return statements;
    }

    @Override
    public void followAlterations() {
        if (plugin().tellsAlterations()) {
            alterations.make();
        }
    }

    @Override
    public List<String> planAlterations() {
        return plugin().tellsAlterations() ? alterations.plan() : List.of();
    }

    @Override
    public boolean tellsAlterations() {
        return plugin().tellsAlterations() && alterations.areThere();
    }

    @Override
    public void acceptPartitions(Collection<TableSchema> tables) {
        plugin().acceptPartitions(tables);
    }

    @Override
    public void requireIntact(Positions recorded) {
        Position position = recorded.of(PostgresStream.ID);
        Lsn ledger = position == null ? new Lsn(0) : (Lsn) position;
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
        if (!state.plugin().equals(plugin().name()) || !state.here()) {
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
        plugin().requireIntact(ledger);
    }

    @Override
    public void requireExactSnapshots() {
        plugin().requireExactSnapshots();
    }

    @Override
    public boolean hasExactSnapshots() {
        return plugin().hasExactSnapshots();
    }

    @Override
    public void requireContinued(String lineage, Positions recorded) {
        Position position = recorded.of(PostgresStream.ID);
        if (!slot.isSynced()) {
            throw new SyncException(
                    ErrorCode.SOURCE_IDENTITY,
                    "source " + sessions.connection().address() + " was promoted or restored since timeline " + lineage
                            + ", and the replication slot " + name
                            + " was not taken over from the server before it; nobody can tell whether rows are missing"
                            + " between them",
                    "Run heal for this task: it begins at a new position and writes the rows that differ. From PostgreSQL 17 on a standby takes the slot over"
                            + " with sync_replication_slots = on.");
        }
        new TimelineHistory(sessions).requireHolds(lineage, position == null ? new Lsn(0) : (Lsn) position);
    }

    /** Tables that join will be read through the task's slot in the end, and so by its plugin from the beginning. */
    private OutputPlugin plugin(List<TableId> tables) {
        if (!joining) {
            return choice.forTables(tables);
        }
        String ofTask = named.slot();
        ChangeLogName first = ofTask == null ? publication.name() : new ChangeLogName(ofTask);
        return choice.ofSlot(new ReplicationSlot(sessions, control, first)
                .state()
                .map(ReplicationSlot.State::plugin)
                .orElse(""));
    }

    private synchronized OutputPlugin begin(OutputPlugin chosen) {
        plugin = chosen;
        return chosen;
    }

    /** What the slot has, once there is one, whatever the role may do by now. */
    private synchronized OutputPlugin plugin() {
        OutputPlugin known = plugin;
        if (known == null) {
            known = choice.ofSlot(
                    slot.state().map(ReplicationSlot.State::plugin).orElse(""));
            plugin = known;
        }
        return known;
    }

    private boolean isModern() {
        return sessions.serverVersion() >= ServerRelease.MODERN;
    }

    private SyncException lost(ErrorCode code, String what) {
        return new SyncException(
                code,
                "source " + sessions.connection().address() + ": the replication slot " + name + " " + what
                        + ". To go on would leave the destination without changes that the source has",
                "Run heal for this task: it begins at a new position and writes the rows that differ. Until then the destination stays as it is.");
    }

    @Override
    public ChangeStream open(StreamId stream, Position from, Collection<TableSchema> tables, HoldBack holdBack) {
        if (!stream.equals(PostgresStream.ID)) {
            throw new IllegalArgumentException("a PostgreSQL source has no stream " + stream);
        }
        Lsn start = (Lsn) from;
        Duration timeout = timeout();
        HeldBack heldBack = new HeldBack(holdBack, confirmed(start));
        MessageDecoder decoder = plugin().decoder(start, tables);
        StreamErrors errors = new StreamErrors(sessions.errors(), name);
        ReplicationSession session = sessions.openStreaming("stream");
        boolean opened = false;
        try {
            if (isModern()) {
                takeMemory(session.connection());
            }
            CopyBoth copy = start(session, start, timeout);
            opened = true;
            return new PostgresChangeStream(copy, decoder, errors, start, heldBack, statusInterval(timeout));
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

    private CopyBoth start(ReplicationSession session, Lsn start, Duration timeout) throws SQLException {
        String command = "START_REPLICATION SLOT " + Quoting.identifier(name.text()) + " LOGICAL " + start + " "
                + plugin().options();
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
                    ResultSet row = statement.executeQuery("SELECT " + ServerRelease.insertPosition(isModern()))) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        });
    }

    /**
     * On 9.4, 9.5 and 10 to 13 the log carries no messages; there keepalives alone move an idle stream. What nothing in the log tells of is looked at here too: partitions
     * that were attached or detached, and before 10 names.
     */
    @Override
    public void heartbeat() {
        plugin().look();
        if (!plugin().carriesMessages()) {
            return;
        }
        control.run("writing a heartbeat", ErrorCode.SOURCE_RIGHTS, connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("SELECT pg_logical_emit_message(true, 'syncline', '')");
            }
        });
    }

    @Override
    public ChangeLog joining() {
        return new PostgresChangeLog(sessions, task, catalog, snapshots, named, exact, true);
    }

    @Override
    public void leaveOut(Collection<Long> versions) {
        plugin().leaveOut(Set.copyOf(versions));
    }

    @Override
    public List<String> giveUp(Collection<Long> versions) {
        return plugin().giveUp(Set.copyOf(versions));
    }

    @Override
    public Optional<RetainedLog> retained() {
        Optional<RetainedLog> own = slot.retained(given == null);
        if (joining || given != null) {
            return own;
        }
        // Tables that join keep the log from their own place on.
        Optional<RetainedLog> second = joining().retained();
        return own.isEmpty() ? second : own.map(log -> second.map(log::with).orElse(log));
    }

    @Override
    public boolean release() {
        if (joining) {
            return slot.dropUnread(PATIENCE);
        }
        return joining().release() && (given != null || slot.dropUnread(PATIENCE));
    }

    @Override
    public List<String> drop() {
        if (joining) {
            return new Removal(control, slot, null, null, name, patience()).run();
        }
        List<String> remains = new ArrayList<>(joining().drop());
        remains.addAll(new Removal(
                        control,
                        given == null ? slot : null,
                        isModern() ? publication : null,
                        alterations,
                        publication.name(),
                        patience())
                .run());
        if (given != null && slot.state().isPresent()) {
            remains.add(
                    slot.dropStatement()
                            + " -- the task file names this slot, which this task did not make; it keeps the log until it is dropped or read");
        }
        return List.copyOf(remains);
    }

    private Duration patience() {
        return patience(timeout());
    }

    private Duration timeout() {
        return control.run(
                "asking for wal_sender_timeout", ErrorCode.SOURCE_SETTINGS, connection -> timeout(connection));
    }
}
