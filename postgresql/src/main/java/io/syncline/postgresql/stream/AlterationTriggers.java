package io.syncline.postgresql.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.port.TaskIdentity;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The event triggers of one task and their function, which write into the log what each published table became, in the transaction that altered it (T10). The function
 * lies in the schema {@code syncline}; all names carry the task's id (T49).
 *
 * <p>No statement of an application fails or waits for it: it reads catalogs only, and whatever it runs into it catches and tells as lost. It runs with its owner's rights,
 * under settings of its own, so that what it prints does not depend on the session (T47), and in replica sessions too.
 */
final class AlterationTriggers {

    /** pgoutput carries logical messages (PostgreSQL documentation, release notes of 14). */
    static final int SINCE = 140_000;

    private static final String SCHEMA = "syncline";
    private static final List<String> EVENTS = List.of("ddl_command_end", "sql_drop", "table_rewrite");
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final Sessions sessions;
    private final ControlSession control;
    private final ChangeLogName publication;
    private final String name;

    AlterationTriggers(Sessions sessions, ControlSession control, TaskIdentity task) {
        this.sessions = sessions;
        this.control = control;
        this.publication = ChangeLogName.of(task);
        this.name = "dts_sync_" + task.id();
    }

    /** What this task's messages begin with. */
    String prefix() {
        return "syncline:" + name;
    }

