package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.ObjectScope;
import io.syncline.postgresql.schema.Part.Catalog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which candidates are carried: first what chosen tables and types cannot be without, then what belongs to chosen tables or schemas, with what that needs. What
 * needs something that is not carried is left out, with the reason (I4).
 */
final class ObjectSelection {

    private static final String CARRIED = "";

    private final Map<Part.Id, Candidate> candidates;
    private final Dependencies dependencies;
    private final ObjectScope scope;
    private final Set<Part.Id> tables;
    private final Function<Part.Id, String> name;

    private final Set<Part.Id> reached = new HashSet<>();
    private final Set<Part.Id> required = new LinkedHashSet<>();
    private final Set<Part.Id> optional = new LinkedHashSet<>();
    private final Set<Part.Id> types = new LinkedHashSet<>();
    private final Set<Part.Id> sequences = new LinkedHashSet<>();
    private final Map<Part.Id, String> verdicts = new HashMap<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    /**
     * @param tables oids of the chosen tables and their partitions
     * @param name the name, for people, of something that is no candidate
     */
    ObjectSelection(
            List<Candidate> candidates,
            Dependencies dependencies,
            ObjectScope scope,
            Collection<Long> tables,
            Function<Part.Id, String> name) {
        this.candidates = candidates.stream()
                .collect(Collectors.toMap(Candidate::id, candidate -> candidate, (a, _) -> a, LinkedHashMap::new));
        this.dependencies = dependencies;
        this.scope = scope;
        this.tables = tables.stream().map(Part.Id::relation).collect(Collectors.toSet());
        this.name = name;
    }

    /** @param wholeTypes types of schemas that are chosen as a whole */
    void select(Collection<Part.Id> wholeTypes) {
        require(tables);
        for (Part.Id type : wholeTypes) {
            String why = verdict(type);
            if (why.equals(CARRIED)) {
                types.add(type);
            } else {
                leftOut.add(new LeftOut(name.apply(type), why));
            }
        }
        for (Candidate candidate : candidates.values()) {
            if (isWanted(candidate) && !required.contains(candidate.id())) {
                String why = verdict(candidate.id());
                if (why.equals(CARRIED)) {
                    take(candidate.id());
                } else {
                    leftOut.add(new LeftOut(candidate.ref().toString(), why));
                }
            }
        }
        require(Set.copyOf(types));
        optional.removeAll(required);
    }

    /** Candidates that rows need. */
    List<Candidate> required() {
        return required.stream().map(this::candidate).toList();
    }

    List<Candidate> optional() {
        return optional.stream().map(this::candidate).toList();
    }

    List<Long> types() {
        return types.stream().map(Part.Id::oid).toList();
    }

    List<Long> sequences() {
        return sequences.stream().map(Part.Id::oid).toList();
    }

    List<LeftOut> leftOut() {
        return List.copyOf(leftOut);
    }

    /** The candidates, relations and types that something needs; what comes with another object (a member of an extension) stands for what it comes with. */
    Set<Part.Id> needs(Part.Id object) {
        Set<Part.Id> needs = new LinkedHashSet<>();
        Set<Part.Id> seen = new HashSet<>();
        Deque<Part.Id> waiting = new ArrayDeque<>(dependencies.of(object));
        while (!waiting.isEmpty()) {
            Part.Id next = waiting.pop();
            if (!seen.add(next)) {
                continue;
            }
            if (candidates.containsKey(next) || tables.contains(next) || next.catalog() == Catalog.SEQUENCE) {
                needs.add(next);
            } else if (isOfAnExtension(next)) {
                dependencies.of(next).stream()
                        .filter(candidates::containsKey)
                        .filter(owner -> owner.catalog() == Catalog.EXTENSION)
                        .forEach(needs::add);
            } else if (next.catalog() == Catalog.TYPE || next.catalog() == Catalog.RELATION) {
                needs.add(next);
            } else {
                waiting.addAll(dependencies.of(next));
            }
        }
        return needs;
    }

    private boolean isOfAnExtension(Part.Id object) {
        return dependencies.of(object).stream().anyMatch(owner -> owner.catalog() == Catalog.EXTENSION);
    }

