package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.session.Quoting;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The server decodes the changes of heaps alone (7.0.0, decode.c: records of append-optimised tables are passed over). */
record AppendOptimisedCheck(ChosenTables chosen) {

    /** Partitioned tables among them: their new partitions would lie as they do. */
    private static final String OTHER_THAN_HEAPS = """
            SELECT c.oid, a.amname
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN pg_am a ON a.oid = c.relam
             WHERE a.amname <> 'heap'""";

    private record Lying(long table, String storage) {}

    private record Named(Relation table, String storage) {}

    Finding look(CatalogSession session) {
        Map<Long, Relation> followed = chosen.withPartitions(session);
        List<Named> found = session
                .query(
                        OTHER_THAN_HEAPS,
                        row -> new Lying(row.getLong("oid"), row.getString("amname")),
                        CatalogSession.oids(followed.keySet()))
                .stream()
                .map(lying -> new Named(Objects.requireNonNull(followed.get(lying.table())), lying.storage()))
                .sorted(Comparator.comparing(named -> named.table().id()))
                .toList();
        if (found.isEmpty()) {
            return Finding.passed("All chosen tables are heaps.");
        }
        return Finding.failed(
                Listing.count(found.size(), "table") + " that are no heaps: "
                        + Listing.names(found.stream()
                                .map(named -> named.table().id() + " (" + named.storage() + ")")
                                .toList())
                        + ".",
                "The server's log does not tell what changes in append-optimised tables: the destination would stay as it was loaded.",
                "-- Give them refresh in the task file, with which they are loaded anew from time to time; or leave them out of its objects; or, which writes each anew under a lock:\n"
                        + Listing.statements(found.stream()
                                .map(named -> "ALTER TABLE "
                                        + Quoting.table(named.table().id()) + " SET ACCESS METHOD heap;")
                                .toList()));
    }
}
