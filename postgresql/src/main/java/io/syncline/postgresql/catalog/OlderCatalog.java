package io.syncline.postgresql.catalog;

import java.util.List;

/**
 * Lets queries of the catalog be written for present releases: what an older catalog lacks is replaced by what it would say there. No policy, generated or identity column, no
 * partition, no INCLUDE column exists before the column that tells of it (release notes of 9.5, 9.6, 10, 11 and 12). What stands in is an expression, so a query names its columns itself.
 */
public final class OlderCatalog {

    /** Before 10 a sequence holds its parameters itself, which pg_sequence_parameters tells to who may read it; only the cache is not among them. */
    private static final String SEQUENCES = """
            (SELECT c.oid AS seqrelid, 'bigint'::regtype::oid AS seqtypid, p.start_value AS seqstart, p.increment AS seqincrement,
                    p.minimum_value AS seqmin, p.maximum_value AS seqmax, 1::bigint AS seqcache, p.cycle_option AS seqcycle
               FROM (SELECT oid FROM pg_class
                      WHERE CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'SELECT') END OFFSET 0) c
              CROSS JOIN LATERAL pg_sequence_parameters(c.oid) p)""";

    private static final List<StandIn> STAND_INS = List.of(
            new StandIn(90500, "to_jsonb(", "to_json("),
            new StandIn(
                    90500, "JOIN pg_policy p ", "JOIN (SELECT 0::oid AS polrelid, ''::name AS polname WHERE false) p "),
            new StandIn(
                    90500,
                    "FROM pg_catalog.pg_policy p ",
                    "FROM (SELECT 0::oid AS polrelid, ''::name AS polname WHERE false) p "),
            new StandIn(90500, "c.relrowsecurity", "false"),
            new StandIn(90500, "row_security_active(c.oid)", "false"),
            // Which walsender has which slot is not told; whoever streams there is taken for a standby.
            new StandIn(90500, "s.active_pid", "NULL::int"),
            new StandIn(90600, "to_regtype(wanted.name)", "to_regtype(wanted.name::cstring)"),
            new StandIn(
                    100000,
                    "JOIN pg_statistic_ext s ",
                    "JOIN (SELECT 0::oid AS stxrelid, ''::name AS stxname, 0::oid AS stxnamespace WHERE false) s "),
            new StandIn(100000, "JOIN pg_sequence s ", "JOIN " + SEQUENCES + " s "),
            new StandIn(100000, "c.relispartition", "false"),
            new StandIn(100000, "pg_get_partkeydef(c.oid)", "NULL::text"),
            new StandIn(100000, "c.relpartbound", "NULL::pg_node_tree"),
            new StandIn(100000, "a.attidentity", "''::text"),
            new StandIn(110000, "con.conparentid", "0"),
            new StandIn(110000, "i.indnkeyatts", "i.indnatts"),
            new StandIn(120000, "co.collisdeterministic", "true"),
            new StandIn(120000, "a.attgenerated", "''::text"));

    private OlderCatalog() {}

    /**
     * @param since {@code server_version_num} of the first release that has it
     * @param text as queries write it
     * @param instead what older servers get
     */
    private record StandIn(int since, String text, String instead) {}

    /** The query as a server of this version understands it. */
    public static String adapt(String query, int serverVersion) {
        String adapted = query;
        for (StandIn standIn : STAND_INS) {
            if (serverVersion < standIn.since()) {
                adapted = adapted.replace(standIn.text(), standIn.instead());
            }
        }
        return adapted;
    }
}
