package io.syncline.postgresql.precheck;

import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.catalog.KeyReader;
import io.syncline.postgresql.catalog.Relation;
import io.syncline.postgresql.session.Quoting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tables of a Greenplum source whose rows nothing tells apart for good, and what lacks for their distribution columns to be a key: NOT NULL of each, and a unique index, which there always
 * holds them all. The rows are not looked at: that they differ today keeps nobody from inserting an equal one tomorrow.
 */
record KeylessTables(ChosenTables chosen) {

    /** An index that is built, not partial, over plain columns, and checked with each row: what {@link KeyReader} takes, but for NULLs. */
    private static final String LYING = """
            SELECT wanted.oid, c.relkind = 'p' AS partitioned, p.policytype,
                   ARRAY(SELECT a.attname::text FROM unnest(p.distkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
                           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum ORDER BY k.place) AS columns,
                   ARRAY(SELECT a.attname::text FROM unnest(p.distkey::smallint[]) WITH ORDINALITY AS k (attnum, place)
                           JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
                          WHERE NOT a.attnotnull ORDER BY k.place) AS nullable,
                   EXISTS (SELECT FROM pg_index i
                            WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indisready AND i.indimmediate
                              AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = cardinality(p.distkey::smallint[])) AS indexed
              FROM unnest(?::oid[]) AS wanted (oid)
              JOIN pg_class c ON c.oid = wanted.oid
              JOIN gp_distribution_policy p ON p.localoid = c.oid""";

    private record Lying(
            long table,
            boolean partitioned,
            String policy,
            List<String> columns,
            List<String> nullable,
            boolean indexed) {

        static Lying of(ResultSet row) throws SQLException {
            return new Lying(
                    row.getLong("oid"),
                    row.getBoolean("partitioned"),
                    row.getString("policytype"),
                    List.of((String[]) row.getArray("columns").getArray()),
                    List.of((String[]) row.getArray("nullable").getArray()),
                    row.getBoolean("indexed"));
        }

        /** Why it has no key. */
        String why() {
            if (policy.equals("r")) {
                return "replicated";
            }
            if (columns.isEmpty()) {
                return "distributed at random";
            }
            List<String> lacking = new ArrayList<>();
            if (!indexed) {
                lacking.add("no unique index");
            }
            if (!nullable.isEmpty()) {
                lacking.add(String.join(", ", nullable) + " may be NULL");
            }
            return "distributed by " + String.join(", ", columns) + ": " + String.join(", ", lacking);
        }

        /** What would give it one: statements where there is nothing to choose, else a comment. */
        List<String> remedy(Relation relation) {
            String name = Quoting.table(relation.id());
            if (policy.equals("r")) {
                return List.of("-- ALTER TABLE " + name + " ADD PRIMARY KEY (...);");
            }
            if (columns.isEmpty()) {
                return List.of("-- ALTER TABLE " + name + " SET DISTRIBUTED BY (...); ALTER TABLE " + name
                        + " ADD PRIMARY KEY (...);");
            }
            if (partitioned) {
                return List.of("-- ALTER TABLE " + name + " ADD PRIMARY KEY (" + list()
                        + ", ...); -- with the columns of its partitions");
            }
            List<String> statements = new ArrayList<>();
            nullable.forEach(column -> statements.add(
                    "ALTER TABLE " + name + " ALTER COLUMN " + Quoting.identifier(column) + " SET NOT NULL;"));
            if (!indexed) {
                statements.add("CREATE UNIQUE INDEX ON " + name + " (" + list() + ");");
            }
            return statements;
        }

        private String list() {
            return columns.stream().map(Quoting::identifier).collect(Collectors.joining(", "));
        }
    }

    private record Named(Relation table, Lying lying) {}

    Finding look(CatalogSession session) {
        Set<Long> oids = new HashSet<>(chosen.byOid(session).keySet());
        oids.removeAll(KeyReader.read(session, oids).keySet());
        List<Named> keyless = session.query(LYING, Lying::of, CatalogSession.oids(oids)).stream()
                .map(lying ->
                        new Named(Objects.requireNonNull(chosen.byOid(session).get(lying.table())), lying))
                .sorted(Comparator.comparing(named -> named.table().id()))
                .toList();
        if (keyless.isEmpty()) {
            return Finding.passed("Every table has a primary key, or a unique index over columns that are NOT NULL.");
        }
        return Finding.warning(
                Listing.count(keyless.size(), "table") + " without a key: "
                        + Listing.names(keyless.stream()
                                .map(named -> named.table().id() + " ("
                                        + named.lying().why() + ")")
                                .toList())
                        + ".",
                "Nothing proves that their distribution columns stay unique and not null, so the destination gets no primary key of them: a row that shares its key would be lost. Changes find rows by all of their columns, through the whole table.",
                "-- Nothing has to be done. For a key, before the first start; it is refused where rows share these values or lack them:\n"
                        + Listing.statements(keyless.stream()
                                .flatMap(named -> named.lying().remedy(named.table()).stream())
                                .toList()));
    }
}
