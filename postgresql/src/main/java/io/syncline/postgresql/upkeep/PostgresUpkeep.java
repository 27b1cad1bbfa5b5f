package io.syncline.postgresql.upkeep;

import io.syncline.api.model.TableId;
import io.syncline.api.port.Upkeep;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Dead rows as the statistics of those servers count them where the rows are. A cluster's coordinator is not asked: in Greenplum 7 its own statistics say after a VACUUM
 * that there are no live rows, and count from there (executed, 7.0.0); in 6 the segments tell it nothing (pgstat.c). The segments' figures have what was rolled back, are the
 * same after ANALYZE, and after VACUUM none is dead (executed). A segment that had to recover begins to count anew: the coordinator's {@code reltuples} is taken for the live
 * rows when it is more.
 */
public final class PostgresUpkeep implements Upkeep {

    /** With the partitions of all depths; a partition of Greenplum 6 is an ordinary table that inherits. Only what has rows of its own. */
    private static final String TABLES = """
            WITH RECURSIVE tree (oid) AS (
                SELECT c.oid
                  FROM unnest(?::text[], ?::text[]) AS t (schema, name)
                  JOIN pg_namespace n ON n.nspname = t.schema
                  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
                 UNION
                SELECT i.inhrelid
                  FROM tree
                  JOIN pg_inherits i ON i.inhparent = tree.oid)
            SELECT c.oid::bigint, n.nspname, c.relname, greatest(c.reltuples, 0)::bigint, %s
              FROM tree
              JOIN pg_class c ON c.oid = tree.oid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              %s
             WHERE c.relkind = 'r'""";

    /** For each statement, until the transaction ends: a stage that ends waits five seconds for what goes on beside it, and whoever asks for the status waits too. */
    private static final String BRIEFLY = "SELECT set_config('statement_timeout', '2s', true)";

    private final Sessions sessions;

    public PostgresUpkeep(Sessions sessions) {
        this.sessions = sessions;
    }

    /**
     * A table that has rows of its own.
     *
     * @param estimated its rows, as the last ANALYZE or VACUUM found them
     * @param everywhere whether each segment holds all of them
     */
    private record Holder(long oid, String schema, String name, long estimated, boolean everywhere) {}

    /** What the statistics of one server say of a table. */
    private record Counted(long oid, long live, long dead) {

        Counted plus(Counted other) {
            return new Counted(oid, live + other.live, dead + other.dead);
        }

        /** What each segment counts once more. */
        Counted or(Counted other) {
            return new Counted(oid, Math.max(live, other.live), Math.max(dead, other.dead));
        }
    }

    @Override
    public List<DeadRows> deadRows(Collection<TableId> tables) {
        try (CatalogSession session = CatalogSession.open(sessions)) {
            session.query(BRIEFLY, row -> row.getString(1));
            Map<Long, Holder> holders = holders(session, tables);
            Map<Long, Counted> counts = new HashMap<>();
            for (Counted counted : counts(session, holders.keySet())) {
                boolean everywhere = of(holders, counted).everywhere();
                counts.merge(counted.oid(), counted, everywhere ? Counted::or : Counted::plus);
            }
            List<DeadRows> found = new ArrayList<>();
            counts.values().forEach(counted -> found.add(deadRows(of(holders, counted), counted)));
            return found;
        }
    }

    private static Holder of(Map<Long, Holder> holders, Counted counted) {
        Holder holder = holders.get(counted.oid());
        if (holder == null) {
            throw new IllegalStateException("the server counts for a table that was not asked for: " + counted.oid());
        }
        return holder;
    }

    private DeadRows deadRows(Holder table, Counted counted) {
        return new DeadRows(
                new TableId(sessions.connection().database(), table.schema(), table.name()),
                counted.dead(),
                Math.max(counted.live(), table.estimated()),
                "VACUUM ANALYZE " + Quoting.qualified(table.schema(), table.name()) + ";");
    }

    private static Map<Long, Holder> holders(CatalogSession session, Collection<TableId> tables) {
        return session
                .query(
                        tables(session.dialect()),
                        row -> new Holder(
                                row.getLong(1), row.getString(2), row.getString(3), row.getLong(4), row.getBoolean(5)),
                        CatalogSession.texts(
                                tables.stream().map(TableId::schema).toList()),
                        CatalogSession.texts(tables.stream().map(TableId::name).toList()))
                .stream()
                .collect(Collectors.toMap(Holder::oid, holder -> holder));
    }

    private static String tables(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> TABLES.formatted("false", "");
            case GREENPLUM_6, GREENPLUM_7 ->
                TABLES.formatted(
                        "coalesce(p.policytype = 'r', false)",
                        "LEFT JOIN gp_distribution_policy p ON p.localoid = c.oid");
        };
    }

    /**
     * Nothing is joined or added up there: the functions speak of the server that calls them, and a plan that first brings rows of one table together calls them where the
     * rows have come to (seen, 7.0.0: the figures of one segment, twice).
     */
    private static List<Counted> counts(CatalogSession session, Collection<Long> oids) {
        String servers = holdingServers(session.dialect());
        return session.query(
                "SELECT oid::bigint, pg_stat_get_live_tuples(oid), pg_stat_get_dead_tuples(oid) FROM " + servers
                        + " WHERE oid = ANY (?::oid[]) AND pg_stat_get_dead_tuples(oid) > 0",
                row -> new Counted(row.getLong(1), row.getLong(2), row.getLong(3)),
                CatalogSession.oids(oids));
    }

    /** Tables have the same oid on all segments. */
    private static String holdingServers(Dialect dialect) {
        return switch (dialect) {
            case POSTGRESQL -> "pg_class";
            case GREENPLUM_6, GREENPLUM_7 -> "gp_dist_random('pg_class')";
        };
    }
}
