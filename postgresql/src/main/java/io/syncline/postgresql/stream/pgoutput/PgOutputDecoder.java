package io.syncline.postgresql.stream.pgoutput;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.stream.message.MessageDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages of pgoutput into change events. It keeps what the log said of tables, so every message of a stream must pass through one decoder, in order.
 *
 * <p>Of a transaction the position from which an exact snapshot contains it is one byte behind the begin of its commit record, and its own position is the end of that
 * record. Transactions that committed before the start are left out (T19).
 */
public final class PgOutputDecoder implements MessageDecoder {

    /** PostgreSQL's epoch, 2000-01-01, in seconds of Java's. */
    private static final long EPOCH = 946_684_800L;

    private static final long MICROS = 1_000_000L;

    private static final int CASCADE = 1;
    private static final int RESTART_IDENTITY = 2;

    /** Whose columns a tuple carries. */
    private enum Tuple {
        NEW,
        /** The whole old row. */
        OLD,
        /** Only the replica identity of the old row: other columns come as 'n', which means "not sent". */
        KEY
    }

    private final RelationShapes shapes;
    private final Lsn start;
    private final Relations relations = new Relations();
    private final MessageCursor in = new MessageCursor();

    private boolean open;
    private boolean skipped;

    /** @param start the position after which transactions are wanted */
    public PgOutputDecoder(RelationShapes shapes, Lsn start) {
        this.shapes = shapes;
        this.start = start;
    }

    @Override
    public boolean isInTransaction() {
        return open;
    }

    /** {@inheritDoc} The message itself says where its transaction ends. */
    @Override
    public @Nullable ChangeEvent decode(byte[] message, int offset) {
        in.open(message, offset);
        int type = in.int8();
        ChangeEvent event = switch (type) {
            case 'B' -> begin();
            case 'C' -> commit();
            case 'I' -> insert();
            case 'U' -> update();
            case 'D' -> delete();
            case 'T' -> truncate();
            case 'R' -> relation();
            case 'Y' -> type();
            case 'O' -> origin();
            case 'M' -> logicalMessage();
            default -> throw Malformed.because("its type is " + type);
        };
        in.requireEnd();
        boolean wanted = !skipped;
        if (event instanceof ChangeEvent.Commit) {
            skipped = false;
        }
        return wanted ? event : null;
    }

    private ChangeEvent begin() {
        Lsn commit = new Lsn(in.int64());
        Instant committedAt = instant(in.int64());
        long transaction = in.uint32();
        if (open) {
            throw Malformed.because("transaction " + transaction + " begins inside of another");
        }
        open = true;
        // T19: a commit record that begins before the start ends at the start or before it.
        skipped = commit.compareTo(start) < 0;
        return new ChangeEvent.Begin(Long.toString(transaction), new Lsn(commit.value() + 1), committedAt);
    }

    private ChangeEvent commit() {
        requireOpen("Commit");
        int flags = in.int8();
        if (flags != 0) {
            throw Malformed.because("a Commit has the unknown flags " + flags);
        }
        in.int64(); // where the commit record begins: known from Begin
        Lsn end = new Lsn(in.int64());
        Instant committedAt = instant(in.int64());
        open = false;
        return new ChangeEvent.Commit(end, committedAt);
    }

    private ChangeEvent insert() {
        Relation relation = rowOf("Insert");
        requireTuple('N', in.int8());
        return new ChangeEvent.Insert(relation.schema(), tuple(relation, Tuple.NEW));
    }

    private ChangeEvent update() {
        Relation relation = rowOf("Update");
        int kind = in.int8();
        Row before = null;
        if (kind != 'N') {
            before = tuple(relation, oldTuple(kind));
            requireTuple('N', in.int8());
        }
        Row after = tuple(relation, Tuple.NEW);
        // Under replica identity FULL the old row carries what did not change (T8).
        return new ChangeEvent.Update(
                relation.schema(), before, before != null && kind == 'O' ? after.over(before) : after);
    }

    private ChangeEvent delete() {
        Relation relation = rowOf("Delete");
        return new ChangeEvent.Delete(relation.schema(), tuple(relation, oldTuple(in.int8())));
    }

