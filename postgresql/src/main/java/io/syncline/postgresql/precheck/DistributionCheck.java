package io.syncline.postgresql.precheck;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.ObjectRule;
import io.syncline.api.task.Placement;
import io.syncline.api.task.Placement.Storage;
import io.syncline.api.task.Placement.TableType;
import io.syncline.api.task.Stage;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where tables of a destination with segments shall lie: combinations that its server would refuse only when the rows are there. */
record DistributionCheck(Dialect dialect, PrecheckScope scope) {

    private static final String LIES = """
            SELECT CASE p.policytype WHEN 'r' THEN 'replicated' ELSE 'hash' END AS type,
                   ARRAY(SELECT a.attname::text
                           FROM unnest(p.distkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
                           JOIN pg_attribute a ON a.attrelid = p.localoid AND a.attnum = k.attnum
                          ORDER BY k.place) AS columns
              FROM gp_distribution_policy p
              JOIN pg_class c ON c.oid = p.localoid
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = ? AND c.relname = ?""";

    Finding look(CatalogSession session) {
        List<String> wrong = new ArrayList<>();
        int said = 0;
        for (TableRoute route : scope.routes()) {
            Placement placement = placement(route);
            if (placement.isSaid()) {
                said++;
                String why =
                        dialect.isDistributed() ? wrong(session, route, placement) : "the destination has no segments";
                if (why != null) {
                    wrong.add(route.destination().table() + ": " + why);
                }
            }
        }
        return wrong.isEmpty()
                ? Finding.passed(
                        said == 0
                                ? "The tables lie as their keys and the server have it."
                                : said + " tables lie as the task file says.")
                : Finding.failed(
                        "Tables cannot lie as the task file says: " + String.join("; ", wrong) + ".",
                        "The server would refuse the table, or its key when the rows are there.",
                        "Correct primaryKey, distributedBy, tableType or storage of these tables in the task file.");
    }

    private Placement placement(TableRoute route) {
        TableId table = route.source().table();
        ObjectRule rule = scope.task().rule(table.schema(), table.name());
        return rule == null ? Placement.DEFAULT : rule.placement();
    }

    private @Nullable String wrong(CatalogSession session, TableRoute route, Placement placement) {
        List<String> columns =
                route.destination().columns().stream().map(Column::name).toList();
        List<String> key =
                route.destination().key().columns().stream().map(columns::get).toList();
        for (List<String> named : List.of(placement.primaryKey(), placement.distributedBy())) {
            for (String column : named) {
                if (!columns.contains(column)) {
                    return "it has no column " + column;
                }
            }
        }
        if (!scope.task().runs(Stage.SCHEMA)) {
            return differing(session, route, placement);
        }
        if (!placement.primaryKey().isEmpty()
                && (key.isEmpty() || !placement.primaryKey().containsAll(key))) {
            return key.isEmpty()
                    ? "its rows have no key at the source, so nothing proves that those of primaryKey are unique and not null"
                    : "primaryKey lacks columns of the source's key " + key + ", so nothing proves that it is unique";
        }
        List<String> primary = placement.primaryKey().isEmpty() ? key : placement.primaryKey();
        if (!primary.isEmpty() && !primary.containsAll(placement.distributedBy())) {
            return "distributedBy names columns that are not of its key " + primary;
        }
        if (placement.tableType() == TableType.HASH
                && primary.isEmpty()
                && placement.distributedBy().isEmpty()) {
            return "it has no key, and distributedBy names no columns";
        }
        Storage storage = placement.storage();
        if (storage == Storage.BEAM && !hasBeam(session)) {
            return "the server has no storage beam, which is that of AnalyticDB for PostgreSQL 7";
        }
        return null;
    }

    private static boolean hasBeam(CatalogSession session) {
        return session.serverVersion() >= 120000
                && !session.query("SELECT 1 FROM pg_am WHERE amname = 'beam'", row -> row.getInt(1))
                        .isEmpty();
    }

    private record Lying(String type, List<String> columns) {}

    /** Tables that are there lie as they do. */
    private static @Nullable String differing(CatalogSession session, TableRoute route, Placement placement) {
        TableId table = route.destination().table();
        List<Lying> found = session.query(
                LIES,
                row -> new Lying(row.getString("type"), List.of((String[])
                        row.getArray("columns").getArray())),
                table.schema(),
                table.name());
        if (found.isEmpty()) {
            return null;
        }
        Lying lies = found.getFirst();
        TableType said = placement.tableType();
        String type = lies.type().equals("hash") && lies.columns().isEmpty() ? "random" : lies.type();
        if (said != null && !said.name().toLowerCase(Locale.ROOT).equals(type)) {
            return "it is there, and " + type;
        }
        return placement.distributedBy().isEmpty() || placement.distributedBy().equals(lies.columns())
                ? null
                : "it is there, distributed by " + lies.columns();
    }
}
