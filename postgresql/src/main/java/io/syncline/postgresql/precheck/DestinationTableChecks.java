package io.syncline.postgresql.precheck;

import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables that rows are to be written into. */
final class DestinationTableChecks {

    private static final int EMPTINESS_AT_ONCE = 200;

    /** Tables, views, sequences and indexes share one namespace (pg_class). */
    private static final String TAKEN = """
            SELECT t.schema, t.name, c.relkind
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name""";

    private static final String KEYS = """
            SELECT t.schema, t.name,
                   (SELECT array_agg(a.attname::text)
                      FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
                      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE k.position <= i.indnkeyatts) AS columns
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
              JOIN pg_index i ON i.indrelid = c.oid
             WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL""";

    /** In Greenplum 6 the storage is a letter: a of rows and c of columns that are appended. */
    private static final String APPENDED = """
            SELECT t.schema, t.name
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
             WHERE c.relstorage IN ('a', 'c')""";

    /** Of a table under policies the server shows no row at all: with row_security off it refuses. */
    private static final String READABLE = """
            SELECT t.schema, t.name
              FROM unnest(?::text[], ?::text[]) AS t (schema, name)
              JOIN pg_namespace n ON n.nspname = t.schema
              JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
             WHERE has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
               AND NOT (c.relrowsecurity AND row_security_active(c.oid))""";

    private final Sessions sessions;
    private final PrecheckScope scope;
    private final LedgerTables ledger;

    DestinationTableChecks(Sessions sessions, PrecheckScope scope, LedgerTables ledger) {
        this.sessions = sessions;
        this.scope = scope;
        this.ledger = ledger;
    }

    /** For tasks with the schema stage: what has a table's name already must be ours. */
    Finding names(CatalogSession session) {
        Set<TableId> ours = ours(session);
        List<String> taken =
                DestinationTables.query(
                                session, TAKEN, row -> id(row.getString("schema"), row.getString("name")), targets())
                        .stream()
                        .filter(table -> !ours.contains(table))
                        .map(TableId::toString)
                        .toList();
        if (taken.isEmpty()) {
            return Finding.passed("No table of the same name is in the way.");
        }
        return Finding.failed(
                Listing.count(taken.size(), "table") + " of the same name at the destination: " + Listing.names(taken)
                        + ".",
                "The schema stage makes its tables itself, and never touches those of others.",
                "Drop or rename them, give the tables other destination names, or leave the schema stage out to write into them.");
    }

    /** For tasks without the schema stage: the tables must be there, and take what the source's rows hold. */
    Finding shapes(CatalogSession session) {
        Map<TableId, TableSchema> existing = existing();
        List<String> failed = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        for (TableRoute route : scope.routes()) {
            TableId id = route.destination().table();
            TableSchema there = existing.get(id(id.schema(), id.name()));
            if (there == null) {
                failed.add(id + " does not exist, or is no ordinary table");
            } else {
                compare(route, there, failed, differing);
            }
        }
        failed.addAll(required(session, existing));
        if (!failed.isEmpty()) {
            return Finding.failed(
                    String.join("; ", failed) + ".",
                    "The source's rows would not find their place.",
                    "Bring the tables into the shape of the source's, or add the schema stage to the task.");
        }
        if (!differing.isEmpty()) {
            return Finding.warning(
                    String.join("; ", differing) + ".",
                    "A value that does not fit the destination's type stops the task, unless onBadValue says otherwise.",
                    "Give the columns the source's types, unless the difference is wanted.");
        }
        return Finding.passed("The tables have the shape of the source's.");
    }

