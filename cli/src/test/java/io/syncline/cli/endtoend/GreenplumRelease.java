package io.syncline.cli.endtoend;

import io.syncline.testkit.postgres.GreenplumCluster;

/** What the tests ask of each release of Greenplum, and how its catalog says it. */
enum GreenplumRelease {
    /** Without generated columns, and partitions as others have them. */
    SIX(GreenplumCluster.SIX),
    SEVEN(GreenplumCluster.SEVEN);

    private final String variable;

    GreenplumRelease(String variable) {
        this.variable = variable;
    }

    /** That holds a cluster's address. */
    String variable() {
        return variable;
    }

    /** What the source is filled with. */
    String tables() {
        return switch (this) {
            case SIX -> GreenplumTables.TABLES.replace(" g int GENERATED ALWAYS AS (id * 2) STORED,", "");
            case SEVEN -> GreenplumTables.TABLES;
        };
    }

    /** A task file that says where the tables lie. */
    String chosen(String text) {
        return fit(GreenplumTables.chosen(text));
    }

    /** As {@link #chosen}, with append-optimised tables. */
    String appended(String text) {
        return fit(GreenplumTables.appended(text));
    }

    private String fit(String text) {
        return switch (this) {
            case SIX -> text.replace("objects:\n", "objects:\n  - {table: public.part, partitions: flatten}\n");
            case SEVEN -> text;
        };
    }

    /** The relation that holds rows of {@code part}. */
    String partition() {
        return switch (this) {
            case SIX -> "part";
            case SEVEN -> "part_1";
        };
    }

    /** The storage of the relation {@code c}, by the words of the task file. */
    String storage() {
        return switch (this) {
            case SIX -> "CASE c.relstorage WHEN 'h' THEN 'heap' WHEN 'a' THEN 'ao_row' WHEN 'c' THEN 'ao_column' END";
            case SEVEN -> "(SELECT m.amname FROM pg_am m WHERE m.oid = c.relam)";
        };
    }

    @Override
    public String toString() {
        return switch (this) {
            case SIX -> "6";
            case SEVEN -> "7";
        };
    }
}