    private void require(Set<Part.Id> roots) {
        Deque<Part.Id> waiting = new ArrayDeque<>(roots);
        while (!waiting.isEmpty()) {
            Part.Id root = waiting.pop();
            if (!reached.add(root)) {
                continue;
            }
            for (Part.Id need : needs(root)) {
                Candidate candidate = candidates.get(need);
                if (candidate != null && candidate.relation() != 0) {
                    continue; // what belongs to a table (a constraint trigger) is nothing that it is made of
                }
                if (candidate != null && isUsable(candidate, root)) {
                    required.add(need);
                    waiting.add(need);
                } else if (candidate == null && need.catalog() == Catalog.TYPE) {
                    types.add(need);
                    waiting.add(need);
                } else if (need.catalog() == Catalog.SEQUENCE) {
                    sequences.add(need);
                }
            }
        }
    }

    private boolean isUsable(Candidate candidate, Part.Id neededBy) {
        String why = candidate.why();
        if (why == null && candidate.id().catalog() == Catalog.EXTENSION && !scope.carries(candidate.kind())) {
            why = "carry." + candidate.kind().key() + " is false";
        }
        if (why != null && reached.add(candidate.id())) {
            leftOut.add(new LeftOut(
                    candidate.ref().toString(),
                    name.apply(neededBy) + " needs it, and " + why
                            + "; the destination must have it before the schema is made"));
        }
        return why == null;
    }

    private boolean isWanted(Candidate candidate) {
        if (!scope.carries(candidate.kind())) {
            return false;
        }
        if (candidate.relation() == 0) {
            ObjectRef ref = candidate.ref();
            return candidate.id().catalog() == Catalog.RELATION
                    ? scope.isChosen(ref.schema(), ref.name())
                    : scope.isWhole(ref.schema());
        }
        Part.Id relation = Part.Id.relation(candidate.relation());
        Candidate view = candidates.get(relation);
        return tables.contains(relation)
                || (view != null && isWanted(view) && verdict(relation).equals(CARRIED));
    }

    /** {@link #CARRIED}, or why it is not. Circles, such as an operator and its commutator, do not speak against what is in them. */
    private String verdict(Part.Id object) {
        String known = verdicts.putIfAbsent(object, CARRIED);
        if (known != null) {
            return known;
        }
        Candidate candidate = candidates.get(object);
        String why = candidate == null ? null : candidate.why();
        if (why == null) {
            why = needs(object).stream()
                    .map(this::missing)
                    .filter(reason -> !reason.equals(CARRIED))
                    .findFirst()
                    .orElse(CARRIED);
        }
        verdicts.put(object, why);
        return why;
    }

    private String missing(Part.Id need) {
        Candidate candidate = candidates.get(need);
        if (candidate == null) {
            boolean there = tables.contains(need) || need.catalog() == Catalog.SEQUENCE;
            if (need.catalog() == Catalog.RELATION && !there) {
                return "it needs " + name.apply(need) + ", which is not chosen";
            }
            return there ? CARRIED : verdict(need);
        }
        if (need.catalog() == Catalog.RELATION && !isWanted(candidate)) {
            return "it needs " + candidate.ref() + ", which is not chosen";
        }
        String why = verdict(need);
        return why.equals(CARRIED) ? CARRIED : "it needs " + candidate.ref() + ", which is not carried: " + why;
    }

    /** An object that is wanted, with all that it needs, unless the task leaves that kind to others. */
    private void take(Part.Id root) {
        Deque<Part.Id> waiting = new ArrayDeque<>(List.of(root));
        while (!waiting.isEmpty()) {
            Part.Id next = waiting.pop();
            if (!optional.add(next)) {
                continue;
            }
            for (Part.Id need : needs(next)) {
                @Nullable Candidate candidate = candidates.get(need);
                if (candidate != null && scope.carries(candidate.kind())) {
                    waiting.add(need);
                } else if (candidate == null && need.catalog() == Catalog.TYPE) {
                    types.add(need);
                } else if (need.catalog() == Catalog.SEQUENCE) {
                    sequences.add(need);
                }
            }
        }
    }

    private Candidate candidate(Part.Id id) {
        Candidate candidate = candidates.get(id);
        if (candidate == null) {
            throw new IllegalStateException("no candidate was selected: " + id);
        }
        return candidate;
    }
}
