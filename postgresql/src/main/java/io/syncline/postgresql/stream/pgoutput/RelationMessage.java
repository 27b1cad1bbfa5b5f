package io.syncline.postgresql.stream.pgoutput;

import java.util.List;

/**
 * What the log says of a table before its first row, and again after anything about it changed.
 *
 * @param oid unsigned, of pg_class
 * @param schema its namespace
 * @param identity what the old row of an UPDATE or DELETE holds
 * @param columns those that are published, in the order of the rows; generated columns are not among them before PostgreSQL 18
 */
public record RelationMessage(long oid, String schema, String name, Identity identity, List<Column> columns) {

    public RelationMessage {
        columns = List.copyOf(columns);
    }

    /**
     * A column.
     *
     * @param type unsigned oid of pg_type
     * @param modifier atttypmod, -1 for none
     * @param identity part of the replica identity; under {@link Identity#FULL} every column is
     */
    public record Column(String name, long type, int modifier, boolean identity) {}

    /** pg_class.relreplident. */
    public enum Identity {
        DEFAULT,
        NOTHING,
        FULL,
        INDEX;

        static Identity of(int letter) {
            return switch (letter) {
                case 'd' -> DEFAULT;
                case 'n' -> NOTHING;
                case 'f' -> FULL;
                case 'i' -> INDEX;
                default -> throw Malformed.because("replica identity " + letter + " is unknown");
            };
        }

        /** True when the old row holds the identity's columns and no others. */
        public boolean isPartial() {
            return switch (this) {
                case DEFAULT, INDEX -> true;
                case FULL, NOTHING -> false;
            };
        }
    }

    /** {@code schema.name}, for messages. */
    public String title() {
        return schema + "." + name;
    }
}
