package io.syncline.postgresql.precheck;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.task.Carried;
import io.syncline.api.task.Stage;
import io.syncline.api.task.Task;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PostgresCatalog;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.schema.SchemaReader;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The chosen tables themselves. */
final class SourceTableChecks {

    /**
     * Tables whose UPDATE and DELETE the server would refuse once they are published (T7): neither FULL, nor a valid, immediate index as replica identity
     * (relcache.c, RelationGetIndexList).
     */
    private static final String WITHOUT_IDENTITY = """
            SELECT c.oid, pg_has_role(c.relowner, 'USAGE') AS ours
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
             WHERE c.relreplident <> 'f'
               AND NOT EXISTS (SELECT FROM pg_index i
                                WHERE i.indrelid = c.oid AND i.indisvalid AND i.indimmediate
                                  AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE false END)""";

    /**
     * Tables and their partitions of which the log does not carry whole old rows. Where an index is named, the task found its key by it, and FULL would change that under a
     * started task: it must be there before.
     */
    private static final String NOT_WHOLE = """
            SELECT c.oid, c.relreplident <> 'i' AND pg_has_role(c.relowner, 'USAGE') AS ours
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
             WHERE c.relreplident <> 'f'""";

    private static final String OWNED = """
            SELECT c.oid, pg_has_role(c.relowner, 'USAGE') AS ours
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid""";

    private final Sessions sessions;
    private final ChosenTables chosen;
    private final ChosenLog log;
    private final Task task;
    private final Set<TableId> whole;
    private @Nullable List<TableSchema> schemas;

    private record Unidentified(long table, boolean ours) {
        static Unidentified of(ResultSet row) throws SQLException {
            return new Unidentified(row.getLong("oid"), row.getBoolean("ours"));
        }
    }

    /** @param whole tables with a filter or computed columns, whose changes need whole old rows (T8) */
    SourceTableChecks(Sessions sessions, ChosenTables chosen, ChosenLog log, Task task, Set<TableId> whole) {
        this.sessions = sessions;
        this.chosen = chosen;
        this.log = log;
        this.task = task;
        this.whole = Set.copyOf(whole);
    }

    /** I4: what a pattern matches and is not carried is told. */
    Finding notCarried(CatalogSession session) {
        List<String> refused = new ArrayList<>();
        List<String> left = new ArrayList<>();
        for (Relation other : chosen.others(session)) {
            String named = other.id() + " (" + other.kind().word() + ")";
            switch (other.kind()) {
                case PARTITION, INHERITANCE -> refused.add(named);
                case FOREIGN -> left.add(named);
                case VIEW -> leaveUnless(Carried.VIEWS, named, left);
                case MATERIALIZED_VIEW -> leaveUnless(Carried.MATERIALIZED_VIEWS, named, left);
                case TABLE, PARTITIONED -> throw new IllegalStateException("tables of their own are carried");
            }
        }
        chosen.partitions(session).stream()
                .filter(Partition::isForeign)
                .forEach(partition -> refused.add(partition.id() + " (partition that is a foreign table)"));
        if (!refused.isEmpty()) {
            return Finding.failed(
                    Listing.count(refused.size(), "object") + " of kinds that are not carried: "
                            + Listing.names(refused) + ".",
                    "A partition is carried with its partitioned table, not by itself. Rows of foreign tables and of tables with inheritance are not carried in this release, and would be missing.",
                    "Choose the partitioned table in place of its partition; detach foreign partitions; choose tables by patterns that do not match the others.");
        }
        List<String> partitioned = chosen.tables(session).stream()
                .filter(table -> table.kind() == Relation.Kind.PARTITIONED)
                .map(table -> table.id().toString())
                .toList();
        if (task.runs(Stage.INCREMENTAL) && !partitioned.isEmpty() && !log.makesPublication(session)) {
            return Finding.failed(
                    Listing.count(partitioned.size(), "partitioned table") + ": " + Listing.names(partitioned) + ".",
                    "Which partitions they have, and had when a change was made, is noted in a publication of the task's own (T9), and none is made.",
                    "Do what source-publication-right and source-table-owner say, and name no publication; or choose other tables.");
        }
        if (!left.isEmpty()) {
            return Finding.warning(
                    Listing.count(left.size(), "object") + " without rows of their own: " + Listing.names(left) + ".",
                    "Foreign tables are not carried; views are where the schema stage runs and the task file's carry does not say no.",
                    "Make them at the destination by hand, if they are wanted there.");
        }
        return Finding.passed("Everything that the patterns match is carried.");
    }

