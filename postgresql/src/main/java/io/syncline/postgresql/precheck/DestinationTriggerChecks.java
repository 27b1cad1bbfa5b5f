package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.api.port.PrecheckScope;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.schema.ReplicaRole;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Triggers, rules and foreign keys at the destination that would act on the rows that we write (T2). */
final class DestinationTriggerChecks {

    /** tgenabled and ev_enabled: O fires in ordinary sessions, R in replica sessions, A always, D never. Foreign keys of both directions count. */
    private static final String ACTING = """
            WITH target (oid, quoted) AS (
                SELECT c.oid, quote_ident(t.schema) || '.' || quote_ident(t.name)
                  FROM unnest(?::text[], ?::text[]) AS t (schema, name)
                  JOIN pg_namespace n ON n.nspname = t.schema
                  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name)
            SELECT 'trigger' AS kind, tg.tgname AS name, target.quoted, tg.tgenabled::text AS enabled,
                   format('ALTER TABLE %s DISABLE TRIGGER %I;', target.quoted, tg.tgname) AS remedy
              FROM target JOIN pg_trigger tg ON tg.tgrelid = target.oid AND NOT tg.tgisinternal
             UNION ALL
            SELECT 'rule', r.rulename, target.quoted, r.ev_enabled::text,
                   format('ALTER TABLE %s DISABLE RULE %I;', target.quoted, r.rulename)
              FROM target JOIN pg_rewrite r ON r.ev_class = target.oid AND r.rulename <> '_RETURN'
             UNION ALL
            SELECT DISTINCT 'foreign key', con.conname, con.conrelid::regclass::text, 'O',
                   format('ALTER TABLE %s DROP CONSTRAINT %I; -- make it again at cutover', con.conrelid::regclass, con.conname)
              FROM target JOIN pg_constraint con ON con.contype = 'f' AND target.oid IN (con.conrelid, con.confrelid)
             ORDER BY 1, 3, 2""";

    private final Sessions sessions;
    private final PrecheckScope scope;

    DestinationTriggerChecks(Sessions sessions, PrecheckScope scope) {
        this.sessions = sessions;
        this.scope = scope;
    }

    private record Acting(String kind, String name, String table, String enabled, String remedy) {

        static Acting of(ResultSet row) throws SQLException {
            return new Acting(
                    row.getString("kind"),
                    row.getString("name"),
                    row.getString("quoted"),
                    row.getString("enabled"),
                    row.getString("remedy"));
        }

        boolean fires(boolean asReplica) {
            return switch (enabled) {
                case "D" -> false;
                case "A" -> true;
                case "R" -> asReplica;
                default -> !asReplica;
            };
        }

        @Override
        public String toString() {
            return kind + " " + name + " of " + table;
        }
    }

    Finding look(CatalogSession session) {
        boolean asReplica = new ReplicaRole(sessions).allowed();
        List<TableId> targets = scope.routes().stream()
                .map(route -> route.destination().table())
                .toList();
        List<Acting> firing = DestinationTables.query(session, ACTING, Acting::of, targets).stream()
                .filter(acting -> acting.fires(asReplica))
                .toList();
        if (firing.isEmpty()) {
            return Finding.passed("Nothing at the destination acts on the rows that are written.");
        }
        return Finding.failed(
                Listing.names(firing.stream().map(Acting::toString).toList()) + ".",
                "They would act on rows that are applied: rows would be changed, cascade away or be written twice.",
                Listing.statements(firing.stream().map(Acting::remedy).toList()));
    }
}
