package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.Collection;
import java.util.List;

/** Asks about tables by name, all at once. */
final class DestinationTables {

    private DestinationTables() {}

    /** @param sql with two placeholders, {@code unnest(?::text[], ?::text[])}: schemas and names */
    static <T> List<T> query(
            CatalogSession session, String sql, CatalogSession.RowReader<T> reader, Collection<TableId> tables) {
        return session.query(
                sql,
                reader,
                CatalogSession.texts(tables.stream().map(TableId::schema).toList()),
                CatalogSession.texts(tables.stream().map(TableId::name).toList()));
    }
}
