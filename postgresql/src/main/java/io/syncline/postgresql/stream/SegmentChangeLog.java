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
import io.syncline.postgresql.greenplum.IntervalStream;
import io.syncline.postgresql.greenplum.Marks;
import io.syncline.postgresql.greenplum.SegmentPosition;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.snapshot.SegmentSnapshot;
import io.syncline.postgresql.visibility.UnseenCommits;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One publication of a Greenplum cluster, which the coordinator tells its segments, and a slot of one name on each of them, whose streams are read as one (docs/design/segment-streams.md).
 */
public final class SegmentChangeLog implements ChangeLog {

    private final Segments cluster;
    private final TaskIdentity task;
    private final CatalogReader catalog;
    private final UnseenCommits unseen;
    private final boolean joining;
    private final ChangeLogName name;
    private final ControlSession control;
    private final Publication publication;
    private final AlterationTriggers alterations;
    private final OutputPlugin plugin;
    private @Nullable SortedMap<Integer, KeptLog> logs;

    /** @param unseen hears what the segments' logs tell, which snapshots may not see yet */
    public SegmentChangeLog(Segments cluster, TaskIdentity task, CatalogReader catalog, UnseenCommits unseen) {
        this(cluster, task, catalog, unseen, false);
    }

    private SegmentChangeLog(
            Segments cluster, TaskIdentity task, CatalogReader catalog, UnseenCommits unseen, boolean joining) {
        Sessions coordinator = cluster.coordinator();
        this.cluster = cluster;
        this.task = task;
        this.catalog = catalog;
        this.unseen = unseen;
        this.joining = joining;
        this.name = joining ? ChangeLogName.joining(task) : ChangeLogName.of(task);
        this.control = new ControlSession(coordinator);
        this.publication = new Publication(coordinator, control, ChangeLogName.of(task));
        this.alterations = new AlterationTriggers(coordinator, control, task);
        this.plugin = new PgOutput(
                coordinator,
                catalog,
                publication,
                new PublicationCheck(coordinator, control, publication),
                alterations);
    }

    private synchronized SortedMap<Integer, KeptLog> logs() {
        SortedMap<Integer, KeptLog> known = logs;
        if (known == null) {
            SortedMap<Integer, KeptLog> made = new TreeMap<>();
            cluster.all()
                    .forEach((content, sessions) -> made.put(
                            content,
                            new KeptLog(sessions, new ControlSession(sessions), name, unseen.ofSegment(content))));
            logs = made;
            known = made;
        }
        return known;
    }

    /** The order is that of T7: replica identities, publication, commit, which reaches the segments; then their slots. */
    @Override
    public Snapshot create(List<TableId> tables, Set<TableId> whole) {
        logs().values().forEach(KeptLog::dropLeftover);
        if (joining) {
            plugin.extend(tables, whole);
        } else {
            plugin.prepare(tables, whole);
        }
        requirePublished();
        return SegmentSnapshot.of(
                cluster,
                (content, adopting) -> log(content).create(plugin, (exported, at) -> {
                    adopting.adopt(exported, at);
                    return at;
                }));
    }

    private KeptLog log(int content) {
        KeptLog log = logs().get(content);
        if (log == null) {
            throw changed(Set.of(content));
        }
        return log;
    }

    @Override
    public Positions takeOver(List<TableId> tables, Set<TableId> whole) {
        throw new SyncException(
                ErrorCode.SLOT_MISSING,
                "source " + cluster.coordinator().connection().address()
                        + ": the segments of a Greenplum source have kept no log for this task from before it",
                "Say startFrom: compare.");
    }

    @Override
    public List<String> plan(List<TableId> tables, Set<TableId> whole) {
        List<String> statements = new ArrayList<>(plugin.plan(tables, whole));
        logs().forEach((content, log) -> statements.add(log.slot().creation(plugin) + " -- on segment " + content));
        return statements;
    }

    @Override
    public void followAlterations() {
        // No message of this server's log tells of them: its pgoutput is that of 12.
    }

    @Override
    public List<String> planAlterations() {
        return List.of();
    }

    @Override
    public boolean tellsAlterations() {
        return false;
    }

    @Override
    public void acceptPartitions(Collection<TableSchema> tables) {
        plugin.acceptPartitions(tables);
    }

    @Override
    public void requireIntact(Positions recorded) {
        SegmentPosition position = place(recorded);
        if (!position.bySegment().keySet().equals(logs().keySet())) {
            throw changed(position.bySegment().keySet());
        }
        position.bySegment().forEach((content, place) -> log(content).requireIntact(place, plugin));
        requirePublished();
        plugin.requireIntact(new Lsn(0));
    }

