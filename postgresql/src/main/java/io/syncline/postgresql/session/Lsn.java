package io.syncline.postgresql.session;

import io.syncline.api.model.Position;
import java.util.Locale;

/**
 * A place in a PostgreSQL server's write-ahead log, compared unsigned (PostgreSQL documentation, pg_lsn Type).
 *
 * @param value the byte offset
 */
public record Lsn(long value) implements Position, Comparable<Lsn> {

    /** Reads {@code 1A/2B3C4D5E}. */
    public static Lsn parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 1) {
            throw new IllegalArgumentException("not an LSN: " + text);
        }
        long high = Long.parseLong(text.substring(0, slash), 16);
        long low = Long.parseLong(text.substring(slash + 1), 16);
        return new Lsn(high << 32 | low);
    }

    @Override
    public boolean reached(Position target) {
        return compareTo((Lsn) target) >= 0;
    }

    @Override
    public Position merge(Position other) {
        return reached(other) ? this : other;
    }

    @Override
    public String text() {
        return String.format(Locale.ROOT, "%X/%08X", value >>> 32, value & 0xFFFFFFFFL);
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    @Override
    public String toString() {
        return text();
    }
}