    private void leaveUnless(Carried kind, String named, List<String> left) {
        if (!task.runs(Stage.SCHEMA) || !task.carry().kinds().contains(kind)) {
            left.add(named);
        }
    }

    Finding replicaIdentity(CatalogSession session) {
        Map<Long, Relation> tables = chosen.withPartitions(session);
        List<String> ours = new ArrayList<>();
        List<String> others = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        List<Unidentified> unidentified =
                new ArrayList<>(session.query(WITHOUT_IDENTITY, Unidentified::of, chosen.oids(session)));
        unidentified.addAll(session.query(OWNED, Unidentified::of, CatalogSession.oids(keylessPartitions(session))));
        Set<Long> known = unidentified.stream().map(Unidentified::table).collect(Collectors.toSet());
        session.query(NOT_WHOLE, Unidentified::of, CatalogSession.oids(whole(session))).stream()
                .filter(table -> known.add(table.table()))
                .forEach(unidentified::add);
        for (Unidentified found : unidentified) {
            Relation table = Objects.requireNonNull(tables.get(found.table()));
            if (found.ours() && log.makesPublication(session)) {
                ours.add(table.id().toString());
            } else {
                others.add(table.id().toString());
                statements.add("ALTER TABLE ONLY " + Quoting.table(table.id()) + " REPLICA IDENTITY FULL;");
            }
        }
        if (!others.isEmpty()) {
            return Finding.failed(
                    Listing.count(others.size(), "table")
                            + " without a key in the log, or with a filter or computed columns and without whole rows in it: "
                            + Listing.names(others) + ".",
                    log.publishes(session)
                            ? "The server would refuse the applications' UPDATE and DELETE on a table without a key as soon as it is published; a filter needs the whole old row to know which rows leave."
                            : "The log would not say which rows were updated and deleted, or what they were. Where no publication is made, the start does not change that by itself.",
                    Listing.statements(statements));
        }
        if (!ours.isEmpty()) {
            return Finding.warning(
                    Listing.count(ours.size(), "table")
                            + " without a key in the log, or with a filter or computed columns and without whole rows in it: "
                            + Listing.names(ours) + ".",
                    "The start sets REPLICA IDENTITY FULL on them, so that updates and deletes log the whole old row; clean puts it back.",
                    "Nothing has to be done. To avoid it, give each a primary key and no filter.");
        }
        return Finding.passed("Every table's log tells its rows apart.");
    }

    /** T7: those whose own replica identity does not carry the key that their table's rows are found by. */
    private List<Long> keylessPartitions(CatalogSession session) {
        Map<Long, Set<String>> keys = new HashMap<>();
        for (TableSchema table : schemas(session)) {
            keys.put(
                    table.version(),
                    table.key().columns().stream()
                            .map(index -> table.columns().get(index).name())
                            .collect(Collectors.toSet()));
        }
        return chosen.partitions(session).stream()
                .filter(partition ->
                        !partition.isForeign() && !partition.logsKey(keys.getOrDefault(partition.root(), Set.of())))
                .map(Partition::oid)
                .toList();
    }

    private List<Long> whole(CatalogSession session) {
        Set<Long> oids = schemas(session).stream()
                .filter(table -> whole.contains(table.table()))
                .map(TableSchema::version)
                .collect(Collectors.toCollection(HashSet::new));
        List<Long> all = new ArrayList<>(oids);
        chosen.partitions(session).stream()
                .filter(partition -> !partition.isForeign() && oids.contains(partition.root()))
                .forEach(partition -> all.add(partition.oid()));
        return all;
    }