    private ChangeEvent truncate() {
        requireOpen("Truncate");
        int count = in.int32();
        int options = in.int8();
        if ((options & ~(CASCADE | RESTART_IDENTITY)) != 0) {
            throw Malformed.because("a Truncate has the unknown options " + options);
        }
        List<Relation> emptied = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            emptied.add(known("Truncate", in.int32()));
        }
        return new Emptied(emptied, shapes).event((options & CASCADE) != 0, (options & RESTART_IDENTITY) != 0);
    }

    private @Nullable ChangeEvent relation() {
        int oid = in.int32();
        String namespace = in.string();
        String name = in.string();
        RelationMessage.Identity identity = RelationMessage.Identity.of(in.int8());
        int count = in.uint16();
        List<RelationMessage.Column> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int flags = in.int8();
            if ((flags & ~1) != 0) {
                throw Malformed.because("a column of " + namespace + "." + name + " has the unknown flags " + flags);
            }
            columns.add(new RelationMessage.Column(in.string(), in.uint32(), in.int32(), flags == 1));
        }
        // The empty namespace stands for pg_catalog.
        String schema = namespace.isEmpty() ? "pg_catalog" : namespace;
        return describe(oid, new RelationMessage(Integer.toUnsignedLong(oid), schema, name, identity, columns));
    }

    /** The log describes a table anew whenever the source's cache of it was dropped, mostly without any difference. */
    private @Nullable ChangeEvent describe(int oid, RelationMessage message) {
        Relation known = relations.find(oid);
        if (known != null && known.message().equals(message)) {
            return null;
        }
        TableSchema shape = shapes.shape(message);
        Relation sameName = relations.find(message.title());
        Relation before = known != null ? known : sameName;
        if (before != null && before.schema().equals(shape)) {
            relations.put(oid, new Relation(message, before.schema()));
            return null;
        }
        relations.put(oid, new Relation(message, shape));
        return before == null ? null : new ChangeEvent.SchemaChange(before.schema(), shape);
    }

    /** Only names a type; columns name their types by oid. */
    private @Nullable ChangeEvent type() {
        in.uint32();
        in.string();
        in.string();
        return null;
    }

    /** Where the source itself got the transaction from; nothing depends on it. */
    private @Nullable ChangeEvent origin() {
        requireOpen("Origin");
        in.int64();
        in.string();
        return null;
    }

    /** A logical message carries no row; its transaction moves the position. Ours tell what became of a table. */
    private @Nullable ChangeEvent logicalMessage() {
        in.int8();
        in.int64();
        String prefix = in.string();
        int length = in.int32();
        int begin = in.take(length);
        return open && !skipped && length > 0
                ? told(shapes.message(prefix, new String(in.bytes(), begin, length, StandardCharsets.UTF_8)))
                : null;
    }

    /** A partitioned table's new name changes nothing in its partitions, which the log therefore does not describe again; their rows are the table's. */
    private @Nullable ChangeEvent told(@Nullable ChangeEvent event) {
        if (event instanceof ChangeEvent.Altered altered
                && !altered.before().table().equals(altered.after().table())) {
            for (Relation part : relations.partsOf(altered.after().version())) {
                relations.put((int) part.message().oid(), new Relation(part.message(), shapes.shape(part.message())));
            }
        }
        return event;
    }

    private Relation rowOf(String what) {
        requireOpen(what);
        return known(what, in.int32());
    }

    private Relation known(String what, int oid) {
        Relation relation = relations.find(oid);
        if (relation == null) {
            throw Malformed.because(what + " is of the table with oid " + Integer.toUnsignedString(oid)
                    + ", which was not described before");
        }
        return relation;
    }

    private void requireOpen(String what) {
        if (!open) {
            throw Malformed.because(what + " comes outside of any transaction");
        }
    }

    private static void requireTuple(int expected, int kind) {
        if (kind != expected) {
            throw Malformed.because("a tuple is marked " + kind + " where " + expected + " was expected");
        }
    }

    private static Tuple oldTuple(int kind) {
        return switch (kind) {
            case 'K' -> Tuple.KEY;
            case 'O' -> Tuple.OLD;
            default -> throw Malformed.because("an old tuple is marked " + kind);
        };
    }

    private Row tuple(Relation relation, Tuple tuple) {
        int count = in.uint16();
        if (count != relation.width()) {
            throw Malformed.because("a row of " + relation.message().title() + " has " + count + " columns where "
                    + relation.width() + " were described");
        }
        int[] bounds = relation.absent();
        for (int i = 0; i < count; i++) {
            int kind = in.int8();
            int bound = 2 * relation.slot(i);
            switch (kind) {
                case 't' -> {
                    int length = in.int32();
                    bounds[bound] = in.take(length);
                    bounds[bound + 1] = length;
                }
                case 'n' -> bounds[bound + 1] = tuple == Tuple.KEY ? Row.ABSENT : Row.NULL;
                case 'u' -> {
                    if (tuple != Tuple.NEW) {
                        throw Malformed.because(
                                "an old row of " + relation.message().title() + " lacks a value");
                    }
                    bounds[bound + 1] = Row.UNCHANGED;
                }
                // 'b' (binary) was not asked for.
                default ->
                    throw Malformed.because("a column of " + relation.message().title() + " is marked " + kind);
            }
        }
        return new Row(in.bytes(), bounds);
    }

    /** From microseconds since PostgreSQL's epoch. */
    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(EPOCH + Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }
}
