package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.Lease;
import io.syncline.api.port.SchemaWriter.Outcome;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Secret;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.PostgresLedger;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A source and a destination with an installed ledger and a lease. */
final class Ends implements AutoCloseable {

    static final LedgerTables LEDGER = new LedgerTables("syncline");
    private static final Duration SILENCE = Duration.ofSeconds(10);

    final TestDatabase source;
    final TestDatabase destination;
    final Sessions sourceSessions;
    final Sessions destinationSessions;
    final PostgresLedger ledger;
    final Lease lease;

    Ends(String sourceVersion, String destinationVersion) {
        source = SharedPostgres.sourceDatabase(sourceVersion);
        destination = SharedPostgres.destinationDatabase(destinationVersion);
        sourceSessions = sessions(Side.SOURCE, source, source.user(), source.password());
        destinationSessions = sessions(Side.DESTINATION, destination, destination.user(), destination.password());
        ledger = new PostgresLedger(destinationSessions, LEDGER);
        ledger.install();
        lease = ledger.acquire(ledger.register("copy", "a", "f").task().id(), "test", SILENCE);
    }

    /** Sessions of a database as a role. */
    static Sessions sessions(Side side, TestDatabase database, String role, String password) {
        ConnectionOptions options = ConnectionOptions.to(
                database.server().host(),
                database.server().port(),
                database.name(),
                role,
                new Secret(password),
                Tls.of(TlsMode.DISABLE));
        return new Sessions(side, options, new SessionOptions("syncline test", ""));
    }

    /** Another process takes the task over, as {@link #lease} will notice. */
    Lease takeOver() {
        ledger.release(lease);
        return ledger.acquire(lease.task(), "another", SILENCE);
    }

    SchemaPlan plan(Predicate<TableId> wanted) {
        List<TableSchema> tables = new PostgresCatalog(sourceSessions)
                .tables(wanted).stream().map(CatalogReader.TableInfo::schema).toList();
        SchemaPlan plan = new SchemaReader(sourceSessions).read(ObjectScope.of(tables));
        return OlderRelease.fit(plan, destinationSessions.serverVersion());
    }

    PostgresSchemaWriter writer() {
        return writer(destinationSessions);
    }

    PostgresSchemaWriter writer(Sessions sessions) {
        return new PostgresSchemaWriter(sessions, LEDGER, lease, CrashMarks.NONE, EditedStatements.NONE);
    }

    Map<SchemaObject, Outcome> makeAll(SchemaPlan plan) {
        Map<SchemaObject, Outcome> outcomes = new LinkedHashMap<>();
        try (PostgresSchemaWriter writer = writer()) {
            plan.objects().forEach(object -> outcomes.put(object, writer.create(object)));
        }
        return outcomes;
    }

    /** A script beside this class. */
    static String script(String name) {
        try (InputStream script = Ends.class.getResourceAsStream(name)) {
            if (script == null) {
                throw new IllegalArgumentException("no script " + name);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        sourceSessions.close();
        destinationSessions.close();
        source.close();
        destination.close();
    }
}
