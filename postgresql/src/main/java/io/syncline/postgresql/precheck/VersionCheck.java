package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Side;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether this release is one that we know. */
final class VersionCheck {

    /** Logical decoding begins here (release notes of 9.4). */
    private static final int OLDEST_SOURCE = 90_400;

    private static final int OLDEST_DESTINATION = 90_600;

    /** The PostgreSQL within Greenplum 6. */
    private static final int OLDEST_WITH_SEGMENTS = 90_400;

    private static final int NEWEST = 18;

    /** The last releases of the lines before 10. */
    private static final Map<Integer, Integer> LAST = Map.of(904, 26, 905, 25, 906, 24);

    private static final Pattern MAJOR = Pattern.compile("^(\\d+)");

    private final Side side;
    private final PrecheckScope scope;

    VersionCheck(Side side, PrecheckScope scope) {
        this.side = side;
        this.scope = scope;
    }

    Finding look(CatalogSession session) {
        return side == Side.DESTINATION && session.dialect().isDistributed() ? segments(session) : postgres(session);
    }

    /** A destination of the family whose rows lie on segments: each of its releases has the PostgreSQL that it has. */
    private Finding segments(CatalogSession session) {
        String words = session.query(
                        "SELECT pg_catalog.version(), current_setting('server_version')",
                        row -> Dialect.words(row.getString(1), row.getString(2)))
                .getFirst();
        if (session.serverVersion() < OLDEST_WITH_SEGMENTS) {
            return Finding.failed(
                    "The server is " + words + ".",
                    "Releases before Greenplum 6 lack what writing relies on.",
                    "Upgrade the server to Greenplum 6 or 7.");
        }
        int source = sourceMajor();
        if (source > session.serverVersion() / 10000) {
            return Finding.warning(
                    "The destination is " + words + ", the source is PostgreSQL " + scope.sourceVersion() + ".",
                    "The PostgreSQL within may not know everything that the source's tables use.",
                    "Read what destination-release says, and what explain lists as left out or made otherwise.");
        }
        return Finding.passed(words);
    }

    private Finding postgres(CatalogSession session) {
        String version = session.query("SELECT current_setting('server_version') AS version", row -> row.getString(1))
                .getFirst();
        int major = session.serverVersion() / 10000;
        int oldest = side == Side.SOURCE ? OLDEST_SOURCE : OLDEST_DESTINATION;
        if (session.serverVersion() < oldest) {
            String release = side == Side.SOURCE ? "9.4" : "9.6";
            String why = side == Side.SOURCE ? " have no logical decoding." : " lack what writing relies on.";
            return Finding.failed(
                    "The server is PostgreSQL " + version + ".",
                    "Releases before " + release + why,
                    "Upgrade the server to PostgreSQL " + release + " or newer.");
        }
        Integer last = LAST.get(session.serverVersion() / 100);
        if (last != null && session.serverVersion() % 100 < last) {
            return Finding.warning(
                    "The server is PostgreSQL " + version + ".",
                    "Logical decoding had faults that were mended in later releases of its line, among them snapshots of new slots that lacked rows.",
                    "Upgrade to the last release of its line, "
                            + ServerRelease.words(session.serverVersion() / 100 * 100 + last) + ", before the start.");
        }
        if (major > NEWEST) {
            return Finding.warning(
                    "The server is PostgreSQL " + version + ".",
                    "Releases after " + NEWEST + " were not tested; new kinds of objects may be unknown.",
                    "Look for a newer release of Syncline.");
        }
        int source = sourceMajor();
        if (side == Side.DESTINATION && source > major) {
            return Finding.warning(
                    "The destination is PostgreSQL " + version + ", the source is PostgreSQL " + scope.sourceVersion()
                            + ".",
                    "An older release may not know everything that the source's tables use.",
                    "Use a destination of PostgreSQL " + source + " or newer.");
        }
        return Finding.passed("PostgreSQL " + version);
    }

    /** 0 when the source is unknown or another system. */
    private int sourceMajor() {
        boolean same =
                scope.task().source().type().equals(scope.task().destination().type());
        Matcher major = MAJOR.matcher(scope.sourceVersion());
        return same && major.find() ? Integer.parseInt(major.group(1)) : 0;
    }
}
