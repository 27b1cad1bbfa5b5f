package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.util.ArrayList;
import java.util.List;

/** Rows that the destination holds before the load, and a task that says what becomes of them. */
final class ExistingRows {

    /** ON CONFLICT takes no deferrable constraint (PostgreSQL documentation, INSERT), and before 11 no partitioned table. */
    private static final String REFUSED = """
            SELECT t.schema || '.' || t.name || CASE WHEN c.relkind = 'p' THEN ' (partitioned)' ELSE ' (' || k.conname || ')' END
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
              LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.condeferrable AND k.contype IN ('p', 'u', 'x')
             WHERE k.oid IS NOT NULL
                OR (c.relkind = 'p' AND current_setting('server_version_num')::int < 110000) ORDER BY 1""";

    private static final int COUNTED = 50;

    private final Sessions sessions;
    private final PrecheckScope scope;

    ExistingRows(Sessions sessions, PrecheckScope scope) {
        this.sessions = sessions;
        this.scope = scope;
    }

    /** For tasks that keep rows: whether collisions with them can be found. */
    Finding canBeKept(CatalogSession session) {
        if (!session.dialect().hasOnConflict()) {
            return Finding.failed(
                    "The server's INSERT knows no ON CONFLICT.",
                    "With existingTables: ignore the load leaves out rows that collide with others, and without it they are not found.",
                    "Empty the tables and leave existingTables out, or use existingTables: clear.");
        }
        List<String> refused = DestinationTables.query(
                session,
                REFUSED,
                row -> row.getString(1),
                scope.routes().stream()
                        .filter(route -> route.origin() == null)
                        .map(route -> route.destination().table())
                        .toList());
        if (refused.isEmpty()) {
            return Finding.passed("Rows that collide with those that are there can be left out.");
        }
        return Finding.failed(
                Listing.count(refused.size(), "deferrable constraint or partitioned table") + ": "
                        + Listing.names(refused) + ".",
                "With existingTables: ignore the load leaves out rows that collide with others, and the server's ON CONFLICT does not look at these.",
                "Make the constraints NOT DEFERRABLE, or empty the tables and leave existingTables out.");
    }

    /** @param filled tables that hold rows */
    Finding kept(List<TableId> filled) {
        return Finding.warning(
                counts(filled),
                "existingTables: ignore keeps these rows: those of the source that collide with them are left out of the load, and come with their next change. Until then, and for rows that only the destination has, the two sides differ.",
                "Go on when that is wanted; compare shows the differences.");
    }

    /** @param filled tables that hold rows */
    Finding cleared(List<TableId> filled) {
        return Finding.warning(
                counts(filled),
                "existingTables: clear deletes these rows before the load.",
                "Go on when they may go: run with --confirm-clear "
                        + sessions.connection().database() + ".");
    }

    private String counts(List<TableId> filled) {
        List<String> counts = new ArrayList<>();
        for (TableId table : filled.stream().sorted().limit(COUNTED).toList()) {
            try (CatalogSession session = CatalogSession.open(sessions)) {
                long rows = session.query("SELECT count(*) FROM " + Quoting.table(table), row -> row.getLong(1))
                        .getFirst();
                counts.add(table + " (" + rows + (rows == 1 ? " row)" : " rows)"));
            }
        }
        String more = filled.size() <= COUNTED ? "" : " and " + (filled.size() - COUNTED) + " more";
        return Listing.count(filled.size(), "table") + " with rows: " + String.join(", ", counts) + more + ".";
    }
}