    /** Each segment has a publication of its own, which says what it sends, whatever the coordinator's says. */
    private void requirePublished() {
        logs().forEach((content, log) -> {
            boolean all = log.control()
                    .run("reading the publication " + publication.name(), ErrorCode.SOURCE_SETTINGS, session -> {
                        try (PreparedStatement query = session.prepareStatement(
                                "SELECT pubinsert AND pubupdate AND pubdelete AND pubtruncate FROM pg_catalog.pg_publication WHERE pubname = ?")) {
                            query.setString(1, publication.name().text());
                            try (ResultSet row = query.executeQuery()) {
                                return row.next() && row.getBoolean(1);
                            }
                        }
                    });
            if (!all) {
                throw new SyncException(
                        ErrorCode.SOURCE_SETTINGS,
                        "source " + cluster.coordinator().connection().address() + ": on segment " + content
                                + " the publication " + publication.name()
                                + " is not there or does not send all changes; rows would be lost",
                        "Clean the task and start it anew.");
            }
        });
    }

    private SyncException changed(Collection<Integer> recorded) {
        return new SyncException(
                ErrorCode.SOURCE_IDENTITY,
                "source " + cluster.coordinator().connection().address() + " has the segments "
                        + cluster.all().keySet() + " now, and this task has read " + recorded
                        + ": rows have moved to segments whose logs it did not read",
                "Run heal for this task: it begins at a new position and writes the rows that differ.");
    }

    private static SegmentPosition place(Positions recorded) {
        Position position = recorded.of(PostgresStream.ID);
        return position == null ? new SegmentPosition(Map.of()) : (SegmentPosition) position;
    }

    @Override
    public void requireContinued(String lineage, Positions recorded) {
        throw new SyncException(
                ErrorCode.SOURCE_IDENTITY,
                "source " + cluster.coordinator().connection().address()
                        + ": a segment was promoted, or restored, since " + lineage
                        + "; a mirror has no slot, and nobody has kept its log for this task (T37)",
                "Run heal for this task: it begins at a new position and writes the rows that differ.");
    }

    @Override
    public ChangeStream open(StreamId stream, Position from, Collection<TableSchema> tables, HoldBack holdBack) {
        SegmentPosition start = (SegmentPosition) from;
        Marks marks = cluster.marks(publication.distributions());
        SortedMap<Integer, ChangeStream> opened = new TreeMap<>();
        boolean complete = false;
        try {
            start.bySegment()
                    .forEach((content, place) -> opened.put(
                            content, log(content).open(place, plugin, plugin.decoder(place, tables), holdBack)));
            complete = true;
            return new IntervalStream(opened, start, marks, tables, cluster.replicated(), System::nanoTime);
        } finally {
            if (!complete) {
                opened.values().forEach(ChangeStream::close);
                marks.close();
            }
        }
    }

    @Override
    public ChangeLog joining() {
        return new SegmentChangeLog(cluster, task, catalog, unseen, true);
    }

    @Override
    public void leaveOut(Collection<Long> versions) {
        plugin.leaveOut(Set.copyOf(versions));
    }

    @Override
    public List<String> giveUp(Collection<Long> versions) {
        return plugin.giveUp(Set.copyOf(versions));
    }

    @Override
    public void requireExactSnapshots() {
        plugin.requireExactSnapshots();
    }

    @Override
    public boolean hasExactSnapshots() {
        return plugin.hasExactSnapshots();
    }

    @Override
    public Positions now() {
        return Positions.of(PostgresStream.ID, cluster.mark());
    }

    /** Marks move the streams. */
    @Override
    public void heartbeat() {
        plugin.look();
    }

    @Override
    public Optional<RetainedLog> retained() {
        List<RetainedLog> kept = new ArrayList<>();
        for (KeptLog log : logs().values()) {
            Optional<RetainedLog> ofSegment = log.slot().retained(true);
            if (ofSegment.isEmpty()) {
                return Optional.empty();
            }
            kept.add(ofSegment.get());
        }
        Optional<RetainedLog> own = kept.stream().reduce(RetainedLog::with);
        Optional<RetainedLog> second = joining ? Optional.empty() : joining().retained();
        return own.map(log -> second.map(log::with).orElse(log));
    }

    @Override
    public boolean release() {
        boolean released = joining || joining().release();
        for (KeptLog log : logs().values()) {
            released = released && log.slot().dropUnread(KeptLog.PATIENCE);
        }
        return released;
    }

    @Override
    public List<String> drop() {
        List<String> remains = new ArrayList<>(joining ? List.of() : joining().drop());
        logs().forEach((content, log) -> new Removal(log.control(), log.slot(), null, null, name, log.patience())
                .run()
                .forEach(left ->
                        remains.add(left + " -- on segment " + content + ", with PGOPTIONS='-c gp_role=utility'")));
        if (!joining) {
            remains.addAll(new Removal(control, null, publication, alterations, name, KeptLog.PATIENCE).run());
        }
        return List.copyOf(remains);
    }
}
