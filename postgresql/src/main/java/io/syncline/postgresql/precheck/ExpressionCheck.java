package io.syncline.postgresql.precheck;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.PrecheckItem.Finding;
import io.syncline.postgresql.catalog.CatalogSession;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.shape.ShapingSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Filters and computed columns, judged by the server: PostgreSQL makes an index over immutable scalar expressions only, so that an index over each on an empty temporary table, which
 * is undone, tells whether it has one value whenever it is evaluated (docs/design/row-shaping.md).
 */
final class ExpressionCheck {

    /** undefined_object, invalid_schema_name: a type that the schema stage makes first. */
    private static final List<String> NO_TYPE = List.of("42704", "3F000");

    private static final String TABLE = "pg_temp.syncline_expressions";

    private final Sessions sessions;
    private final List<TableRoute> routes;

    ExpressionCheck(Sessions sessions, List<TableRoute> routes) {
        this.sessions = sessions;
        this.routes = routes.stream().filter(route -> route.shaping() != null).toList();
    }

    Finding look(CatalogSession session) {
        List<String> failed = new ArrayList<>();
        List<String> unchecked = new ArrayList<>();
        try (Connection connection = sessions.open("precheck")) {
            connection.setAutoCommit(false);
            for (TableRoute route : routes) {
                check(connection, route, failed, unchecked);
            }
        } catch (SQLException e) {
            throw sessions.errors().of(e, "checking filters and computed columns", ErrorCode.DESTINATION_SCHEMA);
        }
        if (!failed.isEmpty()) {
            return Finding.failed(
                    Listing.count(failed.size(), "expression") + " that cannot be used: " + String.join("; ", failed)
                            + ".",
                    "A filter or computed column must be one scalar expression over the source's columns, with the same value whenever it is evaluated: full load, stream and compare each evaluate it.",
                    "Correct the expression in the task file. Names with capitals need double quotes; in place of functions that are not IMMUTABLE use others:"
                            + " || with casts for concat and format, (t AT TIME ZONE 'UTC')::date for t::date of a timestamp with time zone.");
        }
        if (!unchecked.isEmpty()) {
            return Finding.warning(
                    Listing.count(unchecked.size(), "table") + " whose expressions could not be checked: "
                            + Listing.names(unchecked) + ".",
                    "They read columns of types that the schema stage has yet to make; an expression that cannot be used stops the task when the first rows are copied.",
                    "Run the schema stage first, or try the expressions at the source.");
        }
        return Finding.passed("All filters and computed columns can be used.");
    }

    private static void check(Connection connection, TableRoute route, List<String> failed, List<String> unchecked)
            throws SQLException {
        ShapingSql sql = new ShapingSql(route);
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try {
                statement.execute("CREATE TEMPORARY TABLE " + TABLE + " (" + sql.columns() + ")");
            } catch (SQLException e) {
                connection.rollback();
                if (!NO_TYPE.contains(SqlErrors.state(e))) {
                    throw e;
                }
                unchecked.add(route.source().table().toString());
                return;
            }
            for (ShapingSql.Named expression : sql.expressions()) {
                statement.execute("SAVEPOINT one");
                try {
                    // The type may have no order, and its name none that an index would keep.
                    statement.execute("CREATE INDEX ON " + TABLE + " ((CASE WHEN (" + expression.sql()
                            + ") IS NULL THEN 0 END))");
                } catch (SQLException e) {
                    statement.execute("ROLLBACK TO SAVEPOINT one");
                    failed.add(expression.words() + " of " + route.source().table() + ": " + words(e));
                }
            }
        }
        connection.rollback();
    }

    /** There are no rows, so that the message can hold none of their values. */
    private static String words(SQLException failure) {
        ServerErrorMessage server = failure instanceof PSQLException known ? known.getServerErrorMessage() : null;
        return server == null || server.getMessage() == null
                ? String.valueOf(failure.getMessage())
                : server.getMessage();
    }
}
