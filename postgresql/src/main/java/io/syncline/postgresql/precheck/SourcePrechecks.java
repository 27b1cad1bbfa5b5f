package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The items of a source of PostgreSQL's family. Those of stages that the task does not run are left out. */
public final class SourcePrechecks {

    private final Sessions sessions;
    private final NamedLog named;
    private final LogLocation location;

    /**
     * @param named what the task file names
     * @param location where the log is read
     */
    public SourcePrechecks(Sessions sessions, NamedLog named, LogLocation location) {
        this.sessions = sessions;
        this.named = named;
        this.location = location;
    }

    public List<PrecheckItem> items(PrecheckScope scope) {
        Probe probe = new Probe(sessions);
        Dialect dialect = dialect(probe);
        boolean segments =
                dialect == Dialect.GREENPLUM_7 && scope.task().runs(Stage.INCREMENTAL) && location.mayBeSegments();
        return items(scope, probe, dialect, segments);
    }

    /** Of a server that cannot be asked what it is, the connection's own item tells the matter. */
    private Dialect dialect(Probe probe) {
        Optional<CatalogSession> session = probe.session();
        session.ifPresent(CatalogSession::close);
        return session.isPresent() ? sessions.dialect() : Dialect.POSTGRESQL;
    }

    /** @param segments whether their logs are read */
    List<PrecheckItem> items(PrecheckScope scope, Probe probe, Dialect dialect, boolean segments) {
        LogLocationCheck located = new LogLocationCheck(dialect, location);
        return switch (dialect) {
            case POSTGRESQL -> items(scope, probe, new VersionCheck(Side.SOURCE, scope)::look, false, located);
            case GREENPLUM_7 -> items(scope, probe, new ClusterVersion(dialect)::look, segments, located);
            // Refused, so that nothing else of it matters.
            case GREENPLUM_6 -> List.of(new ConnectionItem(probe), version(probe, new ClusterVersion(dialect)::look));
        };
    }

    private List<PrecheckItem> items(
            PrecheckScope scope,
            Probe probe,
            Function<CatalogSession, Finding> version,
            boolean segments,
            LogLocationCheck located) {
        boolean incremental = scope.task().runs(Stage.INCREMENTAL);
        ChosenTables chosen = new ChosenTables(sessions, scope.task());
        boolean refreshes = scope.task().objects().stream().anyMatch(rule -> rule.refresh() != null);
        ChosenTables followed = refreshes ? ChosenTables.followed(sessions, scope.task()) : chosen;
        ChosenLog log = new ChosenLog(followed, named, scope.resuming(), segments);
        SourceRightChecks rights = new SourceRightChecks(sessions, chosen, log, scope.task());
        SourceTableChecks tables = new SourceTableChecks(sessions, chosen, log, scope.task(), shaped(scope));
        SourceRightChecks rightsToLog = new SourceRightChecks(sessions, followed, log, scope.task());
        SourceTableChecks tablesOfLog = new SourceTableChecks(sessions, followed, log, scope.task(), shaped(scope));

        List<PrecheckItem> items = new ArrayList<>();
        items.add(new ConnectionItem(probe));
        items.add(version(probe, version));
        items.add(item(
                probe, "encoding", "Source encoding", new EncodingCheck(Side.SOURCE, incremental ? log : null)::look));
        items.add(item(probe, "select", "Right to read tables", rights::select));
        if (scope.task().runs(Stage.SCHEMA)) {
            items.add(item(probe, "sequences", "Right to read sequences", rights::sequences));
        }
        items.add(item(probe, "row-security", "Row security", rights::rowSecurity));
        items.add(item(probe, "kinds", "Kinds of tables", tables::notCarried));
        items.add(item(probe, "unlogged", "Unlogged tables", session -> tables.unlogged(session, followed)));
        if (located.dialect().isDistributed()) {
            items.add(item(probe, "keyless", "Tables without a key", new KeylessTables(chosen)::look));
        }
        if (scope.task().runs(Stage.SCHEMA)) {
            items.add(item(probe, "left-out", "Objects that are not carried", tables::leftOut));
        }
        MergedKeys merged = new MergedKeys(scope);
        if (!merged.isEmpty()) {
            items.add(item(probe, "merged-keys", "Keys of merged tables", merged::look));
        }
        if (incremental) {
            if (located.isSaid() || located.dialect().isDistributed()) {
                items.add(item(probe, "log-place", "Where the log is read", located::look));
            }
            items.addAll(segments ? ofSegments(scope, probe, followed, log) : ofServer(scope, probe, log));
            items.addAll(following(probe, rightsToLog, tablesOfLog));
        }
        return items;
    }

