package io.syncline.api.schema;

import io.syncline.api.model.Column;
import io.syncline.api.model.ColumnType;
import io.syncline.api.task.DdlKind;
import org.jspecify.annotations.Nullable;

/** A change of one column of a destination table; it changes no value of a row that is there. */
public sealed interface ColumnChange {

    /** By what the user allows or forbids it. */
    DdlKind kind();

    /** @param fill the text form of the value that each present row gets; null for NULL */
    record Add(Column column, @Nullable String fill) implements ColumnChange {
        @Override
        public DdlKind kind() {
            return DdlKind.ADD_COLUMN;
        }
    }

    record Drop(String column) implements ColumnChange {
        @Override
        public DdlKind kind() {
            return DdlKind.DROP_COLUMN;
        }
    }

    record Rename(String column, String to) implements ColumnChange {
        @Override
        public DdlKind kind() {
            return DdlKind.RENAME_COLUMN;
        }
    }

    /** The rows' values stay as they are, byte for byte at the source. */
    record Retype(String column, ColumnType type) implements ColumnChange {
        @Override
        public DdlKind kind() {
            return DdlKind.ALTER_TYPE;
        }
    }

    record Nullability(String column, boolean nullable) implements ColumnChange {
        @Override
        public DdlKind kind() {
            return DdlKind.NOT_NULL;
        }
    }

    /** @param expression null for none */
    record Default(String column, @Nullable String expression) implements ColumnChange {
        @Override
        public DdlKind kind() {
            return DdlKind.DEFAULT;
        }
    }
}
