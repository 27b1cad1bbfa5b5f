package io.syncline.postgresql.session;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which system of PostgreSQL's family answers, as far as its statements, locks and places of rows are others. Read from the server, never told by the user. */
public enum Dialect {
    POSTGRESQL,
    /** Greenplum 6, PostgreSQL 9.4 within, and AnalyticDB for PostgreSQL 6. */
    GREENPLUM_6,
    /** Greenplum 7, PostgreSQL 12 within, and AnalyticDB for PostgreSQL 7. */
    GREENPLUM_7;

    private static final Pattern GREENPLUM = Pattern.compile("Greenplum Database (\\d+)");
    private static final Pattern RELEASE = Pattern.compile("Greenplum Database (\\d[^ )]*)");

    /** @param version what {@code version()} says: {@code PostgreSQL 12.12 (Greenplum Database 7.0.0 build ...) on x86_64 ...} */
    static Dialect of(String version) {
        Matcher greenplum = GREENPLUM.matcher(version);
        if (!greenplum.find()) {
            return POSTGRESQL;
        }
        return Integer.parseInt(greenplum.group(1)) < 7 ? GREENPLUM_6 : GREENPLUM_7;
    }

    /**
     * Whether rows lie on segments. There a row's place is (gp_segment_id, tableoid, ctid), tables have a distribution, and row locks, UPDATE and DELETE lock the whole
     * table until the transaction ends, unless the global deadlock detector is on.
     */
    public boolean isDistributed() {
        return this != POSTGRESQL;
    }

    /** Whether INSERT knows ON CONFLICT, which came with PostgreSQL 9.5: of the destinations that are supported Greenplum 6 has not. */
    public boolean hasOnConflict() {
        return this != GREENPLUM_6;
    }

    /** What CREATE TABLE says behind the columns so that the table is a heap, whatever the database's default is. */
    public String heap() {
        return switch (this) {
            case POSTGRESQL -> "";
            case GREENPLUM_6 -> " WITH (appendonly=false)";
            case GREENPLUM_7 -> " USING heap";
        };
    }

    /** The setting, and its value, by which tables that say nothing of it are heaps; an empty list where all tables are. */
    public List<String> heapByDefault() {
        return switch (this) {
            case POSTGRESQL -> List.of();
            case GREENPLUM_6 -> List.of("gp_default_storage_options", "appendonly=false");
            case GREENPLUM_7 -> List.of("default_table_access_method", "heap");
        };
    }

    /** For people: {@code Greenplum 6.24.3 (PostgreSQL 9.4.26 within)}, {@code PostgreSQL 17.11}. */
    public static String words(String version, String postgres) {
        Matcher greenplum = RELEASE.matcher(version);
        return greenplum.find()
                ? "Greenplum " + greenplum.group(1) + " (PostgreSQL " + postgres + " within)"
                : "PostgreSQL " + postgres;
    }
}
