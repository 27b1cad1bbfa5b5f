package io.syncline.postgresql.schema;

import io.syncline.api.model.TableId;
import io.syncline.api.schema.SchemaObject.Sequence;
import io.syncline.api.schema.SchemaObject.SequenceOwner;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the sequences that chosen tables own (serial), that are part of them (identity), or that their defaults and domains call. */
final class SequenceReader {

    private static final String SEQUENCES = """
            WITH wanted (oid) AS (SELECT unnest(?::oid[])),
                 related (oid) AS (
                    SELECT d.objid
                      FROM wanted
                      JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = wanted.oid
                                      AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
                     UNION
                    SELECT d.refobjid
                      FROM wanted
                      JOIN pg_attrdef ad ON ad.adrelid = wanted.oid
                      JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = ad.oid
                                      AND d.refclassid = 'pg_class'::regclass
                     UNION
                    SELECT unnest(?::oid[])
                     UNION
                    SELECT d.refobjid
                      FROM unnest(?::oid[]) AS domain (oid)
                      JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = domain.oid
                                      AND d.refclassid = 'pg_class'::regclass)
            SELECT s.seqrelid, n.nspname, c.relname, format_type(s.seqtypid, NULL) AS seqtype,
                   s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
                   coalesce(o.deptype = 'i', false) AS identity, coalesce(o.refobjid, 0) AS owner, a.attname
              FROM related
              JOIN pg_sequence s ON s.seqrelid = related.oid
              JOIN pg_class c ON c.oid = s.seqrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = s.seqrelid
                                   AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
              LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
             ORDER BY n.nspname, c.relname""";

    private final CatalogSession session;
    private final Map<Long, TableId> tables;

    SequenceReader(CatalogSession session, Map<Long, TableId> tables) {
        this.session = session;
        this.tables = tables;
    }

    /**
     * @param identity true when it is part of an identity column, and comes with its table
     * @param owner the chosen table that owns it, or null
     * @param column of the owner, or null
     */
    record Found(
            long oid,
            Sequence sequence,
            boolean identity,
            @Nullable TableId owner,
            @Nullable String column) {}

    /**
     * An identity sequence of a table that is not chosen is carried as a sequence of its own.
     *
     * @param others sequences that are carried whoever calls them
     */
    List<Found> read(Collection<Long> domains, Collection<Long> others) {
        List<Found> found = session.query(
                SEQUENCES,
                this::found,
                CatalogSession.oids(tables.keySet()),
                CatalogSession.oids(others),
                CatalogSession.oids(domains));
        return session.serverVersion() >= ServerRelease.MODERN ? found : withCaches(found);
    }

    /** Before 10 a sequence alone knows how many numbers a session takes at once. */
    private List<Found> withCaches(List<Found> found) {
        List<Found> complete = new ArrayList<>();
        for (Found each : found) {
            Sequence sequence = each.sequence();
            long cache = session.query(
                            "SELECT cache_value FROM " + Quoting.qualified(sequence.schema(), sequence.name()),
                            row -> row.getLong(1))
                    .getFirst();
            Sequence known = new Sequence(
                    sequence.schema(),
                    sequence.name(),
                    sequence.dataType(),
                    sequence.start(),
                    sequence.increment(),
                    sequence.minimum(),
                    sequence.maximum(),
                    cache,
                    sequence.cycle());
            complete.add(new Found(each.oid(), known, each.identity(), each.owner(), each.column()));
        }
        return complete;
    }

    /** Which of them are owned by a column without being its identity. */
    static List<SequenceOwner> owners(List<Found> sequences) {
        List<SequenceOwner> owners = new ArrayList<>();
        for (Found found : sequences) {
            TableId owner = found.owner();
            String column = found.column();
            if (!found.identity() && owner != null && column != null) {
                owners.add(new SequenceOwner(
                        found.sequence().schema(), found.sequence().name(), owner, column));
            }
        }
        return owners;
    }

    private Found found(ResultSet row) throws SQLException {
        TableId owner = tables.get(row.getLong("owner"));
        return new Found(
                row.getLong("seqrelid"),
                TableReader.sequence(row),
                row.getBoolean("identity") && owner != null,
                owner,
                owner == null ? null : row.getString("attname"));
    }
}
