package io.syncline.postgresql.precheck;

import io.syncline.api.model.Column;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.api.task.ObjectRule;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether what is one row at the destination is one row of one segment: two segments may tell of theirs in any order (docs/design/segment-streams.md). Rows of a table lie by its
 * distribution columns, so that these must arrive, and be of the key that rows are found by.
 */
record DistributionKeys(PrecheckScope scope) {

    private static final String DISTRIBUTED = """
            SELECT wanted.oid,
                   ARRAY(SELECT a.attname::text
                           FROM unnest(p.distkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
                           JOIN pg_attribute a ON a.attrelid = p.localoid AND a.attnum = k.attnum
                          ORDER BY k.place) AS columns
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN gp_distribution_policy p ON p.localoid = wanted.oid
             WHERE p.policytype = 'p'""";

    private record Distribution(long table, List<String> columns) {}

    Finding look(CatalogSession session) {
        Map<Long, List<String>> distributed = new HashMap<>();
        session.query(
                        DISTRIBUTED,
                        row -> new Distribution(row.getLong("oid"), List.of((String[])
                                row.getArray("columns").getArray())),
                        CatalogSession.oids(scope.routes().stream()
                                .map(route -> route.source().version())
                                .collect(Collectors.toSet())))
                .forEach(found -> distributed.put(found.table(), found.columns()));
        List<String> wrong = new ArrayList<>();
        for (TableRoute route : scope.routes()) {
            for (String column : distributed.getOrDefault(route.source().version(), List.of())) {
                wrong.addAll(wrong(route, column));
            }
        }
        return wrong.isEmpty()
                ? Finding.passed("What is one row at the destination is one row of one segment.")
                : Finding.failed(
                        "Distribution columns are missing: " + String.join("; ", wrong) + ".",
                        "Rows that lie on different segments would be one row at the destination, and nothing says in which order their changes were made.",
                        "Carry the distribution columns, and name them in primaryKey; or distribute the source's table by columns of that key: ALTER TABLE ... SET DISTRIBUTED BY (...);");
    }

    private List<String> wrong(TableRoute route, String column) {
        TableId table = route.source().table();
        int arriving = arriving(route, column);
        if (arriving < 0) {
            return List.of("what arrives of " + table + " is without " + column);
        }
        List<Column> columns = route.destination().columns();
        Key key = route.destination().key();
        List<String> wrong = new ArrayList<>();
        if (key.exists() && !key.columns().contains(arriving)) {
            wrong.add("the key of " + route.destination().table() + " is without " + column + " of " + table);
        }
        ObjectRule rule = scope.task().rule(table.schema(), table.name());
        List<String> primary = rule == null ? List.of() : rule.placement().primaryKey();
        if (!primary.isEmpty() && !primary.contains(columns.get(arriving).name())) {
            wrong.add("primaryKey of " + table + " is without " + column);
        }
        return wrong;
    }

    /** The destination's column that a column of the source feeds as it is; below 0 without one. */
    private static int arriving(TableRoute route, String column) {
        List<Column> columns = route.source().columns();
        for (int i = 0; i < route.sourceColumns().size(); i++) {
            int from = route.sourceColumn(i);
            if (from != TableRoute.COMPUTED && columns.get(from).name().equals(column)) {
                return i;
            }
        }
        return -1;
    }
}
