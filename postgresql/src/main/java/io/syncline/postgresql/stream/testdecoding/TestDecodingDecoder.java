package io.syncline.postgresql.stream.testdecoding;

import static io.syncline.postgresql.stream.testdecoding.TupleReader.ascii;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import io.syncline.postgresql.stream.message.DataHeader;
import io.syncline.postgresql.stream.message.MessageDecoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns messages of test_decoding into change events, with its options include-xids, include-timestamp, and not skip-empty-xacts.
 *
 * <p>The end of a transaction, its position (T19), stands in the header of its COMMIT. Where its commit record begins is told nowhere: as the place from which a snapshot
 * contains it stands its first change, which comes before. Nothing is skipped by that, since one exact snapshot only is taken beside such a log; catching up (T5) may include
 * transactions that could be applied strictly.
 */
public final class TestDecodingDecoder implements MessageDecoder {

    private static final byte[] BEGIN = ascii("BEGIN ");
    private static final byte[] COMMIT = ascii("COMMIT ");
    private static final byte[] TABLE = ascii("table ");
    private static final byte[] MESSAGE = ascii("message: transactional: ");
    private static final byte[] AT = ascii(" (at ");
    private static final byte[] NEXT_TABLE = ascii(", ");
    private static final byte[] INSERT = ascii(": INSERT:");
    private static final byte[] UPDATE = ascii(": UPDATE:");
    private static final byte[] DELETE = ascii(": DELETE:");
    private static final byte[] TRUNCATE = ascii(": TRUNCATE:");
    private static final byte[] OLD_KEY = ascii(" old-key:");
    private static final byte[] NEW_TUPLE = ascii(" new-tuple:");
    private static final byte[] NO_TUPLE = ascii(" (no-tuple-data)");
    private static final byte[] NO_FLAGS = ascii(" (no-flags)");
    private static final byte[] RESTART = ascii(" restart_seqs");
    private static final byte[] CASCADE = ascii(" cascade");
    private static final String UTC = "+00)";

    /** A rewrite of a table by ALTER TABLE comes as inserts into one of this name, with the table's oid (cluster.c, make_new_heap). */
    private static final String REWRITE = "pg_temp_";

    private final PrintedTables tables;
    private final LineCursor in = new LineCursor();
    private final TupleReader tuples = new TupleReader(in);

    private @Nullable String open;
    private byte[] lastName = new byte[0];
    private @Nullable PrintedTable last;

    public TestDecodingDecoder(PrintedTables tables) {
        this.tables = tables;
    }

    @Override
    public boolean isInTransaction() {
        return open != null;
    }

    @Override
    public @Nullable ChangeEvent decode(byte[] frame, int offset) {
        in.open(frame, offset);
        if (in.skip(TABLE)) {
            return change();
        }
        if (in.skip(BEGIN)) {
            return begin();
        }
        if (in.skip(COMMIT)) {
            return commit();
        }
        if (in.skip(MESSAGE)) {
            // A logical message, ours or an application's, carries no row; its transaction moves the position.
            in.rest();
            return null;
        }
        throw in.unreadable("a message of an unknown kind begins");
    }

    private ChangeEvent begin() {
        if (open != null) {
            throw in.unreadable("a transaction begins inside of another");
        }
        String transaction = in.digits();
        in.requireEnd();
        open = transaction;
        DataHeader header = in.header();
        return new ChangeEvent.Begin(transaction, header.place(), header.sent());
    }

    private ChangeEvent commit() {
        if (!in.digits().equals(open)) {
            throw in.unreadable("a transaction ends that did not begin");
        }
        in.require(AT);
        Instant committedAt = instant(in.rest());
        open = null;
        return new ChangeEvent.Commit(in.header().place(), committedAt);
    }

    private Instant instant(String text) {
        if (!text.endsWith(UTC)) {
            throw in.unreadable("a time of the zone UTC was expected");
        }
        try {
            String time = text.substring(0, text.length() - UTC.length()).replace(' ', 'T');
            return LocalDateTime.parse(time).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw in.unreadable("a time was expected");
        }
    }

    private @Nullable ChangeEvent change() {
        if (open == null) {
            throw in.unreadable("a change comes outside of any transaction");
        }
        int name = in.at();
        in.qualifiedName();
        PrintedTable table = find(name, in.at());
        if (in.skip(INSERT)) {
            return table == null ? rewritten(in.text(name, in.at() - INSERT.length)) : insert(table);
        }
        if (in.skip(UPDATE)) {
            return table == null ? null : update(table);
        }
        if (in.skip(DELETE)) {
            return table == null ? null : delete(table);
        }
        return truncate(table);
    }