    /** Makes them anew, all or none; none where the role may not, which the precheck tells. */
    void make() {
        if (sessions.serverVersion() < SINCE) {
            return;
        }
        control.run("making event triggers", ErrorCode.SOURCE_SETTINGS, connection -> {
            try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                return statement.execute(String.join("; ", definitions()));
            } catch (SQLException e) {
                if (!SqlErrors.state(e).equals(INSUFFICIENT_PRIVILEGE)) {
                    throw e;
                }
                return false;
            }
        });
    }

    /** The statements of {@link #make}, where the role may run them; it is only looked at. */
    List<String> plan() {
        boolean may = sessions.serverVersion() >= SINCE
                && control.run("looking at the role", ErrorCode.SOURCE_SETTINGS, connection -> {
                    try (Statement statement = connection.createStatement();
                            ResultSet row = statement.executeQuery(
                                    "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")) {
                        return row.next() && row.getBoolean(1);
                    }
                });
        return may ? definitions() : List.of();
    }

    private List<String> definitions() {
        List<String> definitions = new ArrayList<>();
        definitions.add("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
        definitions.add("CREATE OR REPLACE FUNCTION " + function()
                + " RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
                + " SET DateStyle = 'ISO' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC' SET extra_float_digits = 3"
                + " SET bytea_output = 'hex' SET lc_monetary = 'C' SET quote_all_identifiers = off SET row_security = off AS $body$"
                + body(Quoting.literal(prefix()), Quoting.literal(publication.text())) + "$body$");
        for (String event : EVENTS) {
            definitions.add("DROP EVENT TRIGGER IF EXISTS " + trigger(event));
            definitions.add(
                    "CREATE EVENT TRIGGER " + trigger(event) + " ON " + event + " EXECUTE FUNCTION " + function());
            definitions.add("ALTER EVENT TRIGGER " + trigger(event) + " ENABLE ALWAYS");
        }
        return definitions;
    }

    /**
     * Bits of pg_event_trigger_table_rewrite_reason(): 2 a default that is computed for each row, 4 another type (event_trigger.h); the others keep every value. A table
     * that is dropped leaves the publication by itself; one that is taken out of it by a statement was meant to.
     *
     * <p>Decoding gives a message the place of its record's end (logicalmsg_decode in the server's decode.c), where the next record begins; the block with its EXCEPTION is a
     * subtransaction, and of two changes of one place that are of different subtransactions any may be sent first. So an empty message keeps the next row away.
     */
    private static String body(String prefix, String publication) {
        return """
            DECLARE
                touched oid[];
                told boolean;
            BEGIN
                IF tg_event = 'table_rewrite' THEN
                    IF pg_event_trigger_table_rewrite_reason() & 6 <> 0 THEN
                        PERFORM pg_logical_emit_message(true, %1$s, jsonb_build_object('rewritten',
                            coalesce(pg_partition_root(t.oid)::oid, t.oid)::bigint)::text)
                           FROM (SELECT pg_event_trigger_table_rewrite_oid() AS oid) AS t;
                    END IF;
                    RETURN;
                ELSIF tg_event = 'sql_drop' THEN
                    PERFORM pg_logical_emit_message(true, %1$s, jsonb_build_object('dropped',
                        array_to_string(d.address_names, '.'))::text)
                       FROM pg_event_trigger_dropped_objects() AS d
                      WHERE d.classid = 'pg_publication_rel'::regclass AND NOT d.original AND d.address_args = ARRAY[%2$s];
                    touched := ARRAY(SELECT d.objid FROM pg_event_trigger_dropped_objects() AS d
                                      WHERE d.classid = 'pg_class'::regclass AND d.objsubid <> 0);
                ELSE
                    touched := ARRAY(SELECT d.objid FROM pg_event_trigger_ddl_commands() AS d WHERE d.classid = 'pg_class'::regclass
                                      UNION
                                     SELECT c.oid FROM pg_event_trigger_ddl_commands() AS d JOIN pg_class AS c ON c.relnamespace = d.objid
                                      WHERE d.classid = 'pg_namespace'::regclass AND c.relkind IN ('r', 'p'));
                END IF;
                PERFORM pg_logical_emit_message(true, %1$s, jsonb_build_object(
                    'named', c.oid::bigint, 'schema', n.nspname, 'name', c.relname)::text)
                   FROM pg_class AS c
                   JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.oid = ANY (touched) AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND NOT c.relispartition
                    AND NOT EXISTS (SELECT FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid
                                     WHERE p.pubname = %2$s AND coalesce(pg_partition_root(r.prrelid)::oid, r.prrelid) = c.oid);
                told := FOUND;
                PERFORM pg_logical_emit_message(true, %1$s, jsonb_build_object(
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
                           AND i.indpred IS NULL AND i.indexprs IS NULL AND k.complete))::text)
                   FROM (SELECT DISTINCT coalesce(pg_partition_root(r.prrelid)::oid, r.prrelid) AS oid
                           FROM pg_publication_rel AS r JOIN pg_publication AS p ON p.oid = r.prpubid WHERE p.pubname = %2$s) AS published
                   JOIN pg_class AS c ON c.oid = published.oid
                   JOIN pg_namespace AS n ON n.oid = c.relnamespace
                  WHERE c.oid IN (SELECT coalesce(pg_partition_root(t.oid)::oid, t.oid) FROM unnest(touched) AS t (oid));
                IF told OR FOUND THEN
                    PERFORM pg_logical_emit_message(true, %1$s, '');
                END IF;
            EXCEPTION WHEN OTHERS THEN
                BEGIN
                    PERFORM pg_logical_emit_message(true, %1$s, jsonb_build_object('lost', SQLSTATE)::text);
                    PERFORM pg_logical_emit_message(true, %1$s, '');
                EXCEPTION WHEN OTHERS THEN
                    NULL;
                END;
            END""".formatted(prefix, publication);
    }

    /** Whether all of them are there and fire in every session. */
    boolean areThere() {
        return sessions.serverVersion() >= SINCE
                && control.run("looking at event triggers", ErrorCode.SOURCE_SETTINGS, this::areThere);
    }

    private boolean areThere(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT count(*) FROM pg_event_trigger t JOIN pg_proc f ON f.oid = t.evtfoid"
                        + " JOIN pg_namespace n ON n.oid = f.pronamespace"
                        + " WHERE n.nspname = ? AND f.proname = ? AND t.evtenabled = 'A'")) {
            query.setString(1, SCHEMA);
            query.setString(2, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getInt(1) == EVENTS.size();
            }
        }
    }

    /** Statements that remove what is there, in their order; the schema goes with the last of its functions. */
    List<String> removals(Connection connection) throws SQLException {
        List<String> removals = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE n.nspname = ? AND f.proname = ?")) {
            query.setString(1, SCHEMA);
            query.setString(2, name);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return removals;
                }
            }
        }
        EVENTS.forEach(event -> removals.add("DROP EVENT TRIGGER IF EXISTS " + trigger(event)));
        removals.add("DROP FUNCTION IF EXISTS " + function());
        return removals;
    }

    /** Drops the schema when nothing is in it; another task may be making its function there at this moment, and then it stays. */
    static String dropEmptySchema() {
        return "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_namespace n ON d.refobjid = n.oid"
                + " WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND n.nspname = '" + SCHEMA
                + "') THEN DROP SCHEMA IF EXISTS " + SCHEMA + "; END IF; END $$";
    }

    private String function() {
        return Quoting.qualified(SCHEMA, name) + "()";
    }

    private String trigger(String event) {
        return Quoting.identifier(name + "_" + event);
    }
}
