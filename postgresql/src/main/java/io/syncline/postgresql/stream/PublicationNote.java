package io.syncline.postgresql.stream;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a publication has to remember, kept as its comment, so that nothing further is made at the source: which tables it was made for, and the replica identities that
 * were changed for it. The server writes and reads the JSON.
 *
 * @param tables {@code schema.name} by oid
 * @param partitions those of the published tables
 * @param identities {@link ReplicaIdentities} codes of what was there before, by oid
 * @param distributions of a cluster's tables, as they lay when their rows were read ({@link io.syncline.postgresql.greenplum.Distributions})
 */
record PublicationNote(
        Map<Long, String> tables,
        KnownPartitions partitions,
        Map<Long, String> identities,
        Map<Long, String> distributions) {

    private static final String WRITE = """
            SELECT jsonb_build_object(
                'madeBy', 'syncline',
                'tables', coalesce((SELECT jsonb_object_agg(t.oid, t.name) FROM unnest(?::text[], ?::text[]) AS t (oid, name)), '{}'),
                'partitions', coalesce((SELECT jsonb_object_agg(t.oid, t.part) FROM unnest(?::text[], ?::text[]) AS t (oid, part)), '{}'),
                'replicaIdentity', coalesce((SELECT jsonb_object_agg(i.oid, i.code) FROM unnest(?::text[], ?::text[]) AS i (oid, code)), '{}'),
                'distribution', coalesce((SELECT jsonb_object_agg(d.oid, d.policy) FROM unnest(?::text[], ?::text[]) AS d (oid, policy)), '{}'))""";

    private static final String READ = """
            SELECT kind.key AS kind, entry.key::bigint AS oid, entry.value
              FROM pg_publication p
             CROSS JOIN LATERAL jsonb_each(obj_description(p.oid, 'pg_publication')::jsonb) AS kind
             CROSS JOIN LATERAL jsonb_each_text(kind.value) AS entry
             WHERE p.pubname = ? AND kind.key IN ('tables', 'partitions', 'replicaIdentity', 'distribution')""";

    PublicationNote {
        tables = Map.copyOf(tables);
        identities = Map.copyOf(identities);
        distributions = Map.copyOf(distributions);
    }

    /** The note of the publication of this name; empty when there is no such publication. */
    static Optional<PublicationNote> of(Connection connection, String publication) throws SQLException {
        try (PreparedStatement exists = connection.prepareStatement("SELECT 1 FROM pg_publication WHERE pubname = ?")) {
            exists.setString(1, publication);
            try (ResultSet row = exists.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
            }
        }
        Map<Long, String> tables = new TreeMap<>();
        Map<Long, String> partitions = new TreeMap<>();
        Map<Long, String> identities = new TreeMap<>();
        Map<Long, String> distributions = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(READ)) {
            query.setString(1, publication);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String kind = row.getString("kind");
                    Map<Long, String> entries = switch (kind) {
                        case "tables" -> tables;
                        case "partitions" -> partitions;
                        case "replicaIdentity" -> identities;
                        case "distribution" -> distributions;
                        default -> throw new IllegalStateException("not asked for: " + kind);
                    };
                    entries.put(row.getLong("oid"), row.getString("value"));
                }
            }
        }
        return Optional.of(new PublicationNote(
                tables, KnownPartitions.of(connection.getCatalog(), partitions), identities, distributions));
    }

    /** For COMMENT ON PUBLICATION. */
    String json(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(WRITE)) {
            query.setArray(1, texts(connection, tables.keySet()));
            query.setArray(2, texts(connection, tables.values()));
            Map<Long, String> parts = partitions.entries();
            query.setArray(3, texts(connection, parts.keySet()));
            query.setArray(4, texts(connection, parts.values()));
            query.setArray(5, texts(connection, identities.keySet()));
            query.setArray(6, texts(connection, identities.values()));
            query.setArray(7, texts(connection, distributions.keySet()));
            query.setArray(8, texts(connection, distributions.values()));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    /** Whether changes of this relation are published: as a table, or as a part of one. */
    boolean concerns(long relation) {
        return tables.containsKey(relation) || partitions.parts().containsKey(relation);
    }

    PublicationNote withPartitions(KnownPartitions known) {
        return new PublicationNote(tables, known, identities, distributions);
    }

    /** How tables lie from now on. */
    PublicationNote withDistributions(Map<Long, String> some) {
        Map<Long, String> all = new TreeMap<>(distributions);
        all.putAll(some);
        return new PublicationNote(tables, partitions, identities, all);
    }

    /** Of former replica identities the first that was noted is the one to put back. */
    PublicationNote withIdentities(Map<Long, String> more) {
        Map<Long, String> all = new TreeMap<>(more);
        all.putAll(identities);
        return new PublicationNote(tables, partitions, all, distributions);
    }

    PublicationNote with(PublicationNote more) {
        Map<Long, String> all = new TreeMap<>(tables);
        all.putAll(more.tables);
        return new PublicationNote(all, partitions.with(more.partitions), identities, distributions)
                .withIdentities(more.identities)
                .withDistributions(more.distributions);
    }

    /** Without some tables and their partitions; former replica identities stay, to be put back. */
    PublicationNote without(Set<Long> some) {
        Map<Long, String> fewer = new TreeMap<>(tables);
        fewer.keySet()
                .removeIf(oid -> some.contains(oid)
                        || (partitions.parts().containsKey(oid)
                                && some.contains(partitions.parts().get(oid).root())));
        return new PublicationNote(fewer, partitions.without(some), identities, distributions);
    }

    /** Without former replica identities that need not be put back any more. */
    PublicationNote withoutIdentities(Set<Long> some) {
        Map<Long, String> fewer = new TreeMap<>(identities);
        fewer.keySet().removeAll(some);
        return new PublicationNote(tables, partitions, fewer, distributions);
    }

    PublicationNote withIdentity(long table, String code) {
        Map<Long, String> more = new TreeMap<>(identities);
        more.put(table, code);
        return new PublicationNote(tables, partitions, more, distributions);
    }

    private static java.sql.Array texts(Connection connection, Collection<?> values) throws SQLException {
        return connection.createArrayOf(
                "text", values.stream().map(String::valueOf).toArray());
    }
}
