package io.syncline.postgresql.schema;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.schema.LeftOut;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.schema.SchemaObject.Namespace;
import io.syncline.api.schema.SchemaPlan;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Partition;
import io.syncline.postgresql.catalog.PartitionReader;
import io.syncline.postgresql.session.Sessions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads the objects that tables consist of and depend on, at one moment (but for the values of sequences, which no snapshot holds). The number of queries does not
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
     * @param tables as the catalog of the same server gave them; their version is the oid
     * @throws SyncException SOURCE_SCHEMA_CHANGED when one of them is gone
     */
    public SchemaPlan read(List<TableSchema> tables) {
        Read read = readCatalog(tables);
        List<SchemaObject> objects = new ArrayList<>(read.objects());
        objects.addAll(new SequenceValues(sessions).read(read.sequences()));
        objects.addAll(read.comments());
        objects.sort(Comparator.comparing(SchemaObject::phase));
        return new SchemaPlan(objects, read.leftOut());
    }

    /** What {@link #read} would leave out, without asking for the values of sequences, which needs further rights. */
    public List<LeftOut> leftOut(List<TableSchema> tables) {
        return readCatalog(tables).leftOut();
    }

    private Read readCatalog(List<TableSchema> tables) {
        Map<Long, TableId> byOid = new LinkedHashMap<>();
        tables.stream()
                .sorted(Comparator.comparing(TableSchema::table))
                .forEach(table -> byOid.put(table.version(), table.table()));
        try (CatalogSession session = CatalogSession.open(sessions)) {
            for (Partition partition :
                    PartitionReader.read(session, sessions.connection().database(), List.copyOf(byOid.keySet()))) {
                if (!partition.isForeign()) {
                    byOid.put(partition.oid(), partition.id());
                }
            }
            return read(session, byOid);
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

    private static Read read(CatalogSession session, Map<Long, TableId> tables) {
        List<Long> columnTypes =
                session.query(COLUMN_TYPES, row -> row.getLong("atttypid"), CatalogSession.oids(tables.keySet()));
        TypeReader typeReader = new TypeReader(session);
        List<Part> types = typeReader.read(columnTypes);
        List<Long> typeOids = types.stream().map(part -> part.id().oid()).toList();
        TableReader.Tables shells = new TableReader(session, tables).read();
        List<SequenceReader.Found> sequences = new SequenceReader(session, tables).read(typeOids);
        IndexReader.Indexes indexes = new IndexReader(session, tables).read();
        ForeignKeyReader.ForeignKeys foreignKeys = new ForeignKeyReader(session, tables).read();

        List<SchemaObject> made = new ArrayList<>();
        sequences.stream()
                .filter(found -> !found.identity())
                .map(SequenceReader.Found::sequence)
                .forEach(made::add);
        List<Part> parts = new ArrayList<>(types);
        parts.addAll(shells.parts());
        made.addAll(CreationOrder.of(parts));

        List<SchemaObject> objects = new ArrayList<>(namespaces(made));
        objects.addAll(made);
        objects.addAll(indexes.objects());
        objects.addAll(foreignKeys.keys());
        objects.addAll(shells.late());
        objects.addAll(SequenceReader.owners(sequences));

        List<LeftOut> leftOut = new ArrayList<>(foreignKeys.leftOut());
        leftOut.addAll(typeReader.leftOut());
        leftOut.addAll(indexes.invalid());
        leftOut.addAll(new LeftOutReader(session).read(tables.keySet()));
        List<Long> sequenceOids =
                sequences.stream().map(SequenceReader.Found::oid).toList();
        return new Read(
                objects, sequences, new CommentReader(session).read(tables, typeOids, sequenceOids, objects), leftOut);
    }

    private static List<Namespace> namespaces(List<SchemaObject> objects) {
        TreeSet<String> names = new TreeSet<>();
        objects.forEach(object -> names.add(object.ref().schema()));
        return names.stream().map(Namespace::new).toList();
    }
}
