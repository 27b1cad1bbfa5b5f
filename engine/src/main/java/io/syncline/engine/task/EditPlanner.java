package io.syncline.engine.task;

import io.syncline.api.apply.BadValue.Quarantined;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.port.CatalogReader.TableInfo;
import io.syncline.api.port.Ledger.Return;
import io.syncline.api.port.Ledger.SuspendedEntry;
import io.syncline.api.port.Ledger.TableEntry;
import io.syncline.api.port.Ledger.TaskMemory;
import io.syncline.api.task.Task;
import io.syncline.engine.route.RecordedCatalog;
import io.syncline.engine.route.RoutePlan;
import io.syncline.engine.route.RoutePlanner;
import io.syncline.engine.task.EditPlan.Effect;
import io.syncline.engine.task.EditPlan.Line;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares an edited task file with what the ledger has, table by table (docs/design/edits.md). It only looks. */
final class EditPlanner {

    private static final String WHEN =
            " It holds from the next attempt of the run on, which is at once where one goes on.";

    /** Of which nothing can be told from the rows that are there. */
    static final Set<String> FIXED = Set.of(
            AcceptedWords.STAGES,
            AcceptedWords.EXISTING_TABLES,
            AcceptedWords.CAPITALIZATION,
            AcceptedWords.START_FROM);

    static final Set<String> FIXED_OF_TABLE = Set.of(AcceptedWords.MERGE, AcceptedWords.PARTITIONS);

    /** What is edited without a table's being loaded for it. */
    static final Set<String> HARMLESS = Set.of(AcceptedWords.OPERATIONS, AcceptedWords.REFRESH_EVERY);

    private final Task task;
    private final Link link;
    private final TaskMemory memory;
    private final Map<TableId, String> accepted;
    private final Map<TableId, TableEntry> carried = new TreeMap<>();
    private final Map<TableId, SuspendedEntry> suspended = new HashMap<>();
    private final Map<TableId, Long> quarantined = new HashMap<>();

    /**
     * @param accepted as the ledger has it
     * @param quarantined rows that the ledger has instead of the destination
     */
    EditPlanner(Task task, Link link, TaskMemory memory, Map<TableId, String> accepted, List<Quarantined> quarantined) {
        this.task = task;
        this.link = link;
        this.memory = memory;
        this.accepted = accepted;
        memory.tables().forEach(table -> carried.put(table.source(), table));
        memory.suspended().forEach(table -> suspended.put(table.source(), table));
        quarantined.forEach(rows -> this.quarantined.put(rows.source(), rows.rows()));
    }

    /** @throws SyncException EDIT_REFUSED while the rows are still being copied, or where nothing tells what was edited, TASK_FILE_INVALID when the file's objects do not fit the source */
    EditPlan plan() {
        requireSynchronized();
        requireKnown();
        List<Line> lines = new ArrayList<>(ofTask());
        RoutePlan chosen = chosen();
        chosen.notices().forEach(notice -> lines.add(Line.ofTask("objects", Effect.NONE, notice, "")));
        Map<TableId, TableInfo> there = destinations(chosen);
        EditedTable tables = new EditedTable(task, hindrance(), there);
        Set<TableId> left = new TreeSet<>(carried.keySet());
        left.addAll(suspended.keySet());
        left.removeIf(table -> returns(table) == Return.LEAVING);
        for (RoutePlan.Planned planned : chosen.tables()) {
            TableId table = planned.route().source().table();
            left.remove(table);
            line(tables, planned).ifPresent(lines::add);
        }
        boolean ends = left.containsAll(active());
        left.forEach(table -> lines.add(ends ? last(table) : removed(table)));
        return new EditPlan(lines);
    }

    private void requireSynchronized() {
        if (!Attempt.isSynchronized(memory)) {
            throw new SyncException(
                    ErrorCode.EDIT_REFUSED,
                    "only a task that applies changes, and has once been SYNCHRONIZING, goes on with an edited file; this one copies rows",
                    "Wait until the task is SYNCHRONIZING; or clean it and start it anew with the edited file.");
        }
    }

    private void requireKnown() {
        Set<TableId> unknown = active();
        unknown.removeAll(accepted.keySet());
        if (!unknown.isEmpty()) {
            throw new SyncException(
                    ErrorCode.EDIT_REFUSED,
                    "the ledger is of an older program, and does not tell what the task file said of "
                            + unknown.iterator().next() + (unknown.size() > 1 ? " and others" : ""),
                    "Start the task once with the file as it was; then edit and apply it.");
        }
    }

    private List<Line> ofTask() {
        AcceptedWords was = AcceptedWords.read(memory.task().accepted());
        return was.changes(AcceptedWords.of(task)).stream()
                .map(key -> FIXED.contains(key)
                        ? Line.ofTask(
                                key,
                                Effect.REFUSED,
                                key + " was edited, and the rows that are there came about as it said before",
                                "Undo the edit of " + key + "; or clean the task and start it anew.")
                        : Line.ofTask(key, Effect.NONE, key + " was edited." + WHEN, ""))
                .toList();
    }

