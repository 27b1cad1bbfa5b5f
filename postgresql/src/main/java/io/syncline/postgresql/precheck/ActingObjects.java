package io.syncline.postgresql.precheck;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.ReplicaRole;
import io.syncline.postgresql.session.Sessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Triggers, rules and foreign keys at the destination that would act on the rows that this role writes (T2). */
public final class ActingObjects {

    /**
     * tgenabled and ev_enabled: O fires in ordinary sessions, R in replica sessions, A always, D never. A foreign key acts by triggers of its own, on both of its tables;
     * foreign keys of both directions count. Those of partitions act as
     * the table's do.
     */
    private static final String ACTING = """
            WITH RECURSIVE tree (oid, kind) AS (
                SELECT c.oid, c.relkind
                  FROM unnest(?::text[], ?::text[]) AS t (schema, name)
                  JOIN pg_namespace n ON n.nspname = t.schema
                  JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = t.name
                 UNION
                SELECT c.oid, c.relkind
                  FROM tree
                  JOIN pg_inherits i ON i.inhparent = tree.oid
                  JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE tree.kind = 'p'),
                 target (oid, quoted) AS (
                SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname)
                  FROM tree
                  JOIN pg_class c ON c.oid = tree.oid
                  JOIN pg_namespace n ON n.oid = c.relnamespace)
            SELECT 'trigger' AS kind, tg.tgname AS name, target.quoted, tg.tgenabled::text AS enabled,
                   format('ALTER TABLE %s DISABLE TRIGGER %I;', target.quoted, tg.tgname) AS remedy
              FROM target JOIN pg_trigger tg ON tg.tgrelid = target.oid AND NOT tg.tgisinternal
             UNION ALL
            SELECT 'rule', r.rulename, target.quoted, r.ev_enabled::text,
                   format('ALTER TABLE %s DISABLE RULE %I;', target.quoted, r.rulename)
              FROM target JOIN pg_rewrite r ON r.ev_class = target.oid AND r.rulename <> '_RETURN'
             UNION ALL
            SELECT DISTINCT 'foreign key', con.conname, con.conrelid::regclass::text,
                   (SELECT string_agg(DISTINCT tg.tgenabled::text, '') FROM pg_trigger tg WHERE tg.tgconstraint = con.oid),
                   format('ALTER TABLE %s DROP CONSTRAINT %I; -- make it again at cutover', con.conrelid::regclass, con.conname)
              FROM target JOIN pg_constraint con ON con.contype = 'f' AND target.oid IN (con.conrelid, con.confrelid)
             ORDER BY 1, 3, 2""";

    private final Sessions sessions;

    public ActingObjects(Sessions sessions) {
        this.sessions = sessions;
    }

    /**
     * One of them.
     *
     * @param enabled how its triggers, or the rule, are enabled, a letter each
     * @param remedy the statement that silences it
     */
    record Acting(String kind, String name, String table, String enabled, String remedy) {

        private static Acting of(ResultSet row) throws SQLException {
            String enabled = row.getString("enabled");
            return new Acting(
                    row.getString("kind"),
                    row.getString("name"),
                    row.getString("quoted"),
                    enabled == null ? "" : enabled,
                    row.getString("remedy"));
        }

        private boolean fires(boolean asReplica) {
            return enabled.chars().anyMatch(letter -> switch (letter) {
                case 'D' -> false;
                case 'A' -> true;
                case 'R' -> asReplica;
                default -> !asReplica;
            });
        }

        @Override
        public String toString() {
            return kind + " " + name + " of " + table;
        }
    }

    /** Those on tables that exist, in the best role that our sessions can have. */
    List<Acting> on(CatalogSession session, Collection<TableId> tables) {
        List<Acting> there = DestinationTables.query(session, ACTING, Acting::of, tables);
        if (there.isEmpty()) {
            return there;
        }
        boolean asReplica = ReplicaRole.isAllowed(sessions);
        return there.stream().filter(acting -> acting.fires(asReplica)).toList();
    }

    /**
     * What the precheck of the first start looked at may have changed since: somebody made or enabled a trigger, or took the right away that kept it silent.
     *
     * @throws SyncException DESTINATION_SCHEMA
     */
    public void requireNone(Collection<TableId> tables) {
        List<Acting> acting;
        try (CatalogSession session = CatalogSession.open(sessions)) {
            acting = on(session, tables);
        }
        if (!acting.isEmpty()) {
            throw new SyncException(
                    ErrorCode.DESTINATION_SCHEMA,
                    "destination " + sessions.connection().address() + ": " + names(acting)
                            + " would act on the rows that this task writes: rows would be changed, cascade away or be written twice."
                            + " It was made or enabled after the task's start, or the role may no longer set session_replication_role",
                    remedies(acting));
        }
    }

    static String names(List<Acting> acting) {
        return Listing.names(acting.stream().map(Acting::toString).toList());
    }

    static String remedies(List<Acting> acting) {
        return Listing.statements(acting.stream().map(Acting::remedy).toList());
    }
}
