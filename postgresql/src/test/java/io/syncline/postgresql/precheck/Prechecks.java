package io.syncline.postgresql.precheck;

import io.syncline.api.model.Key;
import io.syncline.api.model.Origin;
import io.syncline.api.model.Shaping;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.port.SessionOptions;
import io.syncline.api.task.Accounts;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.Capitalization;
import io.syncline.api.task.Carry;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.api.task.DdlPolicy;
import io.syncline.api.task.EditedStatements;
import io.syncline.api.task.Endpoint;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.HoldBack;
import io.syncline.api.task.ObjectPattern;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Operation;
import io.syncline.api.task.Partitions;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Policies;
import io.syncline.api.task.Retry;
import io.syncline.api.task.Secret;
import io.syncline.api.task.SourceLog;
import io.syncline.api.task.Stage;
import io.syncline.api.task.StartFrom;
import io.syncline.api.task.TableErrors;
import io.syncline.api.task.Task;
import io.syncline.api.task.Throttle;
import io.syncline.api.task.Tuning;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.greenplum.LogLocation;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.ConnectionOptions;
import io.syncline.postgresql.session.LogPlace;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import io.syncline.postgresql.session.Tls;
import io.syncline.postgresql.session.TlsMode;
import io.syncline.testkit.postgres.Sql;
import io.syncline.testkit.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs prechecks as a role of their own, which has no right but those that a test grants. */
final class Prechecks implements AutoCloseable {

    static final LedgerTables LEDGER = new LedgerTables("syncline");
    private static final Accounts EVERYBODY = new Accounts(List.of("*"));

    final TestDatabase database;
    final Sql sql;
    final String role;

    Prechecks(TestDatabase database) {
        this.database = database;
        this.sql = database.sql();
        this.role = "checked_" + database.name() + "_" + database.server().port();
        sql.execute("CREATE ROLE " + role + " LOGIN PASSWORD 'x'; REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
                + " REVOKE TEMP ON DATABASE " + database.name() + " FROM PUBLIC");
    }

    /** Findings by id at a source. */
    Findings source(Stage... stages) {
        return source(false, stages);
    }

    Findings source(boolean resuming, Stage... stages) {
        return source(NamedLog.NONE, resuming, stages);
    }

    Findings source(NamedLog named, boolean resuming, Stage... stages) {
        return source(named, resuming, Set.of(), stages);
    }

    /** Of a task file that is about several databases. */
    Findings together(Set<String> databases) {
        return source(NamedLog.NONE, false, databases);
    }

    private Findings source(NamedLog named, boolean resuming, Set<String> together, Stage... stages) {
        try (Sessions sessions = sessions(Side.SOURCE, database, role, "x")) {
            return Findings.of(new SourcePrechecks(sessions, named, located(sessions))
                    .items(new PrecheckScope(task(stages), List.of(), Set.of(), Set.of(), resuming, together, "")));
        }
    }

    /** Findings by id at a destination of the tables of {@code source}. */
    Findings destination(TestDatabase source, Set<TableId> ours, String sourceVersion, Stage... stages) {
        try (Sessions from = sessions(Side.SOURCE, source, source.user(), source.password());
                Sessions sessions = sessions(Side.DESTINATION, database, role, "x")) {
            List<TableInfo> tables = new PostgresCatalog(from).tables(_ -> true);
            List<TableRoute> routes =
                    tables.stream().map(TableInfo::schema).map(this::route).toList();
            Set<TableId> partitioned = tables.stream()
                    .filter(TableInfo::partitioned)
                    .map(table -> route(table.schema()).destination().table())
                    .collect(Collectors.toSet());
            return Findings.of(new DestinationPrechecks(sessions, LEDGER)
                    .items(new PrecheckScope(
                            task(Policies.DEFAULT, new DdlPolicy(Set.of()), EVERYBODY, Placement.DEFAULT, stages),
                            routes,
                            partitioned,
                            ours,
                            false,
                            Set.of(),
                            sourceVersion)));
        }
    }

    /** Findings by id at a destination where every table is to have this name. */
    Findings destination(TestDatabase source, String name) {
        try (Sessions from = sessions(Side.SOURCE, source, source.user(), source.password());
                Sessions sessions = sessions(Side.DESTINATION, database, role, "x")) {
            List<TableRoute> routes = new PostgresCatalog(from)
                    .tables(_ -> true).stream()
                            .map(TableInfo::schema)
                            .map(table -> route(table, name))
                            .toList();
            return Findings.of(new DestinationPrechecks(sessions, LEDGER)
                    .items(new PrecheckScope(task(), routes, Set.of(), Set.of(), false, Set.of(), "")));
        }
    }

    private TableRoute route(TableSchema source) {
        return route(source, source.table().name());
    }

