package io.syncline.postgresql.stream;

import io.syncline.api.port.TaskIdentity;
import io.syncline.postgresql.session.Quoting;
import java.util.ArrayList;
import java.util.List;

/**
 * The function behind event triggers that write into the log what each published table became, in the transaction that altered it (T10), and the triggers' statements. It lies in the
 * schema {@code syncline}.
 *
 * <p>No statement of an application fails or waits for it: it reads catalogs only, and whatever it runs into it catches and tells as lost. It runs with its owner's rights,
 * under settings of its own, so that what it prints does not depend on the session (T47), and in replica sessions too.
 *
 * @param name of the function; the triggers' names begin with it
 * @param publications an SQL condition on {@code p}, of pg_publication: those whose tables it tells of
 */
public record AlterationFunction(String name, String publications) {

    static final String SCHEMA = "syncline";

    static final List<String> EVENTS = List.of("ddl_command_end", "sql_drop", "table_rewrite");

    /**
     * How many of a function's triggers there are that fire in every session, and have done so since before a publication was made, if it is there: one that was made, or enabled again,
     * later has missed what came before. The last transaction that wrote a trigger's row tells.
     */
    public static final String COUNT = "SELECT count(*) FROM pg_catalog.pg_event_trigger AS t"
            + " JOIN pg_catalog.pg_proc AS f ON f.oid = t.evtfoid"
            + " JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace"
            + " LEFT JOIN pg_catalog.pg_publication AS p ON p.pubname = ?"
            + " WHERE n.nspname = '" + SCHEMA + "' AND f.proname = ? AND t.evtenabled = 'A'"
            + " AND (p.oid IS NULL OR pg_catalog.age(t.xmin) >= pg_catalog.age(p.xmin))";

    /** After the last underscore of a publication's name comes its task's id. */
    private static final String PREFIX = "'syncline:dts_sync_' || substring(p.pubname::text from '[^_]+$')";

    private static final int MAX_BYTES = 63;

    /** The one that a task makes for itself; its name carries the task's id (T49). */
    static AlterationFunction of(TaskIdentity task) {
        return new AlterationFunction(
                "dts_sync_" + task.id(),
                "p.pubname = " + Quoting.literal(ChangeLogName.of(task).text()));
    }

    /** One that a superuser makes by hand for a task of this name, whose role may not: before the task has an id. */
    public static AlterationFunction byHand(String task) {
        String family = ChangeLogName.family(task);
        String name = "dts_sync_for_" + family;
        int longest = EVENTS.stream().mapToInt(String::length).max().orElse(0) + 1;
        return new AlterationFunction(
                name.substring(0, Math.min(name.length(), MAX_BYTES - longest)),
                "p.pubname ~ " + Quoting.literal("^dts_sync_" + family + "_[^_]+$"));
    }

    /** What messages about a task begin with. */
    static String prefix(TaskIdentity task) {
        return "syncline:dts_sync_" + task.id();
    }

    /** Whether {@link #COUNT} found all of them. */
    public static boolean isWhole(long triggers) {
        return triggers == EVENTS.size();
    }

