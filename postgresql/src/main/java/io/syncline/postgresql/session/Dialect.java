package io.syncline.postgresql.session;

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
}
