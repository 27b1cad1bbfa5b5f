package io.syncline.postgresql.ledger;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.Conflict;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in a PostgreSQL destination. Every write but {@link #install}, {@link #register} and {@link #acquire} proves its lease as the first statement of its
 * transaction (I7, T20). Thread-safe: one session for all calls, and another one for the heartbeat, which must never wait behind them.
 */
public final class PostgresLedger implements Ledger {

    private final LedgerSession session;
    private final LedgerSession heartbeat;
    private final LedgerSchema schema;
    private final Fence fence;
    private final Takeover takeover;
    private final TaskRows tasks;
    private final StreamRows streams;
    private final ChunkRows chunks;
    private final TableRows loads;
    private final RefetchRows refetches;
    private final ConflictRows conflicts;
    private final BadValueRows badValues;
    private final MadeObjects objects;
    private final NotMadeRows notMade;
    private final LedgerTables tables;
    private final CommandRows commands;
    private final SuspendedRows suspended;
    private final AcceptedRows accepted;
    private final RefreshedRows refreshed;

    public PostgresLedger(Sessions sessions, LedgerTables tables) {
        this.tables = tables;
        this.session = new LedgerSession(sessions, "ledger");
        this.heartbeat = new LedgerSession(sessions, "heartbeat");
        this.schema = new LedgerSchema(tables, sessions::dialect);
        this.fence = new Fence(tables, new LedgerLocks(sessions::dialect));
        this.tasks = new TaskRows(tables);
        this.takeover = new Takeover(sessions, tables, tasks);
        this.streams = new StreamRows(tables);
        this.chunks = new ChunkRows(tables);
        this.loads = new TableRows(tables, chunks);
        this.refetches = new RefetchRows(tables);
        this.conflicts = new ConflictRows(tables);
        this.badValues = new BadValueRows(tables);
        this.objects = new MadeObjects(tables);
        this.suspended = new SuspendedRows(tables);
        this.accepted = new AcceptedRows(tables);
        this.refreshed = new RefreshedRows(tables);
        this.notMade = new NotMadeRows(tables);
        this.commands = new CommandRows(heartbeat, schema, tables, fence);
    }

    @Override
    public boolean isInstalled() {
        return session.read("looking for the ledger", schema::isInstalled);
    }

    @Override
    public void install() {
        session.write("making the ledger", schema::install);
    }

    @Override
    public List<TaskEntry> find(String name) {
        return session.read(
                "looking for tasks named " + name,
                connection -> schema.isInstalled(connection) ? tasks.named(connection, name) : List.of());
    }

    @Override
    public List<TaskEntry> tasks() {
        return session.read(
                "looking for all tasks",
                connection -> schema.isInstalled(connection) ? tasks.all(connection) : List.of());
    }

    @Override
    public Optional<TaskEntry> task(String id) {
        return session.read(
                "looking for task " + id,
                connection -> schema.isInstalled(connection) ? tasks.withId(connection, id) : Optional.empty());
    }

    /** Also makes the ledger when the last task's end has dropped it since {@link #install}. */
    @Override
    public TaskEntry register(String name, String sourceAddress, String words) {
        return session.read("registering task " + name, connection -> {
            schema.install(connection);
            return tasks.insert(connection, name, sourceAddress, words);
        });
    }

    @Override
    public Lease acquire(String task, String owner, Duration silence) {
        return session.read(
                "taking over task " + task, connection -> takeover.acquire(connection, task, owner, silence));
    }

    @Override
    public void renew(Lease lease) {
        proven(heartbeat, lease, "renewing the lease", connection -> tasks.seen(connection, lease));
    }

    @Override
    public void release(Lease lease) {
        proven(heartbeat, lease, "releasing the lease", connection -> tasks.released(connection, lease));
    }

    @Override
    public TaskMemory read(String task, PositionReader positions) {
        return session.read("reading what task " + task + " knows", connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            Map<Boolean, List<StreamEntry>> byJoining = streams.read(connection, task, positions).stream()
                    .collect(Collectors.partitioningBy(stream -> stream.stream().isJoining()));
            return new TaskMemory(
                    tasks.require(connection, task),
                    byJoining.getOrDefault(false, List.of()),
                    loads.read(connection, task, positions),
                    refetches.read(connection, task),
                    suspended.read(connection, schema.format(connection), task, positions),
                    byJoining.getOrDefault(true, List.of()));
        });
    }

    @Override
    public void state(Lease lease, String state, String detail) {
        proven(lease, "writing the task's state", connection -> tasks.state(connection, lease, state, detail));
    }

    @Override
    public void start(Lease lease, SourceIdentity identity, Positions start) {
        proven(lease, "writing where the streams start", connection -> {
            if (chunks.anyDone(connection, lease.task())) {
                throw new SyncException(
                        ErrorCode.INVARIANT_BROKEN,
                        "task " + lease.task()
                                + " has loaded chunks already; streams that start anew would leave a gap",
                        "Report this with the ledger's tables stream and chunk.");
            }
            tasks.identity(connection, lease, identity);
            streams.replace(connection, lease, start);
        });
    }

    @Override
    public void stale(Lease lease) {
        proven(lease, "marking the rows as of before a gap", connection -> {
            loads.stale(connection, lease);
            for (String table : List.of(tables.refetch(), tables.quarantine(), tables.chunk(), tables.stream())) {
                deleteRows(connection, table, lease);
            }
        });
    }

    @Override
    public void identity(Lease lease, SourceIdentity identity) {
        proven(lease, "writing the source's identity", connection -> {
            SourceIdentity known = tasks.require(connection, lease.task()).identity();
            if (known == null || !known.system().equals(identity.system())) {
                throw new SyncException(
                        ErrorCode.SOURCE_IDENTITY,
                        "task " + lease.task() + " reads from another database than "
                                + (known == null ? "none" : known.system()) + ": " + identity.system()
                                + "; its position means nothing there",
                        "Point the task at the source it was started with, or make a new task.");
            }
            tasks.identity(connection, lease, identity);
        });
    }

    @Override
    public void plan(Lease lease, TableEntry table) {
        proven(lease, "writing the plan of " + table.source(), connection -> loads.replace(connection, lease, table));
    }

    @Override
    public void status(Lease lease, TableId source, LoadStatus status) {
        proven(lease, "writing the status of " + source, connection -> loads.status(connection, lease, source, status));
    }

    @Override
    public void outdated(Lease lease, String database, long version) {
        proven(
                lease,
                "noting that a table is to be loaded anew",
                connection -> loads.outdated(connection, lease, database, version));
    }

    @Override
    public void catchUpTo(Lease lease, StreamId stream, @Nullable Position position) {
        proven(
                lease,
                "writing the catch-up mark",
                connection -> streams.catchUpTo(connection, lease, stream, position));
    }

    @Override
    public void synchronizedFrom(Lease lease, StreamId stream, Position position) {
        proven(
                lease,
                "writing where the destination is in step",
                connection -> streams.synchronizedFrom(connection, lease, stream, position));
    }

    @Override
    public void suspend(Lease lease, TableId source, String cause) {
        proven(lease, "suspending " + source, connection -> {
            suspended.add(connection, lease, source, cause);
            refetches.clear(connection, lease, source);
        });
    }

    @Override
    public void bringBack(Lease lease, TableId source, String cause) {
        proven(
                lease,
                "bringing " + source + " back",
                connection -> suspended(connection, lease, source, cause, Return.ASKED));
    }

    @Override
    public void joining(Lease lease, List<TableEntry> entries, Positions start) {
        proven(lease, "writing that tables join", connection -> {
            for (TableEntry table : entries) {
                chunks.remove(connection, lease, table.source());
                loads.replace(connection, lease, table);
                suspended.joining(connection, lease, table.source());
                refreshed.forget(connection, lease, table.source());
            }
            streams.replaceJoining(connection, lease, start);
        });
    }

    @Override
    public void joined(Lease lease, Positions exactFrom) {
        proven(lease, "writing that tables have joined", connection -> {
            suspended.joined(connection, lease, exactFrom);
            streams.replaceJoining(connection, lease, Positions.NONE);
        });
    }

    @Override
    public void notJoined(Lease lease, Collection<TableId> sources, String cause) {
        proven(lease, "writing that tables did not join", connection -> {
            for (TableId source : sources) {
                suspended.state(connection, lease, source, cause, Return.NOT_ASKED);
            }
            streams.replaceJoining(connection, lease, Positions.NONE);
        });
    }

    @Override
    public void carriedAgain(Lease lease, TableId source) {
        proven(
                lease,
                "writing that " + source + " is carried again",
                connection -> suspended.carriedAgain(connection, lease, source));
    }

    @Override
    public Map<TableId, Instant> refreshed(String task) {
        return session.read(
                "reading when tables were loaded anew",
                connection -> refreshed.read(connection, schema.format(connection), task));
    }

    @Override
    public Map<TableId, String> accepted(String task) {
        return session.read(
                "reading what was accepted of task " + task,
                connection ->
                        schema.format(connection) < LedgerSchema.ACCEPTED ? Map.of() : accepted.read(connection, task));
    }

    @Override
    public void accept(Lease lease, String task, Map<TableId, String> words) {
        proven(lease, "writing what the task file says", connection -> {
            tasks.accepted(connection, lease, task);
            accepted.write(connection, lease, words);
        });
    }

    @Override
    public void edit(Lease lease, Edit edit) {
        proven(lease, "writing what the edited task file says", connection -> {
            tasks.accepted(connection, lease, edit.task());
            for (TableId table : edit.returning()) {
                suspended(connection, lease, table, edit.cause(), Return.ASKED);
            }
            for (TableId table : edit.leaving()) {
                suspended(connection, lease, table, edit.cause(), Return.LEAVING);
            }
        });
    }

    private void suspended(Connection connection, Lease lease, TableId table, String cause, Return returns)
            throws SQLException {
        suspended.add(connection, lease, table, cause);
        suspended.state(connection, lease, table, cause, returns);
        refetches.clear(connection, lease, table);
    }

    @Override
    public void left(Lease lease, Collection<TableId> sources) {
        TableShapes shapes = new TableShapes(tables);
        proven(lease, "forgetting tables that have left the task", connection -> {
            for (TableId source : sources) {
                shapes.forget(connection, lease, source);
            }
        });
    }

    @Override
    public CommandLog commands() {
        return commands;
    }

    @Override
    public void advance(Lease lease, StreamId stream, Position previous, Position next) {
        proven(
                lease,
                "advancing an idle stream",
                connection -> streams.advance(connection, lease, stream, previous, next));
    }

    @Override
    public Conflict.Report conflicts(String task) {
        return session.read(
                "reading the conflicts of task " + task,
                connection -> schema.format(connection) < LedgerSchema.CONFLICTS
                        ? Conflict.Report.NONE
                        : conflicts.read(connection, connection.getCatalog(), task));
    }

    @Override
    public BadValue.Report badValues(String task) {
        return session.read(
                "reading the bad values of task " + task,
                connection -> schema.format(connection) < LedgerSchema.BAD_VALUES
                        ? BadValue.Report.NONE
                        : badValues.read(connection, connection.getCatalog(), task));
    }

    @Override
    public void notMade(Lease lease, List<NotMade> objects) {
        proven(lease, "listing what was not made", connection -> notMade.replace(connection, lease, objects));
    }

    @Override
    public List<NotMade> notMade(String task) {
        return session.read(
                "reading what was not made",
                connection ->
                        schema.format(connection) < LedgerSchema.NOT_MADE ? List.of() : notMade.read(connection, task));
    }

    /**
     * {@inheritDoc}
     *
     * @param dropTables whether the objects that the ledger lists are dropped, tables with their rows among them; without it they stay, and only the ledger's rows go
     * @return what was to be dropped and remains, with the reason
     */
    @Override
    public List<String> forget(Lease lease, boolean dropTables) {
        List<String> remaining = new ArrayList<>();
        boolean listed = dropTables;
        while (listed) {
            MadeObjects.Dropped dropped = session.read("dropping what the task made", connection -> {
                fence.prove(connection, lease);
                return objects.dropSome(connection, lease);
            });
            remaining.addAll(dropped.remaining());
            listed = dropped.objects() > 0;
        }
        session.write("forgetting the task", connection -> {
            fence.prove(connection, lease);
            // Tables that came later than this ledger.
            schema.install(connection);
            for (String table : List.of(
                    tables.refreshed(),
                    tables.accepted(),
                    tables.suspended(),
                    tables.command(),
                    tables.conflict(),
                    tables.conflictCount(),
                    tables.badValue(),
                    tables.badValueCount(),
                    tables.quarantine(),
                    tables.cleared(),
                    tables.refetch(),
                    tables.notMade(),
                    tables.object(),
                    tables.chunk(),
                    tables.tableLoad(),
                    tables.stream())) {
                deleteRows(connection, table, lease);
            }
            ShadowTables shadows = new ShadowTables(tables, lease.task());
            for (TableId shadow : shadows.all(connection)) {
                shadows.drop(connection, shadow);
            }
            tasks.delete(connection, lease);
            schema.dropWhenEmpty(connection);
        });
        return remaining;
    }

    private static void deleteRows(Connection connection, String table, Lease lease) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM " + table + " WHERE task = ?")) {
            statement.setString(1, lease.task());
            statement.executeUpdate();
        }
    }

    private void proven(Lease lease, String doing, LedgerSession.Write write) {
        proven(session, lease, doing, write);
    }

    private void proven(LedgerSession through, Lease lease, String doing, LedgerSession.Write write) {
        through.write(doing, connection -> {
            fence.prove(connection, lease);
            write.in(connection);
        });
    }
}