    /** The statements that make it and its triggers anew, in their order. */
    public List<String> definitions() {
        List<String> definitions = new ArrayList<>();
        definitions.add("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
        definitions.add("CREATE OR REPLACE FUNCTION " + quoted()
                + " RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
                + " SET DateStyle = 'ISO' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3"
                + " SET bytea_output = 'hex' SET lc_monetary = 'C' SET quote_all_identifiers = off SET row_security = off AS $body$"
                + body() + "$body$");
        for (String event : EVENTS) {
            definitions.add("DROP EVENT TRIGGER IF EXISTS " + trigger(event));
            definitions.add(
                    "CREATE EVENT TRIGGER " + trigger(event) + " ON " + event + " EXECUTE FUNCTION " + quoted());
            definitions.add("ALTER EVENT TRIGGER " + trigger(event) + " ENABLE ALWAYS");
        }
        return definitions;
    }

    /** The statements that remove them, the triggers first. */
    List<String> removals() {
        List<String> removals = new ArrayList<>();
        EVENTS.forEach(event -> removals.add("DROP EVENT TRIGGER IF EXISTS " + trigger(event)));
        removals.add("DROP FUNCTION IF EXISTS " + quoted());
        return removals;
    }

    private String quoted() {
        return Quoting.qualified(SCHEMA, name) + "()";
    }

    private String trigger(String event) {
        return Quoting.identifier(name + "_" + event);
    }

    /**
     * Bits of pg_event_trigger_table_rewrite_reason(): 2 a default that is computed for each row, 4 another type (event_trigger.h); the others keep every value. A table
     * that is dropped leaves the publication by itself; one that is taken out of it by a statement was meant to. A dropped table is told before its partitions. Which
     * partitions were made as such is told as {@link io.syncline.postgresql.catalog.PartitionReader} finds it.
     *
     * <p>Decoding gives a message the place of its record's end (logicalmsg_decode in the server's decode.c), where the next record begins; the block with its EXCEPTION is a
     * subtransaction, and of two changes of one place that are of different subtransactions any may be sent first. So an empty message keeps the next row away.
     */
    private String body() {
        return """
            DECLARE
                touched oid[];
                told boolean;
                stream record;
            BEGIN
              FOR stream IN SELECT p.pubname, %2$s AS prefix FROM pg_publication AS p WHERE %1$s LOOP
                told := false;
                IF tg_event = 'table_rewrite' THEN
                    IF pg_event_trigger_table_rewrite_reason() & 6 <> 0 THEN
                        PERFORM pg_logical_emit_message(true, stream.prefix, jsonb_build_object('rewritten',
                            coalesce(pg_partition_root(t.oid)::oid, t.oid)::bigint)::text)
                           FROM (SELECT pg_event_trigger_table_rewrite_oid() AS oid) AS t;
                    END IF;
                    CONTINUE;
                ELSIF tg_event = 'sql_drop' THEN
                    PERFORM pg_logical_emit_message(true, stream.prefix, jsonb_build_object('gone', d.objid::bigint)::text)
                       FROM pg_event_trigger_dropped_objects() AS d
                      WHERE d.classid = 'pg_class'::regclass AND d.objsubid = 0 AND NOT d.is_temporary
                        AND d.object_type IN ('table', 'foreign table')
                      ORDER BY d.original DESC;
                    told := FOUND;
                    touched := ARRAY(SELECT d.objid FROM pg_event_trigger_dropped_objects() AS d
                                      WHERE d.classid = 'pg_class'::regclass AND d.objsubid <> 0);
                ELSE
                    touched := ARRAY(SELECT d.objid FROM pg_event_trigger_ddl_commands() AS d WHERE d.classid = 'pg_class'::regclass
                                      UNION
                                     SELECT c.oid FROM pg_event_trigger_ddl_commands() AS d JOIN pg_class AS c ON c.relnamespace = d.objid
                                      WHERE d.classid = 'pg_namespace'::regclass AND c.relkind IN ('r', 'p'));
                END IF;
                PERFORM pg_logical_emit_message(true, stream.prefix, jsonb_build_object(
                    'named', c.oid::bigint, 'schema', n.nspname, 'name', c.relname)::text)
                   FROM pg_class AS c
                   JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.oid = ANY (touched) AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
                    AND NOT EXISTS (SELECT FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
                                     WHERE p.pubname = stream.pubname AND coalesce(pg_partition_root(r.prrelid)::oid, r.prrelid) = c.oid);
                told := told OR FOUND;
                PERFORM pg_logical_emit_message(true, stream.prefix, jsonb_build_object(
                    'oid', c.oid::bigint, 'schema', n.nspname, 'name', c.relname,
                    'columns', (
                        SELECT jsonb_agg(jsonb_build_object(
                                   'number', a.attnum, 'name', a.attname, 'type', a.atttypid::bigint, 'modifier', a.atttypmod,
                                   'required', a.attnotnull AND NOT EXISTS (
                                       SELECT FROM pg_constraint AS nn WHERE nn.conrelid = c.oid AND nn.contype = 'n'
                                          AND NOT nn.convalidated AND nn.conkey = ARRAY[a.attnum]),
                                   'generated', a.attgenerated <> '', 'identity', a.attidentity <> '',
                                   'collated', a.attcollation <> t.typcollation,
                                   'deterministic', coalesce(co.collisdeterministic, true),
                                   'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
                                   'fill', CASE WHEN a.atthasmissing THEN array_to_string(a.attmissingval, '') END)
                               ORDER BY a.attnum)
                          FROM pg_attribute AS a
                          JOIN pg_type AS t ON t.oid = a.atttypid
                          LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                          LEFT JOIN pg_collation AS co ON co.oid = a.attcollation
                         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                    'keys', (
                        SELECT jsonb_agg(k.numbers)
                          FROM pg_index AS i
                         CROSS JOIN LATERAL (
                               SELECT string_agg(part.attnum::text, ' ' ORDER BY part.position) AS numbers, bool_and(a.attnotnull) AS complete
                                 FROM unnest(i.indkey) WITH ORDINALITY AS part (attnum, position)
                                 JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = part.attnum
                                WHERE part.position <= i.indnkeyatts) AS k
                         WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indisready
                           AND i.indpred IS NULL AND i.indexprs IS NULL AND k.complete),
                    'parts', CASE WHEN c.relkind = 'p' THEN (
                        WITH RECURSIVE tree (oid, parent, attached) AS (
                            SELECT i.inhrelid, i.inhparent, i.xmin::text FROM pg_inherits AS i WHERE i.inhparent = c.oid
                             UNION ALL
                            SELECT i.inhrelid, i.inhparent, i.xmin::text FROM tree AS t JOIN pg_inherits AS i ON i.inhparent = t.oid)
                        SELECT coalesce(jsonb_agg(jsonb_build_object(
                                   'oid', t.oid::bigint, 'parent', t.parent::bigint, 'attached', t.attached, 'kind', part.relkind,
                                   'schema', ns.nspname, 'name', part.relname,
                                   'born', EXISTS (SELECT FROM pg_attribute AS made JOIN pg_attribute AS a
                                                         ON a.attrelid = made.attrelid AND a.xmin = made.xmin AND a.cmin = made.cmin
                                                    WHERE made.attrelid = t.oid AND made.attnum = -1 AND a.attnum > 0 AND a.attinhcount > 0))), '[]')
                          FROM tree AS t JOIN pg_class AS part ON part.oid = t.oid JOIN pg_namespace AS ns ON ns.oid = part.relnamespace) END)::text)
                   FROM (SELECT DISTINCT coalesce(pg_partition_root(r.prrelid)::oid, r.prrelid) AS oid
                           FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid WHERE p.pubname = stream.pubname) AS published
                   JOIN pg_class AS c ON c.oid = published.oid
                   JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.oid IN (SELECT coalesce(pg_partition_root(t.oid)::oid, t.oid) FROM unnest(touched) AS t (oid));
                IF told OR FOUND THEN
                    PERFORM pg_logical_emit_message(true, stream.prefix, '');
                END IF;
              END LOOP;
            EXCEPTION WHEN OTHERS THEN
                BEGIN
                    PERFORM pg_logical_emit_message(true, %2$s, jsonb_build_object('lost', SQLSTATE)::text) FROM pg_publication AS p WHERE %1$s;
                    PERFORM pg_logical_emit_message(true, %2$s, '') FROM pg_publication AS p WHERE %1$s;
                EXCEPTION WHEN OTHERS THEN
                    NULL;
                END;
            END""".formatted(publications, PREFIX);
    }
}
