package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.NamedLog;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The items of a PostgreSQL source. Those of stages that the task does not run are left out. */
public final class SourcePrechecks {

    private final Sessions sessions;
    private final NamedLog named;

    /** @param named what the task file names */
    public SourcePrechecks(Sessions sessions, NamedLog named) {
        this.sessions = sessions;
        this.named = named;
    }

    public List<PrecheckItem> items(PrecheckScope scope) {
        boolean incremental = scope.task().runs(Stage.INCREMENTAL);
        Probe probe = new Probe(sessions);
        ChosenTables chosen = new ChosenTables(sessions, scope.task());
        ChosenLog log = new ChosenLog(chosen, named, scope.resuming());
        SourceRightChecks rights = new SourceRightChecks(sessions, chosen, log, scope.task());
        SourceTableChecks tables = new SourceTableChecks(sessions, chosen, log, scope.task(), shaped(scope));

        List<PrecheckItem> items = new ArrayList<>();
        items.add(new ConnectionItem(probe));
        items.add(item(probe, "version", "Source version", new VersionCheck(Side.SOURCE, scope)::look));
        items.add(item(
                probe, "encoding", "Source encoding", new EncodingCheck(Side.SOURCE, incremental ? log : null)::look));
        items.add(item(probe, "select", "Right to read tables", rights::select));
        if (scope.task().runs(Stage.SCHEMA)) {
            items.add(item(probe, "sequences", "Right to read sequences", rights::sequences));
        }
        items.add(item(probe, "row-security", "Row security", rights::rowSecurity));
        items.add(item(probe, "kinds", "Kinds of tables", tables::notCarried));
        items.add(item(probe, "unlogged", "Unlogged tables", tables::unlogged));
        if (scope.task().runs(Stage.SCHEMA)) {
            items.add(item(probe, "left-out", "Objects that are not carried", tables::leftOut));
        }
        MergedKeys merged = new MergedKeys(scope);
        if (!merged.isEmpty()) {
            items.add(item(probe, "merged-keys", "Keys of merged tables", merged::look));
        }
        if (incremental) {
            items.add(item(
                    probe,
                    "start",
                    "Where changes begin",
                    session -> log.start(session, scope.task().startFrom())));
            items.addAll(incremental(
                    probe, new PlaceChecks(scope), new SourceLogChecks(sessions, log), log, rights, tables));
        }
        return items;
    }

    private static Set<TableId> shaped(PrecheckScope scope) {
        return scope.routes().stream()
                .filter(route -> route.shaping() != null)
                .map(route -> route.source().table())
                .collect(Collectors.toSet());
    }

    private static List<PrecheckItem> incremental(
            Probe probe,
            PlaceChecks places,
            SourceLogChecks log,
            ChosenLog reading,
            SourceRightChecks rights,
            SourceTableChecks tables) {
        return List.of(
                item(probe, "primary", "Source is a primary", log::primary),
                item(probe, "wal-level", "Write-ahead log level", log::level),
                item(probe, "replication-slots", "Free replication slots", places::slots),
                item(probe, "wal-senders", "Free WAL senders", places::senders),
                item(probe, "log-limits", "How long the log is kept", log::limits),
                item(probe, "replication-right", "Right to replicate", rights::replication),
                item(probe, "replication-connection", "Connection for replication", log::walsender),
                item(probe, "truncate", "TRUNCATE in the log", log::truncates),
                item(probe, "renames", "Tables in the log", log::renames),
                item(probe, "publication", "Publication that the task file names", reading::publication),
                item(probe, "slot", "Slot that the task file names", reading::slotNamed),
                item(probe, "publication-right", "Right to make a publication", rights::createPublication),
                item(probe, "table-owner", "Ownership of tables", rights::ownership),
                item(probe, "alterations", "Following altered tables", rights::alterations),
                item(probe, "replica-identity", "Keys and replica identity", tables::replicaIdentity),
                item(probe, "generated-keys", "Keys with generated columns", tables::generatedKeys),
                item(probe, "deferrable-keys", "Deferrable keys", tables::deferrableKeys),
                item(probe, "long-transactions", "Long transactions", log::longTransactions),
                item(probe, "prepared-transactions", "Prepared transactions", log::preparedTransactions));
    }

    private static PrecheckItem item(Probe probe, String id, String title, Function<CatalogSession, Finding> look) {
        return new ProbeItem(probe, "source-" + id, title, look);
    }
}