    /** The tables where the task stands, with what the edited file says; the destination's shapes do not count yet. */
    private RoutePlan chosen() {
        return new RoutePlanner(
                        task, memory.task().task().id(), link.destination().database())
                .started(RecordedCatalog.of(link.source(), memory), null);
    }

    private Map<TableId, TableInfo> destinations(RoutePlan chosen) {
        Set<TableId> wanted = new TreeSet<>();
        chosen.routes().forEach(route -> wanted.add(route.destination().table()));
        Map<TableId, TableInfo> there = new HashMap<>();
        link.destination()
                .catalog()
                .tables(wanted::contains)
                .forEach(info -> there.put(info.schema().table(), info));
        return there;
    }

    private Optional<String> hindrance() {
        return Newcomers.hindrance(task, link.source().changeLog(memory.task().task()));
    }

    private Optional<Line> line(EditedTable tables, RoutePlan.Planned planned) {
        TableId table = planned.route().source().table();
        TableEntry entry = carried.get(table);
        Return returns = returns(table);
        if (returns == Return.LEAVING || (entry == null && returns == null)) {
            return Optional.of(tables.added(planned.route()));
        }
        return entry == null ? Optional.empty() : line(tables, planned, entry, returns);
    }

    private Optional<Line> line(
            EditedTable tables, RoutePlan.Planned planned, TableEntry entry, @Nullable Return returns) {
        TableId table = entry.source();
        if (!isSameName(entry, planned)) {
            return Optional.of(Line.refused(
                    table,
                    "it would go to " + planned.route().destination().table() + ", and its rows are in "
                            + entry.destination(),
                    "Undo the edit of `to`; or clean the task and start it anew."));
        }
        Set<String> changes = changes(entry, planned);
        if (changes.isEmpty()) {
            return Optional.empty();
        }
        if (changes.contains(AcceptedWords.REFRESH)) {
            changes.remove(AcceptedWords.REFRESH_EVERY);
        } else if (changes.equals(Set.of(AcceptedWords.REFRESH_EVERY))) {
            return Optional.of(Line.of(
                    table,
                    Effect.NONE,
                    "how often it is loaded anew was edited: that counts from its last refresh." + WHEN));
        }
        String edited = String.join(", ", changes) + " edited";
        if (changes.stream().anyMatch(FIXED_OF_TABLE::contains)) {
            return Optional.of(Line.refused(
                    table,
                    edited + ": the table and its rows came about as it said before",
                    "Undo the edit; or clean the task and start it anew."));
        }
        if (HARMLESS.containsAll(changes)) {
            return Optional.of(Line.of(
                    table,
                    Effect.NONE,
                    edited
                            + ": what was left out before stays left out, unless `control FILE resync` loads the table anew."
                            + WHEN));
        }
        boolean comesBackAnyway = returns == Return.NOT_ASKED || returns == Return.ASKED;
        return Optional.of(
                comesBackAnyway
                        ? Line.of(
                                table,
                                Effect.NONE,
                                edited + ": it is suspended, and is loaded as the file says when it comes back")
                        : tables.reloaded(planned.route(), edited));
    }

    private Set<String> changes(TableEntry entry, RoutePlan.Planned planned) {
        return AcceptedWords.read(accepted.getOrDefault(entry.source(), "")).changes(AcceptedWords.of(planned));
    }

    /** The database's own name may be another by now. */
    static boolean isSameName(TableEntry entry, RoutePlan.Planned planned) {
        TableId is = planned.route().destination().table();
        return entry.destination().schema().equals(is.schema())
                && entry.destination().name().equals(is.name());
    }

    private @Nullable Return returns(TableId table) {
        SuspendedEntry entry = suspended.get(table);
        return entry == null ? null : entry.returns();
    }

    /** What is carried at this moment. */
    private Set<TableId> active() {
        Set<TableId> active = new TreeSet<>(carried.keySet());
        active.removeAll(suspended.keySet());
        return active;
    }

    private Line removed(TableId table) {
        long rows = quarantined.getOrDefault(table, 0L);
        return Line.of(
                        table,
                        Effect.REMOVED,
                        "it is chosen no more: its further changes are not applied, its rows at the destination stay"
                                + (rows == 0 ? "" : ", those in quarantine (" + rows + ") are forgotten"))
                .needingConsent();
    }

    private static Line last(TableId table) {
        return Line.refused(
                table,
                "it is chosen no more, and no table that the task carries now would be left: that is another task",
                "Leave a table that is carried in the file until others have joined; or clean the task and start it anew.");
    }
}
