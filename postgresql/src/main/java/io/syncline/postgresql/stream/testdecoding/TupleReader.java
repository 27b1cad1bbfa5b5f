package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.model.Row;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads printed rows: {@code  id[integer]:1 v[text]:'a'}. */
final class TupleReader {

    private static final byte[] NULL = ascii("null");
    private static final byte[] UNCHANGED = ascii("unchanged-toast-datum");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] BITS = ascii("B'");
    private static final byte[] OIDS = ascii(" oid[oid]:");
    private static final byte[] QUOTES = ascii("'");
    private static final int QUOTE = '\'';

    private final LineCursor in;

    TupleReader(LineCursor in) {
        this.in = in;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A whole row, which ends the message; null when its columns are not those of the table. Nothing in the message is changed. */
    @Nullable
    PrintedRow whole(PrintedTable table) {
        oids(table);
        PrintedRow row = new PrintedRow(table);
        for (PrintedColumn column : table.columns()) {
            if (!in.skip(column.label())) {
                return null;
            }
            value(column, row, true);
        }
        return in.atEnd() ? row : null;
    }

    /**
     * An old row, of which only the replica identity is printed, and nothing that is NULL. What is not printed is absent; whether all was read, the caller sees from
     * what follows.
     */
    PrintedRow some(PrintedTable table) {
        oids(table);
        PrintedRow row = new PrintedRow(table);
        for (PrintedColumn column : table.columns()) {
            if (in.skip(column.label())) {
                value(column, row, false);
            }
        }
        return row;
    }

    private void oids(PrintedTable table) {
        if (table.mayPrintOids() && in.skip(OIDS)) {
            in.digits();
        }
    }

    private void value(PrintedColumn column, PrintedRow row, boolean whole) {
        if (isAbsent(column.slot(), row, whole)) {
            return;
        }
        switch (column.form()) {
            case BARE -> {
                int first = in.at();
                in.bare();
                row.put(column.slot(), first, in.at() - first);
            }
            case BOOLEAN -> {
                int first = in.at();
                if (!in.skip(TRUE)) {
                    in.require(FALSE);
                }
                row.put(column.slot(), first, 1);
            }
            case BITS -> {
                in.require(BITS);
                text(column.slot(), row);
            }
            case QUOTED -> {
                in.require(QUOTES);
                text(column.slot(), row);
            }
        }
    }

    private void text(int slot, PrintedRow row) {
        int first = in.at();
        if (in.quoted(QUOTE, "a value")) {
            row.hasDoubledQuotes(slot);
        }
        row.put(slot, first, in.at() - 1 - first);
    }

    /** True when there is no value: NULL, or not changed and not sent. Values that are printed bare never begin like these words, others are in quotes. */
    private boolean isAbsent(int slot, PrintedRow row, boolean whole) {
        if (in.skip(NULL)) {
            row.put(slot, 0, Row.NULL);
            return true;
        }
        if (!in.skip(UNCHANGED)) {
            return false;
        }
        if (!whole) {
            throw in.unreadable("an old row lacks a value");
        }
        row.put(slot, 0, Row.UNCHANGED);
        return true;
    }
}
