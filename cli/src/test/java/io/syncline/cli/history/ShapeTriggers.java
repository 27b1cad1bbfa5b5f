package io.syncline.cli.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncline.testkit.postgres.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Event triggers of the test's own that write into a server's log what each table of a history became; they share nothing with the program's. The log's order is that of the statements: an empty
 * message keeps the next row away from the place of one that tells something.
 */
final class ShapeTriggers {

    static final String PREFIX = "history";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String DEFINITIONS = """
            CREATE FUNCTION public.tell_shapes() RETURNS event_trigger LANGUAGE plpgsql AS $$
              BEGIN
                IF tg_event = 'sql_drop' THEN
                  PERFORM pg_logical_emit_message(true, 'history', jsonb_build_object(
                      'kind', 'drop', 'schema', d.schema_name, 'table', d.objid::bigint)::text)
                     FROM pg_event_trigger_dropped_objects() AS d WHERE d.object_type = 'table';
                ELSIF tg_event = 'table_rewrite' THEN
                  PERFORM pg_logical_emit_message(true, 'history', jsonb_build_object(
                      'kind', 'rewrite', 'schema', n.nspname, 'table', c.oid::bigint)::text)
                     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE c.oid = pg_event_trigger_table_rewrite_oid();
                ELSE
                  PERFORM pg_logical_emit_message(true, 'history', jsonb_build_object(
                      'kind', 'shape', 'schema', n.nspname, 'table', c.oid::bigint, 'name', c.relname,
                      'columns', (SELECT jsonb_agg(jsonb_build_object(
                            'number', a.attnum, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
                            'standard', pg_get_expr(f.adbin, f.adrelid), 'filling', (a.attmissingval::text::text[])[1]) ORDER BY a.attnum)
                         FROM pg_attribute AS a LEFT JOIN pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
                        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
                      'key', (SELECT jsonb_agg(a.attname ORDER BY a.attnum)
                         FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
                        WHERE i.indrelid = c.oid AND i.indisprimary))::text)
                     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE n.nspname LIKE 'history%' AND c.relkind = 'r' AND c.oid IN (
                          SELECT d.objid FROM pg_event_trigger_ddl_commands() AS d WHERE d.classid = 'pg_class'::regclass);
                END IF;
                PERFORM pg_logical_emit_message(true, 'history', '');
              END $$;
            CREATE EVENT TRIGGER tell_shapes ON ddl_command_end EXECUTE FUNCTION public.tell_shapes();
            ALTER EVENT TRIGGER tell_shapes ENABLE ALWAYS;
            CREATE EVENT TRIGGER tell_drops ON sql_drop EXECUTE FUNCTION public.tell_shapes();
            ALTER EVENT TRIGGER tell_drops ENABLE ALWAYS;
            CREATE EVENT TRIGGER tell_rewrites ON table_rewrite EXECUTE FUNCTION public.tell_shapes();
            ALTER EVENT TRIGGER tell_rewrites ENABLE ALWAYS;
            """;

    private ShapeTriggers() {}

    static void make(Sql sql) {
        sql.execute(DEFINITIONS);
    }

    /** @param message as the triggers wrote it; an empty one tells nothing */
    static Optional<LogLine> read(String message) {
        if (message.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(message);
            String schema = node.path("schema").asText();
            long table = node.path("table").asLong();
            return Optional.of(
                    switch (node.path("kind").asText()) {
                        case "drop" -> new LoggedDrop(schema, table);
                        case "rewrite" -> new LoggedRewrite(schema, table);
                        case "shape" ->
                            new LoggedShape(schema, table, node.path("name").asText(), columns(node), key(node));
                        case String other -> throw new AssertionError(other);
                    });
        } catch (JsonProcessingException e) {
            throw new AssertionError(message, e);
        }
    }

    private static List<LoggedShape.Column> columns(JsonNode shape) {
        List<LoggedShape.Column> columns = new ArrayList<>();
        for (JsonNode column : shape.path("columns")) {
            columns.add(new LoggedShape.Column(
                    column.path("number").asInt(),
                    column.path("name").asText(),
                    column.path("type").asText(),
                    column.path("required").asBoolean(),
                    text(column.path("standard")),
                    text(column.path("filling"))));
        }
        return columns;
    }

    private static List<String> key(JsonNode shape) {
        List<String> key = new ArrayList<>();
        shape.path("key").forEach(name -> key.add(name.asText()));
        return key;
    }

    private static @Nullable String text(JsonNode node) {
        return node.isTextual() ? node.asText() : null;
    }
}
