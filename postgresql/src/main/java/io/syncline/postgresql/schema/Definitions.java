package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Action;
import io.syncline.api.schema.SchemaObject.Definition;
import io.syncline.api.schema.SchemaObject.Phase;
import io.syncline.postgresql.schema.Part.Catalog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the objects of what was selected, with what each has to wait for. */
final class Definitions {

    private final ObjectSelection selection;
    private final Map<Long, TableId> tables;

    Definitions(ObjectSelection selection, Map<Long, TableId> tables) {
        this.selection = selection;
        this.tables = tables;
    }

    /**
     * What rows need, and extensions.
     *
     * @param structure types and tables, as far as their parts are known
     */
    List<Part> beforeLoad(List<Part> structure) {
        List<Part> parts = new ArrayList<>();
        for (Part part : structure) {
            Set<Part.Id> needs = new HashSet<>(part.needs());
            needs.addAll(selection.needs(part.id()));
            parts.add(new Part(part.id(), part.object(), needs));
        }
        selection
                .required()
                .forEach(candidate -> parts.add(part(candidate, Phase.BEFORE_LOAD, !isExtension(candidate))));
        selection.optional().stream()
                .filter(Definitions::isExtension)
                .forEach(candidate -> parts.add(part(candidate, Phase.BEFORE_LOAD, false)));
        return parts;
    }

    List<Part> dependents() {
        return selection.optional().stream()
                .filter(candidate -> !isExtension(candidate))
                .map(candidate -> part(candidate, Phase.DEPENDENTS, false))
                .toList();
    }

    /** Whether rows really need an extension shows when what they need of it is made. */
    private static boolean isExtension(Candidate candidate) {
        return candidate.id().catalog() == Catalog.EXTENSION;
    }

    private Part part(Candidate candidate, Phase phase, boolean required) {
        Set<Part.Id> needs = new HashSet<>(selection.needs(candidate.id()));
        if (candidate.relation() != 0) {
            needs.add(Part.Id.relation(candidate.relation()));
        }
        return new Part(candidate.id(), object(candidate, phase, required, needs), needs);
    }

    private SchemaObject object(Candidate candidate, Phase phase, boolean required, Set<Part.Id> needs) {
        @Nullable TableId table = tables.get(candidate.relation());
        Set<TableId> names = new HashSet<>();
        for (Part.Id need : needs) {
            TableId named = need.catalog() == Catalog.RELATION ? tables.get(need.oid()) : null;
            if (named != null && !(named.equals(table) && candidate.text().size() > 1)) {
                names.add(named);
            }
        }
        if (candidate.firing() != null && table != null) {
            return new Action(candidate.ref(), table, candidate.text(), names, candidate.firing());
        }
        // A view keeps its name.
        List<String> text = table == null ? List.of(candidate.whole()) : candidate.text();
        return new Definition(candidate.ref(), phase, table, text, names, required);
    }
}
