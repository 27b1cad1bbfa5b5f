package io.syncline.postgresql;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.model.StreamId;
import io.syncline.api.model.TableId;
import io.syncline.api.port.Applier;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.Connectivity;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Databases;
import io.syncline.api.port.Destination;
import io.syncline.api.port.DestinationOptions;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger;
import io.syncline.api.port.Loader;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.Right;
import io.syncline.api.port.RowShaper;
import io.syncline.api.port.SchemaWriter;
import io.syncline.api.port.ShapedDigests;
import io.syncline.api.port.Upkeep;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.EditedStatements;
import io.syncline.postgresql.apply.PostgresApplier;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.catalog.PostgresDatabases;
import io.syncline.postgresql.connectivity.PostgresConnectivity;
import io.syncline.postgresql.connectivity.Sending;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.PostgresLedger;
import io.syncline.postgresql.load.PostgresLoader;
import io.syncline.postgresql.precheck.ActingObjects;
import io.syncline.postgresql.precheck.DestinationPrechecks;
import io.syncline.postgresql.precheck.DestinationRights;
import io.syncline.postgresql.schema.DistributedForm;
import io.syncline.postgresql.schema.OlderRelease;
import io.syncline.postgresql.schema.PostgresSchemaWriter;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.shape.PostgresShaper;
import io.syncline.postgresql.upkeep.PostgresUpkeep;
import io.syncline.postgresql.verify.PostgresDigests;
import io.syncline.postgresql.verify.PostgresShapedDigests;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A PostgreSQL database that rows are written to. */
final class PostgresDestination implements Destination {

    private final Sessions sessions;
    private final EditedStatements edited;
    private final LedgerTables tables;
    private final PostgresLedger ledger;

    PostgresDestination(Sessions sessions, DestinationOptions options) {
        this.sessions = sessions;
        this.edited = options.edited();
        this.tables = new LedgerTables(options.ledgerSchema());
        this.ledger = new PostgresLedger(sessions, tables);
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
    public String database() {
        return sessions.connection().database();
    }

    @Override
    public Connectivity connectivity(InstantSource clock) {
        return new PostgresConnectivity(sessions, clock, new Sending()).measure();
    }

    @Override
    public Optional<Databases> databases() {
        return Optional.of(new PostgresDatabases(sessions));
    }

    @Override
    public CatalogReader catalog() {
        return new PostgresCatalog(sessions, tables.schema());
    }

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Writers writers(Lease lease, CrashMarks marks) {
        return new Writers() {
            @Override
            public SchemaWriter schema() {
                return new PostgresSchemaWriter(sessions, tables, lease, marks, edited);
            }

            @Override
            public Loader loader(FormerRows former) {
                return new PostgresLoader(sessions, lease, tables, former, marks);
            }

            @Override
            public Applier applier(StreamId stream, ApplyRules rules) {
                return new PostgresApplier(sessions, tables, lease, stream, rules);
            }
        };
    }

    @Override
    public DigestReader digests() {
        return new PostgresDigests(sessions);
    }

    @Override
    public RowShaper shaper() {
        return new PostgresShaper(sessions);
    }

    @Override
    public ShapedDigests shapedDigests() {
        return new PostgresShapedDigests(sessions);
    }

    @Override
    public List<PrecheckItem> prechecks(PrecheckScope scope) {
        return new DestinationPrechecks(sessions, tables).items(scope);
    }

    @Override
    public List<Right> rights(PrecheckScope scope) {
        return new DestinationRights(sessions, scope, tables.schema()).list();
    }

    @Override
    public SchemaPlan fit(SchemaPlan plan) {
        return DistributedForm.fit(OlderRelease.fit(plan, sessions.serverVersion()), sessions.dialect());
    }

    @Override
    public String statement(SchemaObject object) {
        return PostgresSchemaWriter.statement(object, sessions.system(), edited);
    }

    @Override
    public void requireQuiet(Collection<TableId> tables) {
        new ActingObjects(sessions).requireNone(tables);
    }

    /** PostgreSQL's autovacuum does it; of Greenplum 7 it leaves out tables of users (gp_autovacuum_scope), and 6 has none for them. */
    @Override
    public Optional<Upkeep> upkeep() {
        return sessions.dialect().isDistributed() ? Optional.of(new PostgresUpkeep(sessions)) : Optional.empty();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
