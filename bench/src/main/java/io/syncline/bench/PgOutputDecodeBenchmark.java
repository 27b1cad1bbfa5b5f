package io.syncline.bench;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.stream.pgoutput.PgOutputDecoder;
import io.syncline.postgresql.stream.pgoutput.RelationMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One row of twelve columns from its message to its event. The message's own array is made by the driver and not counted here; run with {@code -prof gc} for the bytes
 * that decoding adds.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PgOutputDecodeBenchmark {

    private static final int OID = 16_400;
    private static final String[] VALUES = {
        "1234567",
        "12.50",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "2026-01-02 03:04:05.678901+00",
        "t",
        "a customer's name",
        "a line of an address, with a number 12",
        "{\"kind\": \"order\", \"tags\": [\"a\", \"b\"], \"note\": \"" + "x".repeat(200) + "\"}",
        "12345.678901",
        "{1,2,3,4,5}",
        "2026-01-02",
        "y".repeat(80)
    };

    private final PgOutputDecoder decoder = new PgOutputDecoder(PgOutputDecodeBenchmark::shape, new Lsn(0));
    private byte[] insert = {};
    private byte[] update = {};

    /** Describes the table and opens a transaction. */
    @Setup
    public void open() {
        ByteBuffer relation = ByteBuffer.allocate(4096).put((byte) 'R').putInt(OID);
        text(relation, "public").put((byte) 0);
        text(relation, "orders").put((byte) 0).put((byte) 'd').putShort((short) VALUES.length);
        for (int i = 0; i < VALUES.length; i++) {
            relation.put((byte) (i == 0 ? 1 : 0));
            text(relation, "column_" + i).put((byte) 0).putInt(25).putInt(-1);
        }
        decoder.decode(bytes(relation), 0);
        decoder.decode(
                bytes(ByteBuffer.allocate(64)
                        .put((byte) 'B')
                        .putLong(1)
                        .putLong(2)
                        .putInt(3)),
                0);
        insert = bytes(tuple(ByteBuffer.allocate(4096).put((byte) 'I').putInt(OID), 'N', VALUES.length));
        ByteBuffer key = tuple(ByteBuffer.allocate(4096).put((byte) 'U').putInt(OID), 'K', 1);
        update = bytes(tuple(key, 'N', VALUES.length));
    }

    /** A new row. */
    @Benchmark
    public @Nullable ChangeEvent insert() {
        return decoder.decode(insert, 0);
    }

    /** A row whose key changed: two tuples. */
    @Benchmark
    public @Nullable ChangeEvent updateOfKey() {
        return decoder.decode(update, 0);
    }

    private static ByteBuffer tuple(ByteBuffer message, char mark, int present) {
        message.put((byte) mark).putShort((short) VALUES.length);
        for (int i = 0; i < VALUES.length; i++) {
            if (i < present) {
                byte[] value = VALUES[i].getBytes(StandardCharsets.UTF_8);
                message.put((byte) 't').putInt(value.length).put(value);
            } else {
                message.put((byte) 'n');
            }
        }
        return message;
    }

    private static ByteBuffer text(ByteBuffer message, String text) {
        return message.put(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(ByteBuffer message) {
        byte[] bytes = new byte[message.flip().remaining()];
        message.get(bytes);
        return bytes;
    }

    private static TableSchema shape(RelationMessage message) {
        ColumnType text = new ColumnType("text", "text", 25, TextForm.UNIQUE);
        List<Column> columns = message.columns().stream()
                .map(column -> new Column(column.name(), text, true, false))
                .toList();
        return new TableSchema(
                new TableId("shop", message.schema(), message.name()),
                message.oid(),
                columns,
                new Key(Key.Kind.PRIMARY, List.of(0), false));
    }
}