    private TableRoute route(TableSchema source, String name) {
        TableId target = new TableId(database.name(), source.table().schema(), name);
        List<Integer> feeds = new ArrayList<>();
        for (int i = 0; i < source.columns().size(); i++) {
            feeds.add(i);
        }
        return new TableRoute(source, new TableSchema(target, 0, source.columns(), source.key()), feeds);
    }

    /** What the remedy says, done by the superuser. */
    void remedy(Finding finding) {
        sql.execute(finding.remedy());
    }

    /** Of a task that follows altered tables. */
    Finding alterations(NamedLog named) {
        try (Sessions sessions = sessions(Side.SOURCE, database, role, "x")) {
            return Findings.of(new SourcePrechecks(sessions, named, located(sessions))
                            .items(new PrecheckScope(
                                    task(Policies.DEFAULT, DdlPolicy.DEFAULT, Accounts.NONE, Placement.DEFAULT),
                                    List.of(),
                                    Set.of(),
                                    Set.of(),
                                    false,
                                    Set.of(),
                                    "")))
                    .get("source-alterations");
        }
    }

    /** Of a task file that says nothing of it. */
    static LogLocation located(Sessions sessions) {
        return new LogLocation(new Segments(sessions), LogPlace.AUTO);
    }

    static Task task(Stage... stages) {
        return task(Policies.DEFAULT, new DdlPolicy(Set.of()), Accounts.NONE, Placement.DEFAULT, stages);
    }

    private static final Placement LYING = new Placement(List.of(), List.of(), null, Placement.Storage.HEAP);

    /** A task that asks for everything that has an item of its own. */
    static PrecheckScope everything(Stage... stages) {
        Policies keeping = new Policies(
                Set.of(Operation.values()),
                Map.of(),
                ExistingTables.IGNORE,
                ConflictPolicy.OVERWRITE,
                TableErrors.STOP,
                BadValues.QUARANTINE);
        TableSchema table = new TableSchema(new TableId("a", "b", "c"), 1, List.of(), Key.NONE);
        TableRoute shaped = new TableRoute(table, table, List.of(), new Shaping(null, Map.of(), List.of()));
        Key key = new Key(Key.Kind.PRIMARY, List.of(), false);
        TableSchema keyed = new TableSchema(table.table(), 1, List.of(), key);
        TableRoute merged = new TableRoute(keyed, keyed, List.of(), null, new Origin("from here", false));
        return new PrecheckScope(
                task(keeping, DdlPolicy.DEFAULT, EVERYBODY, LYING, stages),
                List.of(shaped, merged, merged),
                Set.of(),
                Set.of(),
                false,
                Set.of(),
                "");
    }

    private static Task task(
            Policies policies, DdlPolicy ddl, Accounts accounts, Placement placement, Stage... stages) {
        Endpoint end = new Endpoint("postgresql", Map.of());
        return new Task(
                "checked",
                null,
                "",
                "",
                end,
                end,
                stages.length == 0 ? EnumSet.allOf(Stage.class) : Set.of(stages),
                null,
                new StartFrom.Now(),
                List.of(
                        new ObjectRule(
                                new ObjectPattern("public", false, "*", false, "public.*"),
                                null,
                                List.of(),
                                Map.of(),
                                null,
                                Map.of(),
                                Set.of(),
                                Partitions.KEEP,
                                null,
                                null,
                                placement),
                        ObjectRule.of(new ObjectPattern("shop", false, "*", false, "shop.*"))),
                List.of(),
                Capitalization.SOURCE,
                policies,
                "syncline",
                "",
                Tuning.DEFAULT,
                Retry.DEFAULT,
                Throttle.NONE,
                HoldBack.DEFAULT,
                SourceLog.DEFAULT,
                new Carry(Carry.DEFAULT.kinds(), accounts),
                EditedStatements.NONE,
                ddl);
    }

    static Sessions sessions(Side side, TestDatabase database, String role, String password) {
        return sessions(side, database.server().port(), database.name(), role, password);
    }

    static Sessions sessions(Side side, int port, String database, String role, String password) {
        return new Sessions(side, options(port, database, role, password), new SessionOptions("syncline test", ""));
    }

    /** Of a process that others know by this name. */
    static Sessions sessions(Side side, TestDatabase database, String application) {
        ConnectionOptions options =
                options(database.server().port(), database.name(), database.user(), database.password());
        return new Sessions(side, options, new SessionOptions(application, ""));
    }

    private static ConnectionOptions options(int port, String database, String role, String password) {
        return ConnectionOptions.to("127.0.0.1", port, database, role, new Secret(password), Tls.of(TlsMode.DISABLE));
    }

    @Override
    public void close() {
        sql.execute("DROP OWNED BY " + role + " CASCADE; DROP ROLE " + role);
        sql.close();
    }
}
