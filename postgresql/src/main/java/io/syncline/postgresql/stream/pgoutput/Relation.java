package io.syncline.postgresql.stream.pgoutput;

import io.syncline.api.model.Row;
import io.syncline.api.model.TableSchema;
import java.util.Arrays;
import java.util.List;

/** A table as the decoder meets it with row after row. */
final class Relation {

    private final RelationMessage message;
    private final TableSchema schema;
    /** For each column of a message the index in the schema. */
    private final int[] slots;
    /** The bounds of a row of which nothing is known. */
    private final int[] absent;

    Relation(RelationMessage message, TableSchema schema) {
        this.message = message;
        this.schema = schema;
        List<RelationMessage.Column> columns = message.columns();
        this.slots = new int[columns.size()];
        this.absent = new int[2 * schema.columns().size()];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = schema.indexOf(columns.get(i).name());
            if (slots[i] < 0) {
                throw new IllegalStateException("the shape of " + message.title() + " lacks a column of its rows");
            }
        }
        for (int i = 1; i < absent.length; i += 2) {
            absent[i] = Row.ABSENT;
        }
    }

    RelationMessage message() {
        return message;
    }

    TableSchema schema() {
        return schema;
    }

    /** Whether its rows are those of a partitioned table. */
    boolean isPart() {
        return schema.version() != message.oid();
    }

    int width() {
        return slots.length;
    }

    int slot(int column) {
        return slots[column];
    }

    int[] absent() {
        return Arrays.copyOf(absent, absent.length);
    }
}
