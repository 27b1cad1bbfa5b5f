package io.syncline.postgresql.stream.pgoutput;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes one message of pgoutput. */
final class Message {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private Message(char type) {
        int8(type);
    }

    static Message of(char type) {
        return new Message(type);
    }

    static byte[] begin(long commit, int transaction) {
        return of('B').int64(commit).int64(0).int32(transaction).bytes();
    }

    static byte[] commit(long commit, long end) {
        return of('C').int8(0).int64(commit).int64(end).int64(0).bytes();
    }

    /** Columns {@code c0}, {@code c1}, ... of type text, the first being the key. */
    static byte[] relation(int oid, String name, int columns) {
        Message message =
                of('R').int32(oid).string("public").string(name).int8('d').int16(columns);
        for (int i = 0; i < columns; i++) {
            message.int8(i == 0 ? 1 : 0).string("c" + i).int32(25).int32(-1);
        }
        return message.bytes();
    }

    /** A null value is sent as 'n'. */
    Message tuple(char mark, @Nullable String... values) {
        int8(mark).int16(values.length);
        for (String value : values) {
            if (value == null) {
                int8('n');
            } else {
                byte[] text = value.getBytes(StandardCharsets.UTF_8);
                int8('t').int32(text.length);
                out(() -> out.write(text));
            }
        }
        return this;
    }

    Message int8(int value) {
        return out(() -> out.writeByte(value));
    }

    Message int16(int value) {
        return out(() -> out.writeShort(value));
    }

    Message int32(int value) {
        return out(() -> out.writeInt(value));
    }

    Message int64(long value) {
        return out(() -> out.writeLong(value));
    }

    Message string(String text) {
        return out(() -> {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.writeByte(0);
        });
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    private interface Writing {
        void write() throws IOException;
    }

    private Message out(Writing writing) {
        try {
            writing.write();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