    /** Changes find their rows by a unique index over the key's columns. */
    Finding keys(CatalogSession session) {
        Map<TableId, Set<Set<String>>> unique = new HashMap<>();
        record Found(TableId table, Set<String> columns) {}
        DestinationTables.query(
                        session,
                        KEYS,
                        row -> new Found(id(row.getString("schema"), row.getString("name")), Set.of((String[])
                                row.getArray("columns").getArray())),
                        targets())
                .forEach(found -> unique.computeIfAbsent(found.table(), _ -> new HashSet<>())
                        .add(found.columns()));
        Set<TableId> keyless = new HashSet<>(withoutUniqueIndexes(session));
        List<String> names = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        for (TableRoute route : scope.routes()) {
            TableSchema table = route.destination();
            TableId id = id(table.table().schema(), table.table().name());
            if (table.key().exists()
                    && !names.contains(id.toString())
                    && !unique.getOrDefault(id, Set.of()).contains(Set.copyOf(keyColumns(route)))) {
                names.add(id.toString());
                statements.add(
                        keyless.contains(id)
                                ? "-- make " + id
                                        + " a heap: append-optimised tables of this release have no unique indexes"
                                : "ALTER TABLE " + Quoting.table(id) + " ADD PRIMARY KEY ("
                                        + keyColumns(route).stream()
                                                .map(Quoting::identifier)
                                                .collect(Collectors.joining(", "))
                                        + ");");
            }
        }
        if (names.isEmpty()) {
            return Finding.passed("Each table has a unique index over its key.");
        }
        return Finding.failed(
                Listing.count(names.size(), "table") + " without a unique index over the source's key"
                        + " (with merge: origin, over it and the origin): " + Listing.names(names) + ".",
                "A change could not find its row, or would find several.",
                Listing.statements(statements));
    }

    /** Tables that are there and can have no key. */
    private List<TableId> withoutUniqueIndexes(CatalogSession session) {
        return switch (session.dialect()) {
            case POSTGRESQL, GREENPLUM_7 -> List.of();
            case GREENPLUM_6 ->
                DestinationTables.query(
                        session, APPENDED, row -> id(row.getString("schema"), row.getString("name")), targets());
        };
    }

    /** T26: rows that are not ours could neither be told from ours nor be kept when a table has to be loaded again. */
    Finding emptiness(CatalogSession session) {
        Map<TableId, TableSchema> existing = existing();
        Set<TableId> foreign = new HashSet<>(existing.keySet());
        foreign.removeAll(ours(session));
        List<TableId> tables = readable(session, foreign);
        List<TableId> filled = new ArrayList<>();
        for (int from = 0; from < tables.size(); from += EMPTINESS_AT_ONCE) {
            filled.addAll(filled(tables.subList(from, Math.min(from + EMPTINESS_AT_ONCE, tables.size()))));
        }
        if (filled.isEmpty() && tables.size() < foreign.size()) {
            return Finding.warning(
                    "not checked for " + Listing.count(foreign.size() - tables.size(), "table"),
                    "The role may not read them, or not all of their rows.",
                    "Give the role its rights on the tables first, then run the precheck again.");
        }
        if (filled.isEmpty()) {
            return Finding.passed("The tables are empty.");
        }
        return switch (scope.task().policies().existingTables()) {
            case IGNORE -> new ExistingRows(sessions, scope).kept(filled);
            case CLEAR -> new ExistingRows(sessions, scope).cleared(filled);
            case PRECHECK -> {
                List<String> names = filled.stream().map(TableId::toString).toList();
                yield Finding.failed(
                        Listing.count(filled.size(), "table") + " with rows: " + Listing.names(names) + ".",
                        "Rows that are there already would meet the source's, and would be lost when a table has to be loaded again.",
                        Listing.statements(names.stream()
                                .map(name -> "-- empty or move the rows of " + name)
                                .toList()));
            }
        };
    }

    /** Each portion in a session of its own, since locks last until its end (T41). */
    private List<TableId> filled(List<TableId> portion) {
        String query = portion.stream()
                .map(table ->
                        "SELECT " + portion.indexOf(table) + " WHERE EXISTS (SELECT FROM " + Quoting.table(table) + ")")
                .collect(Collectors.joining(" UNION ALL "));
        try (CatalogSession session = CatalogSession.open(sessions)) {
            return session.query(query, row -> portion.get(row.getInt(1)));
        }
    }

