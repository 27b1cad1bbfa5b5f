package io.syncline.postgresql.schema;

import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.task.Carried;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.PostgresCatalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads all objects of a database that a scope could want beside tables. */
final class CandidateReader {

    private static final String TYPES = """
            SELECT t.oid, n.nspname
              FROM pg_type t
              JOIN pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_class c ON c.oid = t.typrelid
             WHERE t.oid >= 16384
               AND n.nspname !~ '^pg_'
               AND n.nspname <> 'information_schema'
               AND (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')
                    OR (t.typtype = 'b' AND t.typcategory <> 'A'))
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
             ORDER BY n.nspname, t.typname""";

    /** Those that no table owns. */
    private static final String SEQUENCES = """
            SELECT c.oid, n.nspname, c.relname, has_sequence_privilege(c.oid, 'SELECT') AS readable
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'S'
               AND c.relpersistence <> 't'
               AND n.nspname !~ '^pg_'
               AND NOT EXISTS (SELECT FROM pg_depend d
                                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i', 'e'))
             ORDER BY n.nspname, c.relname""";

    private final CatalogSession session;
    private final ObjectScope scope;
    private final Map<Part.Id, String> names = new HashMap<>();

    CandidateReader(CatalogSession session, ObjectScope scope) {
        this.session = session;
        this.scope = scope;
    }

    List<Candidate> candidates() {
        List<Candidate> candidates = new ArrayList<>();
        Stream.of(NamedQueries.ALL, RoutineQueries.ALL, RelationQueries.ALL)
                .flatMap(List::stream)
                .filter(query -> session.serverVersion() >= query.since())
                .forEach(query -> candidates.addAll(
                        session.query(query.sql(), row -> Candidate.of(query, row, scope.carries(Carried.COMMENTS)))));
        candidates.removeIf(candidate -> candidate.ref().schema().equals(PostgresCatalog.DEFAULT_LEDGER_SCHEMA));
        return candidates;
    }

    /** Types of schemas that are chosen as a whole. */
    List<Part.Id> types() {
        if (!scope.carries(Carried.TYPES)) {
            return List.of();
        }
        return session.query(TYPES, row -> new Owned(row.getLong("oid"), row.getString("nspname"), "", true)).stream()
                .filter(this::isWanted)
                .map(type -> Part.Id.type(type.oid()))
                .toList();
    }

    /**
     * Sequences of schemas that are chosen as a whole, which no table owns.
     *
     * @param leftOut gets those whose value may not be read
     */
    List<Long> sequences(List<LeftOut> leftOut) {
        if (!scope.carries(Carried.SEQUENCES)) {
            return List.of();
        }
        List<Owned> wanted = session
                .query(
                        SEQUENCES,
                        row -> new Owned(
                                row.getLong("oid"),
                                row.getString("nspname"),
                                row.getString("relname"),
                                row.getBoolean("readable")))
                .stream()
                .filter(this::isWanted)
                .toList();
        wanted.stream()
                .filter(sequence -> !sequence.readable())
                .forEach(sequence -> leftOut.add(new LeftOut(
                        "sequence " + sequence.schema() + "." + sequence.name(),
                        "the role may not read its value (GRANT SELECT ON SEQUENCE)")));
        return wanted.stream().filter(Owned::readable).map(Owned::oid).toList();
    }

    /** What the server calls an object. */
    String name(Part.Id id) {
        return names.computeIfAbsent(
                id,
                _ -> session.query(
                                "SELECT coalesce(pg_describe_object(?::regclass, ?::oid, 0), 'something that was dropped')",
                                row -> row.getString(1),
                                id.catalog() == Part.Catalog.SEQUENCE
                                        ? "pg_class"
                                        : id.catalog().table(),
                                String.valueOf(id.oid()))
                        .getFirst());
    }

    private record Owned(long oid, String schema, String name, boolean readable) {}

    private boolean isWanted(Owned object) {
        return scope.isWhole(object.schema());
    }
}
