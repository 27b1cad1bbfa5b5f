package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.ObjectRef;
import io.syncline.api.schema.ObjectScope;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Comment;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.api.task.Carried;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PartitionReader;
import io.syncline.postgresql.session.Sessions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads the objects that tables consist of and depend on, and those of schemas that are chosen as a whole, at one moment (but for the values of sequences, which no snapshot holds). The number of queries does not
 * depend on the number of tables (T41).
 */
public final class SchemaReader {

    private static final String COLUMN_TYPES = """
            SELECT DISTINCT a.atttypid
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_attribute a ON a.attrelid = wanted.oid AND a.attnum > 0 AND NOT a.attisdropped""";

    private final Sessions sessions;

    public SchemaReader(Sessions sessions) {
        this.sessions = sessions;
    }

    /**
     * @param scope with tables as the catalog of the same server gave them; their version is the oid
     * @throws SyncException SOURCE_SCHEMA_CHANGED when one of them is gone
     */
    public SchemaPlan read(ObjectScope scope) {
        Read read = readCatalog(scope);
        List<SchemaObject> objects = new ArrayList<>(read.objects());
        objects.addAll(new SequenceValues(sessions).read(read.sequences()));
        objects.addAll(read.comments());
        objects.sort(Comparator.comparing(SchemaObject::phase));
        return new SchemaPlan(objects, read.leftOut());
    }

    /** What {@link #read} would leave out, without asking for the values of sequences, which needs further rights. */
    public List<LeftOut> leftOut(ObjectScope scope) {
        return readCatalog(scope).leftOut();
    }

    private Read readCatalog(ObjectScope scope) {
        Map<Long, TableId> byOid = new LinkedHashMap<>();
        scope.tables().stream()
                .sorted(Comparator.comparing(TableSchema::table))
                .forEach(table -> byOid.put(table.version(), table.table()));
        try (CatalogSession session = CatalogSession.open(sessions)) {
            for (Partition partition :
                    PartitionReader.read(session, sessions.connection().database(), List.copyOf(byOid.keySet()))) {
                if (!partition.isForeign()) {
                    byOid.put(partition.oid(), partition.id());
                }
            }
            return read(session, scope, byOid);
        }
    }

    static SyncException gone(TableId table) {
        return new SyncException(
                ErrorCode.SOURCE_SCHEMA_CHANGED,
                "source: the table " + table + " was dropped or made anew while its structure was read",
                "Start the task again.");
    }

    private record Read(
            List<? extends SchemaObject> objects,
            List<SequenceReader.Found> sequences,
            List<? extends SchemaObject> comments,
            List<LeftOut> leftOut) {}

    private static Read read(CatalogSession session, ObjectScope scope, Map<Long, TableId> tables) {
        List<LeftOut> leftOut = new ArrayList<>();
        CandidateReader others = new CandidateReader(session, scope);
        ObjectSelection selection = new ObjectSelection(
                others.candidates(), Dependencies.read(session), scope, tables.keySet(), others::name);
        selection.select(others.types());
        Set<Long> typesInUse = new LinkedHashSet<>(selection.types());
        typesInUse.addAll(
                session.query(COLUMN_TYPES, row -> row.getLong("atttypid"), CatalogSession.oids(tables.keySet())));
        TypeReader typeReader = new TypeReader(session);
        List<Part> types = typeReader.read(typesInUse);
        List<Long> typeOids = types.stream().map(part -> part.id().oid()).toList();
        TableReader.Tables shells = new TableReader(session, tables).read();
        Set<Long> sequencesInUse = new LinkedHashSet<>(selection.sequences());
        sequencesInUse.addAll(others.sequences(leftOut));
        List<SequenceReader.Found> sequences = new SequenceReader(session, tables).read(typeOids, sequencesInUse);
        IndexReader.Indexes indexes = new IndexReader(session, tables).read();
        ForeignKeyReader.ForeignKeys foreignKeys = new ForeignKeyReader(session, tables).read();
        Definitions definitions = new Definitions(selection, tables);

        List<SchemaObject> made = new ArrayList<>();
        sequences.stream()
                .filter(found -> !found.identity())
                .map(SequenceReader.Found::sequence)
                .forEach(made::add);
        List<Part> parts = new ArrayList<>(types);
        parts.addAll(shells.parts());
        made.addAll(CreationOrder.of(definitions.beforeLoad(parts)));
        List<SchemaObject> dependents = CreationOrder.of(definitions.dependents());

        List<SchemaObject> objects = new ArrayList<>(made);
        objects.addAll(dependents);
        objects.addAll(0, namespaces(objects));
        Unwanted unwanted = new Unwanted(scope);
        objects.addAll(unwanted.without(indexes.objects()));
        objects.addAll(unwanted.without(foreignKeys.keys()));
        objects.addAll(shells.late());
        objects.addAll(SequenceReader.owners(sequences));

        leftOut.addAll(foreignKeys.leftOut());
        leftOut.addAll(typeReader.leftOut());
        leftOut.addAll(indexes.invalid());
        leftOut.addAll(selection.leftOut());
        leftOut.addAll(unwanted.leftOut());
        List<Long> sequenceOids =
                sequences.stream().map(SequenceReader.Found::oid).toList();
        List<Comment> comments = scope.carries(Carried.COMMENTS)
                ? new CommentReader(session).read(tables, typeOids, sequenceOids, objects)
                : List.of();
        if (!scope.carry().accounts().exist()) {
            return new Read(objects, sequences, comments, leftOut);
        }
        AccountReader accounts = new AccountReader(session, scope.carry().accounts());
        objects.addAll(0, accounts.read());
        GrantReader grants = new GrantReader(session, accounts.names());
        Set<String> schemas = objects.stream()
                .filter(Namespace.class::isInstance)
                .map(namespace -> namespace.ref().name())
                .collect(Collectors.toSet());
        objects.addAll(grants.read(granted(tables, types, sequences, selection), schemas));
        leftOut.addAll(accounts.leftOut());
        leftOut.addAll(grants.defaults(schemas));
        return new Read(objects, sequences, comments, leftOut);
    }

    /** What rights are granted on, but for schemas. An identity column's sequence needs none. */
    private static Map<Part.Id, ObjectRef> granted(
            Map<Long, TableId> tables,
            List<Part> types,
            List<SequenceReader.Found> sequences,
            ObjectSelection selection) {
        Map<Part.Id, ObjectRef> granted = new LinkedHashMap<>();
        tables.forEach((oid, table) -> granted.put(
                Part.Id.relation(oid), new ObjectRef(ObjectRef.Kind.TABLE, table.schema(), "", table.name())));
        types.forEach(type -> granted.put(type.id(), type.object().ref()));
        sequences.stream()
                .filter(found -> !found.identity())
                .forEach(found -> granted.put(
                        Part.Id.relation(found.oid()), found.sequence().ref()));
        Stream.concat(selection.required().stream(), selection.optional().stream())
                .filter(candidate -> candidate.why() == null)
                .filter(candidate -> candidate.id().catalog() == Part.Catalog.ROUTINE
                        || candidate.id().catalog() == Part.Catalog.RELATION)
                .forEach(candidate -> granted.put(candidate.id(), candidate.ref()));
        return granted;
    }

    /** Names that begin with pg_ are those of the server's own schemas, in which extensions may lie. */
    private static List<Namespace> namespaces(List<SchemaObject> objects) {
        TreeSet<String> names = new TreeSet<>();
        objects.stream()
                .map(object -> object.ref().schema())
                .filter(name -> !name.startsWith("pg_"))
                .forEach(names::add);
        return names.stream().map(Namespace::new).toList();
    }
}
