package io.syncline.postgresql.catalog;

import java.util.Collection;

/**
 * Whether the role may make a publication of tables, by which precheck and start decide how the log is read: it must have the right CREATE on the database, and be the
 * owner of each table and partition, or a member of its owner (PostgreSQL documentation, CREATE PUBLICATION).
 */
public final class PublishingRight {

    private static final String MAY = """
            WITH RECURSIVE part (oid) AS (
                SELECT unnest(?::oid[])
                 UNION ALL
                SELECT i.inhrelid
                  FROM part
                  JOIN pg_class c ON c.oid = part.oid AND c.relkind = 'p'
                  JOIN pg_inherits i ON i.inhparent = part.oid)
            SELECT has_database_privilege(current_database(), 'CREATE')
                   AND NOT EXISTS (SELECT FROM part JOIN pg_class c ON c.oid = part.oid WHERE NOT pg_has_role(c.relowner, 'USAGE'))""";

    private PublishingRight() {}

    /** @param tables oids; partitions come with theirs */
    public static boolean has(CatalogSession session, Collection<Long> tables) {
        return session.query(MAY, row -> row.getBoolean(1), CatalogSession.oids(tables))
                .getFirst();
    }
}
