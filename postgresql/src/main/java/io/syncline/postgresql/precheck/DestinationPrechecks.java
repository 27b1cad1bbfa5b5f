package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ExistingTables;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The items of a PostgreSQL destination. Those of stages that the task does not run are left out. */
public final class DestinationPrechecks {

    private final Sessions sessions;
    private final LedgerTables ledger;

    public DestinationPrechecks(Sessions sessions, LedgerTables ledger) {
        this.sessions = sessions;
        this.ledger = ledger;
    }

    public List<PrecheckItem> items(PrecheckScope scope) {
        boolean makes = scope.task().runs(Stage.SCHEMA);
        boolean incremental = scope.task().runs(Stage.INCREMENTAL);
        Probe probe = new Probe(sessions);
        DestinationServerChecks server = new DestinationServerChecks(sessions, scope);
        DestinationRightChecks rights = new DestinationRightChecks(sessions, scope, ledger.schema());
        DestinationTableChecks tables = new DestinationTableChecks(sessions, scope, ledger);

        List<PrecheckItem> items = new ArrayList<>();
        items.add(new ConnectionItem(probe));
        items.add(item(probe, "version", "Destination version", new VersionCheck(Side.DESTINATION, scope)::look));
        items.add(item(probe, "release", "What the tables need", new ReleaseCheck(scope)::look));
        items.add(item(probe, "encoding", "Destination encoding", new EncodingCheck(Side.DESTINATION, null)::look));
        items.add(item(probe, "primary", "Destination is a primary", server::writable));
        items.add(item(probe, "ledger", "Right to keep the ledger", rights::ledger));
        items.add(item(probe, "temporary", "Right to make temporary tables", rights::temporary));
        items.add(item(probe, "schemas", "Schemas", rights::targets));
        items.add(item(probe, "names", "Length of names", server::names));
        if (scope.routes().stream().anyMatch(route -> route.shaping() != null)) {
            items.add(item(
                    probe,
                    "expressions",
                    "Filters and computed columns",
                    new ExpressionCheck(sessions, scope.routes())::look));
        }
        if (scope.task().objects().stream().anyMatch(rule -> rule.placement().isSaid())) {
            items.add(item(
                    probe,
                    "distribution",
                    "Where tables lie",
                    session -> new DistributionCheck(sessions.dialect(), scope).look(session)));
        }
        if (makes && scope.task().carry().accounts().exist()) {
            items.add(item(probe, "accounts", "Right to make roles", new AccountCheck(sessions)::look));
        }
        if (makes) {
            items.add(item(probe, "tables", "Tables of the same name", tables::names));
        } else {
            items.add(item(probe, "shapes", "Shape of the tables", tables::shapes));
            items.add(item(probe, "table-rights", "Right to write the tables", rights::tables));
            items.add(item(probe, "row-security", "Row security", rights::rowSecurity));
            if (incremental) {
                items.add(item(probe, "keys", "Keys of the tables", tables::keys));
            }
            if (scope.task().runs(Stage.FULL)) {
                items.add(item(probe, "empty", "Rows that are there already", tables::emptiness));
                if (scope.task().policies().existingTables() == ExistingTables.IGNORE) {
                    items.add(item(
                            probe,
                            "kept-rows",
                            "Constraints beside rows that stay",
                            new ExistingRows(sessions, scope)::canBeKept));
                }
            }
        }
        if (scope.task().policies().badValues() != BadValues.STOP) {
            items.add(item(probe, "bad-values", "Tables that stop at bad values", new BadValueCheck(scope)::look));
        }
        items.add(item(
                probe,
                "triggers",
                "Triggers, rules and foreign keys",
                new DestinationTriggerChecks(new ActingObjects(sessions), scope)::look));
        if (incremental) {
            items.add(item(probe, "replica-role", "Right to silence triggers", server::replicaRole));
            items.add(item(probe, "standbys", "Asynchronous standbys", server::standbys));
        }
        return items;
    }

    private static PrecheckItem item(Probe probe, String id, String title, Function<CatalogSession, Finding> look) {
        return new ProbeItem(probe, "destination-" + id, title, look);
    }
}