    /** T13: the old row in the log lacks generated columns, so that a DELETE would match too much. */
    Finding generatedKeys(CatalogSession session) {
        List<String> names = new ArrayList<>();
        for (TableSchema table : schemas(session)) {
            boolean generated =
                    table.key().columns().stream().map(table.columns()::get).anyMatch(Column::generated);
            if (generated) {
                names.add(table.table().toString());
            }
        }
        if (names.isEmpty()) {
            return Finding.passed("No key holds a generated column.");
        }
        return Finding.failed(
                Listing.count(names.size(), "key") + " with a generated column: " + Listing.names(names) + ".",
                "The log does not carry generated columns, so rows could not be found by such a key.",
                "Give the table a unique index over ordinary NOT NULL columns and make it the replica identity: ALTER TABLE ... REPLICA IDENTITY USING INDEX ...;");
    }

    /** @param followed tables of which changes are followed: the others need no log */
    Finding unlogged(CatalogSession session, ChosenTables followed) {
        List<Relation> all = unloggedOf(session, chosen);
        List<Relation> unlogged = unloggedOf(session, followed);
        if (all.isEmpty()) {
            return Finding.passed("All chosen tables are in the log.");
        }
        if (unlogged.isEmpty()) {
            return Finding.passed(Listing.count(all.size(), "unlogged table") + ": "
                    + Listing.names(ChosenTables.names(all))
                    + ". They are loaded anew from time to time, as refresh says.");
        }
        String found = Listing.count(unlogged.size(), "unlogged table") + ": "
                + Listing.names(ChosenTables.names(unlogged)) + ".";
        if (!task.runs(Stage.INCREMENTAL)) {
            return Finding.passed(found + " Their rows are loaded.");
        }
        return Finding.failed(
                found,
                "Changes of unlogged tables are in no log: the destination would stay as it was loaded.",
                "-- Or give them refresh in the task file, with which they are loaded anew from time to time.\n"
                        + Listing.statements(unlogged.stream()
                                .map(table -> "ALTER TABLE " + Quoting.table(table.id()) + " SET LOGGED;")
                                .toList()));
    }

    private static List<Relation> unloggedOf(CatalogSession session, ChosenTables tables) {
        return tables.withPartitions(session).values().stream()
                .filter(Relation::unlogged)
                .sorted(Comparator.comparing(Relation::id))
                .toList();
    }

    /** T43: only told, since such keys are applied in another way. */
    Finding deferrableKeys(CatalogSession session) {
        List<String> names = schemas(session).stream()
                .filter(table -> table.key().deferrable())
                .map(table -> table.table().toString())
                .toList();
        return Finding.passed(
                names.isEmpty()
                        ? "No key is deferrable."
                        : "Deferrable keys, applied without ON CONFLICT: " + Listing.names(names) + ".");
    }

    Finding leftOut(CatalogSession session) {
        List<String> left = new SchemaReader(sessions)
                .leftOut(ObjectScope.of(task, schemas(session))).stream()
                        .map(LeftOut::toString)
                        .toList();
        if (left.isEmpty()) {
            return Finding.passed("Everything that belongs to the chosen tables and schemas is carried.");
        }
        return Finding.warning(
                Listing.count(left.size(), "object") + " not carried: " + String.join("; ", left) + ".",
                "What is listed does not arrive with the tables.",
                "Make what is needed at the destination by hand: types, functions and extensions before the start, the rest at cutover.");
    }

    private List<TableSchema> schemas(CatalogSession session) {
        List<TableSchema> known = schemas;
        if (known == null) {
            Set<TableId> ids = chosen.tables(session).stream().map(Relation::id).collect(Collectors.toSet());
            known = new PostgresCatalog(sessions)
                    .tables(ids::contains).stream().map(TableInfo::schema).toList();
            schemas = known;
        }
        return known;
    }
}
