package io.syncline.engine.task;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a started task when it goes on with its edited file.
 *
 * @param lines of the task as a whole first, then of tables by name; nothing of what stays as it is
 */
public record EditPlan(List<Line> lines) {

    /** What becomes of a table's rows. */
    public enum Effect {
        /** They stay, and it is carried further; what was edited holds from the next attempt on. */
        NONE,
        /** It is loaded, then follows. */
        ADDED,
        /** They are loaded anew. */
        RELOADED,
        /** They stay, and no further change reaches them. */
        REMOVED,
        /** Nothing of the file is applied. */
        REFUSED;

        /** In lower case. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param of a key of the task file, or a table by its source name
     * @param table null when it is about the task as a whole
     * @param what is the edit, and what it comes to
     * @param consented whether the user has to agree: rows that are there go, or are left behind
     * @param remedy of what is refused; else empty
     */
    public record Line(
            String of, @Nullable TableId table, Effect effect, String what, boolean consented, String remedy) {

        static Line ofTask(String key, Effect effect, String what, String remedy) {
            return new Line(key, null, effect, what, false, remedy);
        }

        /** What is neither refused nor needs consent. */
        static Line of(TableId table, Effect effect, String what) {
            return new Line(table.toString(), table, effect, what, false, "");
        }

        static Line refused(TableId table, String what, String remedy) {
            return new Line(table.toString(), table, Effect.REFUSED, what, false, remedy);
        }

        Line needingConsent() {
            return new Line(of, table, effect, what, true, remedy);
        }

        /** How consent to it is written. */
        String consent() {
            return effect.word() + " " + of;
        }
    }

    public EditPlan {
        lines = List.copyOf(lines);
    }

    public List<Line> of(Effect effect) {
        return lines.stream().filter(line -> line.effect() == effect).toList();
    }

    /** The tables of which this becomes. */
    Set<TableId> tables(Effect... effects) {
        Set<Effect> wanted = Set.of(effects);
        Set<TableId> tables = new TreeSet<>();
        for (Line line : lines) {
            TableId table = line.table();
            if (table != null && wanted.contains(line.effect())) {
                tables.add(table);
            }
        }
        return tables;
    }

    /** What the user has to agree to. */
    public Set<String> consents() {
        return lines.stream().filter(Line::consented).map(Line::consent).collect(Collectors.toCollection(TreeSet::new));
    }

    /** @throws SyncException EDIT_REFUSED when some of it cannot be */
    public void requireApplicable() {
        List<Line> refused = of(Effect.REFUSED);
        if (!refused.isEmpty()) {
            Line first = refused.getFirst();
            throw new SyncException(
                    ErrorCode.EDIT_REFUSED,
                    "the edited task file cannot be applied, and nothing of it was: " + first.of() + ": " + first.what()
                            + (refused.size() > 1 ? "; and " + (refused.size() - 1) + " more" : ""),
                    first.remedy());
        }
    }

    /** @throws SyncException EDIT_REFUSED when it needs more consent than was given: the plan is not the one that the user saw */
    void requireConsent(Collection<String> given) {
        Set<String> lacking = new TreeSet<>(consents());
        lacking.removeAll(given);
        if (!lacking.isEmpty()) {
            throw new SyncException(
                    ErrorCode.EDIT_REFUSED,
                    "what the edited file comes to is not what was agreed to: " + String.join(", ", lacking)
                            + " came since; nothing of it was applied",
                    "Look at the plan again with `syncline apply FILE --plan`.");
        }
    }

    /** In a sentence. */
    String summary() {
        if (of(Effect.ADDED).isEmpty()
                && of(Effect.RELOADED).isEmpty()
                && of(Effect.REMOVED).isEmpty()) {
            return "no rows are touched";
        }
        return count(Effect.ADDED) + ", " + count(Effect.RELOADED) + ", " + count(Effect.REMOVED);
    }

    private String count(Effect effect) {
        int tables = of(effect).size();
        return tables + (tables == 1 ? " table " : " tables ") + effect.word();
    }
}