    /** The same table comes many times in succession. */
    private @Nullable PrintedTable find(int from, int to) {
        if (!Arrays.equals(in.bytes(), from, to, lastName, 0, lastName.length)) {
            lastName = Arrays.copyOfRange(in.bytes(), from, to);
            last = tables.find(in.text(from, to));
        }
        return last;
    }

    /** What is printed may be the same after it (a changed scale), but rows are of another shape: it is looked up before they come. */
    private ChangeEvent.@Nullable SchemaChange rewritten(String name) {
        int dot = name.lastIndexOf('.' + REWRITE);
        String oid = dot < 0 ? "" : name.substring(dot + 1 + REWRITE.length());
        if (!oid.matches("\\d{1,10}")) {
            return null;
        }
        PrintedTable table = tables.find(Long.parseLong(oid));
        if (table == null) {
            return null;
        }
        TableSchema now = again(table).schema();
        return now.equals(table.schema()) ? null : new ChangeEvent.SchemaChange(table.schema(), now);
    }

    private PrintedTable again(PrintedTable table) {
        lastName = new byte[0];
        return tables.again(table);
    }

    private ChangeEvent insert(PrintedTable table) {
        int at = in.at();
        PrintedRow row = tuples.whole(table);
        if (row != null) {
            return new ChangeEvent.Insert(table.schema(), row.row(in.bytes()));
        }
        PrintedTable now = again(table);
        in.back(at);
        row = tuples.whole(now);
        if (row == null) {
            throw OldRows.otherColumns(now);
        }
        return new ChangeEvent.Insert(now.schema(), row.row(in.bytes()));
    }

    private ChangeEvent update(PrintedTable table) {
        int at = in.at();
        ChangeEvent event = tryUpdate(table);
        if (event != null) {
            return event;
        }
        PrintedTable now = again(table);
        in.back(at);
        event = tryUpdate(now);
        if (event == null) {
            throw OldRows.otherColumns(now);
        }
        return event;
    }

    /** Null when the columns are not those of the table. */
    private @Nullable ChangeEvent tryUpdate(PrintedTable table) {
        PrintedRow before = null;
        if (in.skip(OLD_KEY)) {
            before = tuples.some(table);
            if (!in.skip(NEW_TUPLE)) {
                return null;
            }
        }
        PrintedRow after = tuples.whole(table);
        if (after == null) {
            return null;
        }
        Row old = before == null ? null : before.row(in.bytes());
        Row row = after.row(in.bytes());
        if (old == null) {
            OldRows.requireKeyed(table);
            return new ChangeEvent.Update(table.schema(), null, row);
        }
        // Under replica identity FULL the old row carries what did not change (T8).
        Row complete = row.over(old);
        return new ChangeEvent.Update(table.schema(), OldRows.completed(table, old, complete), complete);
    }

    private ChangeEvent delete(PrintedTable table) {
        if (in.skip(NO_TUPLE)) {
            throw OldRows.missing(table);
        }
        int at = in.at();
        PrintedRow row = tuples.some(table);
        PrintedTable known = table;
        if (!in.atEnd()) {
            known = again(table);
            in.back(at);
            row = tuples.some(known);
            if (!in.atEnd()) {
                throw OldRows.otherColumns(known);
            }
        }
        Row before = row.row(in.bytes());
        return new ChangeEvent.Delete(known.schema(), OldRows.completed(known, before, before));
    }

    /** Before 11 nothing is sent of a TRUNCATE. */
    private @Nullable ChangeEvent truncate(@Nullable PrintedTable first) {
        List<TableSchema> emptied = new ArrayList<>();
        @Nullable PrintedTable table = first;
        while (true) {
            if (table != null) {
                emptied.add(table.schema());
            }
            if (!in.skip(NEXT_TABLE)) {
                break;
            }
            int name = in.at();
            in.qualifiedName();
            table = find(name, in.at());
        }
        in.require(TRUNCATE);
        boolean restart = in.skip(RESTART);
        boolean cascade = in.skip(CASCADE);
        if (!restart && !cascade) {
            in.require(NO_FLAGS);
        }
        in.requireEnd();
        return emptied.isEmpty() ? null : new ChangeEvent.Truncate(emptied, cascade, restart);
    }
}
