package io.syncline.postgresql;

import io.syncline.api.model.Position;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.ChangeLog;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.Databases;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.Footprint;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.RowFetcher;
import io.syncline.api.port.Snapshots;
import io.syncline.api.port.Source;
import io.syncline.api.port.TaskIdentity;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.catalog.PostgresDatabases;
import io.syncline.postgresql.connectivity.PostgresConnectivity;
import io.syncline.postgresql.connectivity.Receiving;
import io.syncline.postgresql.fetch.PostgresRowFetcher;
import io.syncline.postgresql.greenplum.ClusterIdentity;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.precheck.SourcePrechecks;
import io.syncline.postgresql.precheck.SourceRights;
import io.syncline.postgresql.schema.SchemaReader;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.SegmentAddresses;
import io.syncline.postgresql.session.ServerIdentity;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.snapshot.LocatedSnapshots;
import io.syncline.postgresql.snapshot.PostgresSnapshot;
import io.syncline.postgresql.snapshot.PostgresSnapshots;
import io.syncline.postgresql.stream.PostgresChangeLog;
import io.syncline.postgresql.stream.SegmentChangeLog;
import io.syncline.postgresql.stream.SourceFootprint;
import io.syncline.postgresql.stream.SourceViews;
import io.syncline.postgresql.verify.PostgresDigests;
import io.syncline.postgresql.visibility.UnseenCommits;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL database that rows are read from. */
final class PostgresSource implements Source {

    private final Sessions sessions;
    private final NamedLog named;
    private final Segments cluster;
    private final LogLocation log;
    private final UnseenCommits unseen;

    PostgresSource(Sessions sessions, NamedLog named, SegmentAddresses segments, LogPlace told) {
        this.sessions = sessions;
        this.named = named;
        this.cluster = new Segments(sessions, segments);
        this.log = new LogLocation(cluster, told);
        this.unseen = new UnseenCommits(sessions);
    }

    private boolean isCluster() {
        return sessions.dialect().isDistributed();
    }

    @Override
    public String address() {
        return sessions.connection().address();
    }

    @Override
    public boolean isLocal() {
        return sessions.connection().isLocal();
    }

    @Override
    public Connectivity connectivity(InstantSource clock) {
        return new PostgresConnectivity(sessions, clock, new Receiving()).measure();
    }

    @Override
    public Optional<Databases> databases() {
        return Optional.of(new PostgresDatabases(sessions));
    }

    @Override
    public SourceIdentity identity() {
        return isCluster() && log.mayBeSegments() ? ClusterIdentity.read(cluster) : ServerIdentity.read(sessions);
    }

    @Override
    public Position position(String text) {
        return log.position(text);
    }

    @Override
    public CatalogReader catalog() {
        return new PostgresCatalog(sessions);
    }

    @Override
    public String version() {
        return ServerRelease.words(sessions.serverVersion());
    }

    @Override
    public SchemaPlan objects(ObjectScope scope) {
        return new SchemaReader(sessions).read(scope);
    }

    @Override
    public ChangeLog changeLog(TaskIdentity task) {
        if (log.isSegments()) {
            return new SegmentChangeLog(cluster, task, new PostgresCatalog(sessions), unseen);
        }
        return new PostgresChangeLog(
                sessions,
                task,
                new PostgresCatalog(sessions),
                new SourceViews(
                        (exported, positions) -> PostgresSnapshot.adopt(sessions, exported, positions),
                        () -> snapshots().exact(),
                        unseen),
                named);
    }

    @Override
    public Snapshots snapshots() {
        return isCluster() ? new LocatedSnapshots(log, unseen) : new PostgresSnapshots(sessions, unseen);
    }

    @Override
    public RowFetcher rows() {
        return isCluster() && log.isSegments()
                ? new PostgresRowFetcher(sessions, unseen, Optional.of(cluster::mark))
                : new PostgresRowFetcher(sessions, unseen);
    }

    @Override
    public DigestReader digests() {
        return new PostgresDigests(sessions);
    }

    @Override
    public List<PrecheckItem> prechecks(PrecheckScope scope) {
        return new SourcePrechecks(sessions, named, log).items(scope);
    }

    @Override
    public List<Right> rights(PrecheckScope scope) {
        return new SourceRights(sessions, scope, log).list();
    }

    @Override
    public List<Footprint> footprint() {
        return SourceFootprint.of(sessions.serverVersion());
    }

    @Override
    public void close() {
        try (cluster) {
            sessions.close();
        }
    }
}