    private static void compare(TableRoute route, TableSchema there, List<String> failed, List<String> differing) {
        for (int i = 0; i < route.destination().columns().size(); i++) {
            Column wanted = route.destination().columns().get(i);
            Column from = route.sourceColumn(i) == TableRoute.COMPUTED
                    ? wanted
                    : route.source().columns().get(route.sourceColumn(i));
            int at = there.indexOf(wanted.name());
            if (at < 0) {
                failed.add(there.table() + " has no column " + wanted.name());
                continue;
            }
            Column to = there.columns().get(at);
            if (to.generated()) {
                failed.add("column " + to.name() + " of " + there.table() + " is generated");
            } else if (!to.type().name().equals(from.type().name())) {
                differing.add("column " + to.name() + " of " + there.table() + " is "
                        + to.type().name() + ", not " + from.type().name());
            } else if (from.nullable() && !to.nullable()) {
                differing.add("column " + to.name() + " of " + there.table() + " takes no NULL");
            }
        }
    }

    /** Columns that no row of ours fills, and that need a value. */
    private List<String> required(CatalogSession session, Map<TableId, TableSchema> existing) {
        Map<Long, TableId> byOid = new HashMap<>();
        existing.values().forEach(table -> byOid.put(table.version(), table.table()));
        Set<String> filled = new HashSet<>();
        for (TableRoute route : scope.routes()) {
            String table = route.destination().table() + " ";
            route.destination().columns().forEach(column -> filled.add(table + column.name()));
            if (route.origin() != null) {
                filled.add(table + Origin.COLUMN);
            }
        }
        return session
                .query(
                        """
                        SELECT c.oid, a.attname
                          FROM unnest(?::oid[]) AS wanted (oid)
                          JOIN pg_class c ON c.oid = wanted.oid
                          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                         WHERE a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''""",
                        row -> {
                            long oid = row.getLong("oid");
                            String column = row.getString("attname");
                            return byOid.get(oid) + " " + column;
                        },
                        CatalogSession.oids(byOid.keySet()))
                .stream()
                .filter(column -> !filled.contains(column))
                .map(column -> column + " is NOT NULL without a default, and no column of the source fills it")
                .toList();
    }

    /** The catalog's tables of the chosen names, in this database's name. */
    private Map<TableId, TableSchema> existing() {
        Set<TableId> wanted = new HashSet<>(targets());
        return new PostgresCatalog(sessions, ledger.schema())
                .tables(wanted::contains).stream()
                        .map(TableInfo::schema)
                        .collect(Collectors.toMap(TableSchema::table, table -> table));
    }

    /** What the scope names, and what the ledger lists for a task of this name, which may have stopped before it planned a load. */
    private Set<TableId> ours(CatalogSession session) {
        Set<TableId> ours = new HashSet<>();
        scope.ours().forEach(table -> ours.add(id(table.schema(), table.name())));
        if (!readable(session, Set.of(id(ledger.schema(), "object"))).isEmpty()) {
            ours.addAll(session.query(
                    "SELECT o.schema_name, o.name FROM " + ledger.object() + " o JOIN " + ledger.task()
                            + " t ON t.id = o.task WHERE t.name = ?::text AND o.kind = 'TABLE'",
                    row -> id(row.getString("schema_name"), row.getString("name")),
                    scope.task().name()));
        }
        return ours;
    }

    /** Those of the tables that exist and that the role may read. */
    private List<TableId> readable(CatalogSession session, Set<TableId> tables) {
        return DestinationTables.query(
                session, READABLE, row -> id(row.getString("schema"), row.getString("name")), tables);
    }

    private List<TableId> targets() {
        return scope.routes().stream()
                .map(route -> id(
                        route.destination().table().schema(),
                        route.destination().table().name()))
                .distinct()
                .toList();
    }

    private TableId id(String schema, String name) {
        return new TableId(sessions.connection().database(), schema, name);
    }

    private static List<String> keyColumns(TableRoute route) {
        TableSchema table = route.destination();
        List<String> columns = new ArrayList<>(table.key().columns().stream()
                .map(index -> table.columns().get(index).name())
                .toList());
        if (route.origin() != null && route.origin().inKey()) {
            columns.add(Origin.COLUMN);
        }
        return columns;
    }
}
