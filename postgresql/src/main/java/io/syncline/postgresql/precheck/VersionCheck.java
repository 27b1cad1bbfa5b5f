package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
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
