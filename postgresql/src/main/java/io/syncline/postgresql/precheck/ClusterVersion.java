package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Dialect;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether this release of Greenplum is one that we read from. */
record ClusterVersion(Dialect dialect) {

    private static final Pattern RELEASE = Pattern.compile("Greenplum Database (\\S+)");

    Finding look(CatalogSession session) {
        String version = session.query("SELECT pg_catalog.version()", row -> row.getString(1))
                .getFirst();
        Matcher release = RELEASE.matcher(version);
        String name = "Greenplum " + (release.find() ? release.group(1) : "of an unknown release");
        return switch (dialect) {
            case GREENPLUM_7 -> Finding.passed(name);
            case GREENPLUM_6 ->
                Finding.failed(
                        "The source is " + name + ".",
                        "Greenplum 6, like AnalyticDB for PostgreSQL 6, has neither publications nor pgoutput, by which changes are read: as a source Greenplum 7 is supported.",
                        "Upgrade the source to Greenplum 7.");
            case POSTGRESQL -> throw new IllegalArgumentException(version);
        };
    }
}
