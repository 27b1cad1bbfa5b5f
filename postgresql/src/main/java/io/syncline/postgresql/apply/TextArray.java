package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.model.Row;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * One field of many changes as a {@code text[]} parameter in the binary format (array_recv in the server's arrayfuncs.c): values go from the rows' pages to the wire
 * without being decoded or escaped, and array values stay the one text that they are (T16).
 */
final class TextArray extends PGobject implements PGBinaryObject {

    private static final long serialVersionUID = 1L;
    private static final int HEADER = 5 * Integer.BYTES;
    private static final int TEXT_OID = 25;

    private final transient Changes changes;
    private final transient Field field;

    TextArray(Changes changes, Field field) {
        this.changes = changes;
        this.field = field;
        this.type = "_text";
    }

    @Override
    public int lengthInBytes() {
        long length = HEADER + (long) Integer.BYTES * changes.size();
        List<NetChange> list = changes.list();
        for (int i = 0; i < list.size(); i++) {
            length += field.isNumber() ? number(i).length : Math.max(0, row(i).length(sourceColumn()));
        }
        return Math.toIntExact(length);
    }

    @Override
    public void toBytes(byte[] bytes, int offset) {
        ByteBuffer out = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
        out.putInt(1).putInt(1).putInt(TEXT_OID).putInt(changes.size()).putInt(1);
        for (int i = 0; i < changes.size(); i++) {
            if (field.isNumber()) {
                byte[] digits = number(i);
                out.putInt(digits.length).put(digits);
                continue;
            }
            Row row = row(i);
            int length = row.length(sourceColumn());
            out.putInt(Math.max(Row.NULL, length));
            if (length > 0) {
                out.put(row.page(), row.offset(sourceColumn()), length);
            }
        }
    }

    @Override
    public void setByteValue(byte[] value, int offset) {
        throw new UnsupportedOperationException("a parameter is only sent");
    }

    private Row row(int index) {
        return field.row(changes.target(), changes.list().get(index));
    }

    private int sourceColumn() {
        return changes.target().source(field.destinationColumn());
    }

    private byte[] number(int index) {
        return Integer.toString(changes.number(field, index)).getBytes(StandardCharsets.US_ASCII);
    }
}
