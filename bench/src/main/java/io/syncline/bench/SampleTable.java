package io.syncline.bench;

import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.model.Key;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.model.TextForm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** {@code pgbench_accounts}: three integers and 84 blanks, 97 bytes a row on disk. What is measured here is what the comparison with the peers moves. */
final class SampleTable {

    private static final int OID = 16384;
    private static final int INT4 = 23;
    private static final int BPCHAR = 1042;

    static final TableSchema SCHEMA = new TableSchema(
            new TableId("bench", "public", "pgbench_accounts"),
            OID,
            List.of(
                    column("aid", "integer", "integer", INT4, false, TextForm.UNIQUE),
                    column("bid", "integer", "integer", INT4, true, TextForm.UNIQUE),
                    column("abalance", "integer", "integer", INT4, true, TextForm.UNIQUE),
                    column("filler", "character(84)", "character", BPCHAR, true, TextForm.BLANK_PADDED)),
            new Key(Key.Kind.PRIMARY, List.of(0), false));

    static final TableRoute ROUTE = new TableRoute(
            SCHEMA, SCHEMA, IntStream.range(0, SCHEMA.columns().size()).boxed().toList());

    private SampleTable() {}

    static Row row(int aid, int balance) {
        return RowBuilder.of(
                Integer.toString(aid), Integer.toString(aid / 100_000 + 1), Integer.toString(balance), " ".repeat(84));
    }

    /** The messages that pgoutput sends of this table, each as the decoder gets it. */
    static byte[] begin() {
        return ByteBuffer.allocate(21)
                .put((byte) 'B')
                .putLong(100)
                .putLong(0)
                .putInt(1)
                .array();
    }

    static byte[] relation() {
        ByteBuffer message = ByteBuffer.allocate(256).put((byte) 'R').putInt(OID);
        text(message, "public");
        text(message, "pgbench_accounts");
        message.put((byte) 'd').putShort((short) SCHEMA.columns().size());
        for (Column column : SCHEMA.columns()) {
            message.put((byte) (column.name().equals("aid") ? 1 : 0));
            text(message, column.name());
            message.putInt(column.type().oid()).putInt(-1);
        }
        return taken(message);
    }

    static byte[] update(Row row) {
        ByteBuffer message = ByteBuffer.allocate(256)
                .put((byte) 'U')
                .putInt(OID)
                .put((byte) 'N')
                .putShort((short) row.columns());
        for (int i = 0; i < row.columns(); i++) {
            message.put((byte) 't').putInt(row.length(i)).put(row.page(), row.offset(i), row.length(i));
        }
        return taken(message);
    }

    private static Column column(
            String name, String type, String unconstrained, int oid, boolean nullable, TextForm form) {
        return new Column(name, new ColumnType(type, unconstrained, oid, form), nullable, false);
    }

    private static void text(ByteBuffer message, String text) {
        message.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
    }

    private static byte[] taken(ByteBuffer message) {
        byte[] bytes = new byte[message.flip().remaining()];
        message.get(bytes);
        return bytes;
    }
}
