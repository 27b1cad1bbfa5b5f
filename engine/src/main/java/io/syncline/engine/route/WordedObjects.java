package io.syncline.engine.route;

import io.syncline.api.model.Column;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.SchemaObject.Action;
import io.syncline.api.schema.SchemaObject.Definition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives objects that are made by the source's own words a place at the destination. Only the name of the table that they belong to can be replaced in such words; one
 * that names another table with another name or other columns there is left out, listed (I4), unless rows need it.
 */
final class WordedObjects {

    private static final Pattern WORD = Pattern.compile("\"(?:[^\"]|\"\")+\"|[\\p{L}_][\\p{L}\\p{N}_$]*");

    /** What differs, by source table: for people. */
    private final Map<TableId, String> renamed = new HashMap<>();

    private final Map<TableId, String> reshaped = new HashMap<>();
    private final Map<String, TableId> words = new HashMap<>();

    WordedObjects(Collection<TableRoute> routes) {
        for (TableRoute route : routes) {
            TableId source = route.source().table();
            TableId target = route.destination().table();
            goes(source, target);
            if (route.origin() != null) {
                reshaped.put(source, source + " is merged into " + target);
            } else if (!columns(route.source().columns())
                    .equals(columns(route.destination().columns()))) {
                reshaped.put(source, source + " has other columns at the destination");
            }
        }
    }

    /** A table that goes with another one, such as a partition. */
    void goes(TableId source, TableId target) {
        if (!source.schema().equals(target.schema()) || !source.name().equals(target.name())) {
            renamed.put(source, source + " is " + target + " at the destination");
            words.put(source.name(), source);
        }
    }

    /** A partition of a table that has none at the destination. */
    void dissolves(TableId partition) {
        renamed.put(partition, partition + " is no table at the destination");
    }

    Optional<Definition> map(Definition definition, @Nullable TableId target, List<LeftOut> leftOut) {
        String why = definition.required() ? null : why(definition.table(), definition.text(), definition.names());
        if (why != null) {
            leftOut.add(new LeftOut(definition.ref().toString(), why));
            return Optional.empty();
        }
        return Optional.of(new Definition(
                ref(definition.ref(), target),
                definition.phase(),
                target,
                definition.text(),
                definition.names(),
                definition.required()));
    }

    Optional<Action> map(Action action, TableId target, List<LeftOut> leftOut) {
        String why = why(action.table(), action.text(), action.names());
        if (why != null) {
            leftOut.add(new LeftOut(action.ref().toString(), why));
            return Optional.empty();
        }
        return Optional.of(
                new Action(ref(action.ref(), target), target, action.text(), action.names(), action.firing()));
    }

    private @Nullable String why(@Nullable TableId table, List<String> text, Set<TableId> names) {
        List<String> reasons = new ArrayList<>();
        for (TableId named : names) {
            note(renamed.get(named), reasons);
            note(reshaped.get(named), reasons);
        }
        if (table != null) {
            note(reshaped.get(table), reasons);
            if (text.size() == 1) {
                note(renamed.get(table), reasons);
            }
        }
        if (reasons.isEmpty() && !words.isEmpty()) {
            for (String piece : text) {
                note(spoken(piece), reasons);
            }
        }
        return reasons.isEmpty() ? null : "its words are not rewritten, and " + reasons.getFirst();
    }

    /** A name in a body that the server does not look into until it runs. */
    private @Nullable String spoken(String text) {
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            String word = matcher.group();
            String name =
                    word.startsWith("\"") ? word.substring(1, word.length() - 1).replace("\"\"", "\"") : word;
            TableId table = words.get(name);
            if (table != null) {
                return renamed.get(table);
            }
        }
        return null;
    }

    private static void note(@Nullable String reason, List<String> reasons) {
        if (reason != null) {
            reasons.add(reason);
        }
    }

    private static List<String> columns(List<Column> columns) {
        return columns.stream()
                .filter(column -> !column.generated())
                .map(Column::name)
                .toList();
    }

    private static ObjectRef ref(ObjectRef ref, @Nullable TableId target) {
        return target == null || ref.parent().isEmpty()
                ? ref
                : new ObjectRef(ref.kind(), target.schema(), target.name(), ref.name());
    }
}
