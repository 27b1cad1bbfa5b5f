package io.syncline.postgresql.stream.testdecoding;

import io.syncline.api.model.TableSchema;
import java.nio.charset.StandardCharsets;

/** What stands before the values of a column, and how they are printed. */
public final class PrintedColumn {

    private final int slot;
    private final byte[] label;
    private final LiteralForm form;

    /**
     * @param slot index in the schema
     * @param label {@code " name[type]:"} with the space before it
     */
    public PrintedColumn(TableSchema schema, int slot, String label) {
        this.slot = slot;
        this.label = label.getBytes(StandardCharsets.UTF_8);
        this.form = LiteralForm.of(schema.columns().get(slot).type().oid());
    }

    int slot() {
        return slot;
    }

    byte[] label() {
        return label;
    }

    LiteralForm form() {
        return form;
    }
}
