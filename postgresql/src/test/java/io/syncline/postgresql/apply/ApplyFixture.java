package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.ChangeGroup;
import io.syncline.api.apply.NetChange;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Key;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.SourceIdentity;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Applier;
import io.syncline.api.port.Lease;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.PostgresLedger;
import io.syncline.postgresql.ledger.TestSessions;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Sessions;
import io.syncline.testkit.postgres.SharedPostgres;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A destination database with a registered task, whose stream stands at 0/10, and the applier of that stream. */
final class ApplyFixture implements AutoCloseable {

    /** Stands for an unchanged TOAST value in {@link #row}. */
    static final String UNCHANGED = "\0unchanged";

    /** Stands for a column that was not sent. */
    static final String ABSENT = "\0absent";

    static final LedgerTables TABLES = new LedgerTables("syncline");

    final TestDatabase database;
    final Sql sql;
    final Sessions sessions;
    final PostgresLedger ledger;
    final String task;
    final Lease lease;
    final Applier applier;
    private long position = 0x10;

    ApplyFixture(String version, String script) {
        this(SharedPostgres.destinationDatabase(version), script, null);
    }

    /** @param role whose sessions apply; it owns what the script makes. Null: the superuser */
    ApplyFixture(TestDatabase database, String script, @Nullable String role) {
        this.database = database;
        this.sql = database.sql();
        try (Sessions first = sessions("syncline", role)) {
            PostgresLedger registering = new PostgresLedger(first, TABLES);
            registering.install();
            task = registering
                    .register("copy", "postgresql://a:1/b", "f")
                    .task()
                    .id();
        }
        sessions = sessions("syncline " + task, role);
        ledger = new PostgresLedger(sessions, TABLES);
        lease = ledger.acquire(task, "a test", Duration.ofSeconds(10));
        ledger.start(lease, new SourceIdentity("1/b", "1"), Positions.of(PostgresStream.ID, new Lsn(position)));
        sql.execute("SET search_path = public; " + (role == null ? "" : "SET ROLE " + role + "; ") + script
                + (role == null ? "" : "; RESET ROLE"));
        applier = newApplier();
    }

    /** As the next attempt has it. */
    PostgresApplier newApplier() {
        return newApplier(ApplyRules.STRICT);
    }

    PostgresApplier newApplier(ApplyRules rules) {
        return new PostgresApplier(sessions, TABLES, lease, PostgresStream.ID, rules);
    }

    private Sessions sessions(String application, @Nullable String role) {
        return role == null
                ? TestSessions.of(database, application)
                : TestSessions.of(database, application, role, "x");
    }

    Lsn position() {
        return new Lsn(position);
    }

    /** One transaction, committed. */
    void transaction(Consumer<Applier.Transaction> work) {
        try (Applier.Transaction transaction = applier.begin(new Lsn(position))) {
            work.accept(transaction);
            transaction.commit(new Lsn(position + 0x10));
        }
        position += 0x10;
    }

    /** A round of net changes alone. */
    List<RefetchRequest> apply(Round.Mode mode, ChangeGroup... groups) {
        return apply(new Round(mode, List.of(groups), List.of(), List.of()));
    }

    /** A round whose changes are applied in order. */
    List<RefetchRequest> apply(Round.Mode mode, RoutedChange... ordered) {
        List<RoutedChange> changes = List.of(ordered);
        return apply(new Round(mode, List.of(), changes, changes));
    }

    List<RefetchRequest> apply(Round round) {
        List<RefetchRequest> requests = new ArrayList<>();
        transaction(transaction -> requests.addAll(transaction.apply(round)));
        return requests;
    }

    /** From and to the table of this name in schema public, column by column. */
    TableRoute route(String table) {
        TableSchema schema = new PostgresCatalog(sessions)
                .table(new TableId(database.name(), "public", table))
                .orElseThrow();
        return new TableRoute(
                schema,
                schema,
                IntStream.range(0, schema.columns().size()).boxed().toList());
    }

    TableRoute keyless(String table) {
        TableRoute route = route(table);
        TableSchema schema = route.source();
        TableSchema without = new TableSchema(schema.table(), schema.version(), schema.columns(), Key.NONE);
        return new TableRoute(without, without, route.sourceColumns());
    }

    static Row row(@Nullable String... values) {
        RowBuilder builder = new RowBuilder(values.length);
        for (String value : values) {
            if (value == null) {
                builder.state(Row.NULL);
            } else if (value.equals(UNCHANGED)) {
                builder.state(Row.UNCHANGED);
            } else if (value.equals(ABSENT)) {
                builder.state(Row.ABSENT);
            } else {
                builder.value(value);
            }
        }
        return builder.build();
    }

    static RoutedChange insert(TableRoute route, @Nullable String... values) {
        return new RoutedChange(route, new ChangeEvent.Insert(route.source(), row(values)));
    }

    static RoutedChange update(TableRoute route, @Nullable Row before, Row after) {
        return new RoutedChange(route, new ChangeEvent.Update(route.source(), before, after));
    }

    static RoutedChange delete(TableRoute route, @Nullable String... values) {
        return new RoutedChange(route, new ChangeEvent.Delete(route.source(), row(values)));
    }

    static ChangeGroup deletes(TableRoute route, Row... keys) {
        return new ChangeGroup(
                route,
                ChangeGroup.Kind.DELETE,
                List.of(),
                Arrays.stream(keys).map(key -> new NetChange(key, null)).toList());
    }

    static ChangeGroup inserts(TableRoute route, Row... images) {
        return new ChangeGroup(
                route,
                ChangeGroup.Kind.INSERT,
                all(route),
                Arrays.stream(images).map(image -> new NetChange(null, image)).toList());
    }

    static ChangeGroup updates(TableRoute route, List<Integer> columns, NetChange... changes) {
        return new ChangeGroup(route, ChangeGroup.Kind.UPDATE, columns, List.of(changes));
    }

    static List<Integer> all(TableRoute route) {
        return IntStream.range(0, route.destination().columns().size())
                .filter(column -> !route.destination().columns().get(column).generated())
                .boxed()
                .toList();
    }

    @Override
    public void close() {
        applier.close();
        sessions.close();
        sql.close();
        database.close();
    }
}
