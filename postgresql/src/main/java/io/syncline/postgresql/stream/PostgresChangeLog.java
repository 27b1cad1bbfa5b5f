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
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Slot and publication of one task at a PostgreSQL source, both of one name ({@code dts_sync_<task>_<id>}). Nothing else is made there but replica identities of tables
 * that have none; nothing but the slot where the log is read through test_decoding, and nothing that the task file names.
 */
public final class PostgresChangeLog implements ChangeLog {

    private final Sessions sessions;
    private final TaskIdentity task;
    private final CatalogReader catalog;
    private final NamedLog named;
    private final boolean joining;
    private final SourceViews views;
    private final ChangeLogName name;
    private final ControlSession control;
    private final KeptLog log;
    private final ReplicationSlot slot;
    private final Publication publication;
    private final PluginChoice choice;
    private final @Nullable GivenSlot given;
    private final AlterationTriggers alterations;
    private @Nullable OutputPlugin plugin;

    /**
     * @param views what is seen beside it
     * @param named what the task file names, and this neither makes nor removes
     */
    public PostgresChangeLog(
            Sessions sessions, TaskIdentity task, CatalogReader catalog, SourceViews views, NamedLog named) {
        this(sessions, task, catalog, views, named, false);
    }

    /** @param joining whether this is the log's second place, from which joining tables are read */
    private PostgresChangeLog(
            Sessions sessions,
            TaskIdentity task,
            CatalogReader catalog,
            SourceViews views,
            NamedLog named,
            boolean joining) {
        this.sessions = sessions;
        this.task = task;
        this.catalog = catalog;
        this.views = views;
        this.named = named;
        this.joining = joining;
        ChangeLogName own = ChangeLogName.of(task);
        String slotName = joining ? ChangeLogName.joining(task).text() : named.slot();
        this.name = slotName == null ? own : new ChangeLogName(slotName);
        this.control = new ControlSession(sessions);
        this.log = new KeptLog(sessions, control, name, views.unseen().ofServer());
        this.slot = log.slot();
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
        this.given = slotName == null || joining ? null : new GivenSlot(sessions, slot, views.exact());
    }

    /** The order is that of T7: replica identities, publication, commit, slot. */
    @Override
    public Snapshot create(List<TableId> tables, Set<TableId> whole) {
        GivenSlot madeBefore = given;
        if (madeBefore != null) {
            OutputPlugin ofSlot = begin(choice.ofSlot(madeBefore.take(log.patience())));
            ofSlot.prepare(tables, whole);
            return madeBefore.snapshot();
        }
        log.dropLeftover();
        OutputPlugin chosen = begin(plugin(tables));
        if (joining) {
            chosen.extend(tables, whole);
        } else {
            chosen.prepare(tables, whole);
        }
        return log.create(
                chosen,
                (exported, consistentPoint) ->
                        views.adopting().adopt(exported, Positions.of(PostgresStream.ID, consistentPoint)));
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
        OutputPlugin ofSlot = begin(choice.ofSlot(kept.take(log.patience())));
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
        log.requireIntact(ledger, plugin());
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

    @Override
    public ChangeStream open(StreamId stream, Position from, Collection<TableSchema> tables, HoldBack holdBack) {
        if (!stream.equals(PostgresStream.ID)) {
            throw new IllegalArgumentException("a PostgreSQL source has no stream " + stream);
        }
        Lsn start = (Lsn) from;
        return log.open(start, plugin(), plugin().decoder(start, tables), holdBack);
    }

    @Override
    public Positions now() {
        return Positions.of(PostgresStream.ID, log.end());
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
        return new PostgresChangeLog(sessions, task, catalog, views, named, true);
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
            return slot.dropUnread(KeptLog.PATIENCE);
        }
        return joining().release() && (given != null || slot.dropUnread(KeptLog.PATIENCE));
    }

    @Override
    public List<String> drop() {
        if (joining) {
            return new Removal(control, slot, null, null, name, log.patience()).run();
        }
        List<String> remains = new ArrayList<>(joining().drop());
        remains.addAll(new Removal(
                        control,
                        given == null ? slot : null,
                        isModern() ? publication : null,
                        alterations,
                        publication.name(),
                        log.patience())
                .run());
        if (given != null && slot.state().isPresent()) {
            remains.add(
                    slot.dropStatement()
                            + " -- the task file names this slot, which this task did not make; it keeps the log until it is dropped or read");
        }
        return List.copyOf(remains);
    }
}
