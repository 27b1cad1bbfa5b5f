package io.syncline.postgresql.precheck;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.port.PrecheckItem;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.greenplum.Segments;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Whether each primary segment lets the role in from here, in utility mode, for its rows and for its log: it is one connection more that the network and pg_hba.conf must know. */
record SegmentReach(Probe coordinator, Segments cluster) implements PrecheckItem {

    static final String ID = "source-segments";

    private static final String WHY =
            "Each segment has a log of its own, and the rows that are loaded are read beside it, so that each is connected to from here, past the coordinator.";

    @Override
    public String id() {
        return ID;
    }

    @Override
    public String title() {
        return "Connections to the segments";
    }

    @Override
    public Finding check() {
        Optional<CatalogSession> opened = coordinator.session();
        if (opened.isEmpty()) {
            return Finding.warning(
                    "not checked",
                    "The source could not be asked.",
                    "Mend the connection first, then run the precheck again.");
        }
        String ourselves;
        try (CatalogSession session = opened.get()) {
            ourselves = ourselves(session);
        }
        List<String> found = new ArrayList<>();
        Set<String> remedies = new LinkedHashSet<>();
        try {
            for (Map.Entry<Integer, Sessions> segment : cluster.all().entrySet()) {
                Sessions sessions = segment.getValue();
                failure(sessions).ifPresent(failure -> {
                    found.add("segment " + segment.getKey() + " at " + place(sessions) + ": " + failure.getMessage());
                    remedies.add(remedy(segment.getKey(), sessions, failure, ourselves));
                });
            }
            return found.isEmpty()
                    ? Finding.passed(Listing.count(cluster.all().size(), "segment") + " let the role in: "
                            + Listing.names(cluster.all().values().stream()
                                    .map(SegmentReach::place)
                                    .toList())
                            + ".")
                    : Finding.failed(String.join("; ", found) + ".", WHY, String.join("\n", remedies));
        } catch (SyncException e) {
            return Finding.failed(String.valueOf(e.getMessage()), WHY, e.remedy());
        }
    }

    /** The role's right to replicate is another item's. */
    private static Optional<SyncException> failure(Sessions segment) {
        return failure(segment, () -> segment.open("precheck"))
                .or(() -> failure(segment, () -> segment.openReplication("precheck"))
                        .filter(failure -> failure.code() != ErrorCode.SOURCE_RIGHTS));
    }

    private static Optional<SyncException> failure(Sessions segment, Supplier<Connection> open) {
        try {
            segment.end(open.get());
            return Optional.empty();
        } catch (SyncException e) {
            return Optional.of(e);
        }
    }

    private static String remedy(int content, Sessions segment, SyncException failure, String ourselves) {
        if (failure.code() == ErrorCode.AUTHENTICATION) {
            return "Add to pg_hba.conf of segment " + content + " (" + place(segment) + "): host "
                    + Quoting.identifier(segment.connection().database()) + " "
                    + Quoting.identifier(segment.connection().user()) + " " + ourselves
                    + " md5\n-- then at the coordinator's host: gpstop -u";
        }
        return "Let this host through to " + place(segment) + "; when segment " + content
                + " is reached elsewhere from here, say where in the task file, at the source: segments: {" + content
                + ": \"HOST:PORT\"}";
    }

    private static String place(Sessions segment) {
        return segment.connection().hosts().getFirst().toString();
    }

    /** As the coordinator sees us, which segments beside it do as well. */
    private static String ourselves(CatalogSession session) {
        String address = session.query(
                        "SELECT coalesce(host(inet_client_addr()), '')", row -> String.valueOf(row.getString(1)))
                .getFirst();
        if (address.isEmpty()) {
            return "ADDRESS/MASK";
        }
        return address + (address.contains(":") ? "/128" : "/32");
    }
}