    private static Set<TableId> shaped(PrecheckScope scope) {
        return scope.routes().stream()
                .filter(route -> route.shaping() != null)
                .map(route -> route.source().table())
                .collect(Collectors.toSet());
    }

    /** The log of a server whose rows are all in it. */
    private List<PrecheckItem> ofServer(PrecheckScope scope, Probe probe, ChosenLog reading) {
        PlaceChecks places = new PlaceChecks(scope, SettingRemedy.SERVER);
        SourceLogChecks log = new SourceLogChecks(sessions, reading);
        return List.of(
                item(
                        probe,
                        "start",
                        "Where changes begin",
                        session -> reading.start(session, scope.task().startFrom())),
                item(probe, "primary", "Source is a primary", log::primary),
                item(probe, "wal-level", "Write-ahead log level", log::level),
                item(probe, "replication-slots", "Free replication slots", places::slots),
                item(probe, "wal-senders", "Free WAL senders", places::senders),
                item(probe, "log-limits", "How long the log is kept", log::limits),
                item(probe, "replication-connection", "Connection for replication", log::walsender),
                item(probe, "truncate", "TRUNCATE in the log", log::truncates),
                item(probe, "renames", "Tables in the log", log::renames),
                item(probe, "publication", "Publication that the task file names", reading::publication),
                item(probe, "slot", "Slot that the task file names", reading::slotNamed),
                item(probe, "long-transactions", "Long transactions", log::longTransactions),
                item(probe, "prepared-transactions", "Prepared transactions", log::preparedTransactions));
    }

    /** The logs of a cluster's segments. Its own distributed transactions are prepared ones for a moment, which tells nothing. */
    private List<PrecheckItem> ofSegments(PrecheckScope scope, Probe probe, ChosenTables chosen, ChosenLog reading) {
        SegmentProbes segments = new SegmentProbes(location.cluster());
        PlaceChecks places = new PlaceChecks(scope, SettingRemedy.CLUSTER);
        SourceLogChecks log = new SourceLogChecks(sessions, reading, SourceLogChecks.LONG, SettingRemedy.CLUSTER);
        ClusterLogChecks own = new ClusterLogChecks(named, scope.resuming(), SourceLogChecks.LONG);
        return List.of(
                item(
                        probe,
                        "start",
                        "Where changes begin",
                        _ -> own.start(scope.task().startFrom())),
                item(probe, "primary", "Source is a primary", log::primary),
                new SegmentReach(probe, location.cluster()),
                segmentsItem(segments, "wal-level", "Write-ahead log level", log::level),
                segmentsItem(segments, "replication-slots", "Free replication slots", places::slots),
                segmentsItem(segments, "wal-senders", "Free WAL senders", places::senders),
                segmentsItem(segments, "log-limits", "How long the log is kept", log::limits),
                item(
                        probe,
                        "restore-points",
                        "Right to mark places in the logs",
                        new RestorePointRights(
                                Quoting.identifier(sessions.connection().user()))::look),
                item(probe, "append-optimised", "Append-optimised tables", new AppendOptimisedCheck(chosen)::look),
                item(probe, "distribution-keys", "Keys across segments", new DistributionKeys(scope)::look),
                item(probe, "publication", "Publication that the task file names", own::publication),
                item(probe, "slot", "Slot that the task file names", own::slot),
                segmentsItem(segments, "long-transactions", "Long transactions", own::longTransactions));
    }

    /** Rights and tables, wherever the log is read. */
    private static List<PrecheckItem> following(Probe probe, SourceRightChecks rights, SourceTableChecks tables) {
        return List.of(
                item(probe, "replication-right", "Right to replicate", rights::replication),
                item(probe, "publication-right", "Right to make a publication", rights::createPublication),
                item(probe, "table-owner", "Ownership of tables", rights::ownership),
                item(probe, "alterations", "Following altered tables", rights::alterations),
                item(probe, "replica-identity", "Keys and replica identity", tables::replicaIdentity),
                item(probe, "generated-keys", "Keys with generated columns", tables::generatedKeys),
                item(probe, "deferrable-keys", "Deferrable keys", tables::deferrableKeys));
    }

    private static PrecheckItem version(Probe probe, Function<CatalogSession, Finding> look) {
        return item(probe, "version", "Source version", look);
    }

    private static PrecheckItem item(Probe probe, String id, String title, Function<CatalogSession, Finding> look) {
        return new ProbeItem(probe, "source-" + id, title, look);
    }

    private static PrecheckItem segmentsItem(
            SegmentProbes segments, String id, String title, Function<CatalogSession, Finding> look) {
        return new SegmentsItem(segments, "source-" + id, title, look);
    }
}
