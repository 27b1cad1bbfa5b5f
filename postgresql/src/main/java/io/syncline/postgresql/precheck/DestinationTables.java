package io.syncline.postgresql.precheck;

import io.syncline.api.model.TableId;
import io.syncline.postgresql.catalog.CatalogSession;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Asks about tables by name, all at once. */
final class DestinationTables {

    private DestinationTables() {}

    /** @param sql with two placeholders, {@code unnest(?::text[], ?::text[])}: schemas and names */
    static <T> List<T> query(
            CatalogSession session, String sql, CatalogSession.RowReader<T> reader, Collection<TableId> tables) {
        return session.query(
                sql,
                reader,
                array(tables.stream().map(TableId::schema).toList()),
                array(tables.stream().map(TableId::name).toList()));
    }

    /** An array's text form: every element quoted (PostgreSQL documentation, Array Input and Output Syntax). */
    static String array(List<String> elements) {
        return elements.stream()
                .map(element -> '"' + element.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }
}
