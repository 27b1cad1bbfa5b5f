package io.syncline.postgresql.apply;

import io.syncline.api.apply.TableAlteration;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.Lease;
import io.syncline.api.schema.ColumnChange;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.QuarantineRows;
import io.syncline.postgresql.ledger.TableShapes;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.util.PSQLException;

/** Alters destination tables in the transaction at hand (T10), which also notes their new shape in the ledger. */
final class TableAlterer {

    private final Connection connection;
    private final TableShapes shapes;
    private final QuarantineRows quarantine;
    private final Lease lease;

    TableAlterer(Connection connection, LedgerTables tables, Lease lease) {
        this.connection = connection;
        this.shapes = new TableShapes(tables);
        this.quarantine = new QuarantineRows(tables);
        this.lease = lease;
    }

    void run(TableAlteration alteration) throws SQLException {
        TableId was = alteration.before().destination().table();
        TableId is = alteration.after().destination().table();
        // A table with checks that still wait cannot be altered (T43); its own hold now, as they did at the source.
        constraints(deferrable(was), "IMMEDIATE");
        if (alteration.renames()) {
            rename(was, is, "syncline_" + alteration.after().source().version());
        }
        for (ColumnChange change : alteration.changes()) {
            run(alteration, change);
        }
        constraints(deferrable(is), "DEFERRED");
        shapes.write(connection, lease, alteration);
        for (ColumnChange change : alteration.changes()) {
            quarantine.alter(connection, lease, alteration.after().source().table(), change);
        }
    }

    /** Never CASCADE: nothing else may go with it (I4). */
    void drop(TableRoute table, boolean keep) throws SQLException {
        TableId name = table.destination().table();
        if (!keep) {
            constraints(deferrable(name), "IMMEDIATE");
            try {
                execute("DROP TABLE " + Quoting.table(name));
            } catch (SQLException e) {
                throw refused(name, "drop it", e);
            }
        }
        shapes.forget(connection, lease, table.source().table());
    }

    /** @param between a name that nobody else gives, for a table that changes name and schema: neither half-way name may be in the way of another table's */
    private void rename(TableId was, TableId is, String between) throws SQLException {
        try {
            TableId at = was;
            if (!was.schema().equals(is.schema())) {
                makeSchema(is.schema());
                if (!was.name().equals(is.name())) {
                    execute("ALTER TABLE " + Quoting.table(at) + " RENAME TO " + Quoting.identifier(between));
                    at = new TableId(at.database(), at.schema(), between);
                }
                execute("ALTER TABLE " + Quoting.table(at) + " SET SCHEMA " + Quoting.identifier(is.schema()));
                at = new TableId(at.database(), is.schema(), at.name());
            }
            if (!at.name().equals(is.name())) {
                execute("ALTER TABLE " + Quoting.table(at) + " RENAME TO " + Quoting.identifier(is.name()));
            }
        } catch (SQLException e) {
            throw refused(was, "the table becomes " + is, e);
        }
    }

    /** Asked first: who may not make schemas needs none that is there. */
    private void makeSchema(String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    return;
                }
            }
        }
        execute("CREATE SCHEMA " + Quoting.identifier(name));
    }

    private List<String> deferrable(TableId table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT cn.nspname, co.conname
                  FROM pg_catalog.pg_constraint AS co
                  JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.connamespace
                  JOIN pg_catalog.pg_class AS c ON c.oid = co.conrelid
                  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                 WHERE n.nspname = ? AND c.relname = ? AND co.condeferrable""")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            List<String> names = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    names.add(Quoting.qualified(row.getString(1), row.getString(2)));
                }
            }
            return names;
        }
    }

    private void constraints(List<String> names, String when) throws SQLException {
        if (!names.isEmpty()) {
            execute("SET CONSTRAINTS " + String.join(", ", names) + " " + when);
        }
    }

    private void run(TableAlteration alteration, ColumnChange change) throws SQLException {
        TableId table = alteration.after().destination().table();
        try {
            SerialSequence sequence = change instanceof ColumnChange.Add(var column, var _)
                    ? SerialSequence.of(connection, column)
                    : null;
            if (sequence != null) {
                execute(sequence.create());
            }
            for (String action : actions(alteration, change)) {
                execute("ALTER TABLE " + Quoting.table(table) + " " + action);
            }
            if (sequence != null) {
                execute(sequence.own(table));
            }
        } catch (SQLException e) {
            throw refused(table, words(change), e);
        }
    }

    private static List<String> actions(TableAlteration alteration, ColumnChange change) {
        return switch (change) {
            case ColumnChange.Add(var column, String fill) -> {
                String name = Quoting.identifier(column.name());
                List<String> actions = new ArrayList<>();
                actions.add("ADD COLUMN " + name + " " + column.type().name()
                        + (fill == null ? "" : " DEFAULT " + Quoting.literal(fill))
                        + (column.nullable() ? "" : " NOT NULL"));
                if (column.defaultExpression() != null) {
                    actions.add("ALTER COLUMN " + name + " SET DEFAULT " + column.defaultExpression());
                } else if (fill != null) {
                    actions.add("ALTER COLUMN " + name + " DROP DEFAULT");
                }
                yield actions;
            }
            case ColumnChange.Drop(String column) -> List.of("DROP COLUMN " + Quoting.identifier(column));
            case ColumnChange.Rename(String column, String to) ->
                List.of("RENAME COLUMN " + Quoting.identifier(column) + " TO " + Quoting.identifier(to));
            case ColumnChange.Retype(String column, var type) -> retyped(alteration, column, type.name());
            case ColumnChange.Nullability(String column, boolean nullable) ->
                List.of("ALTER COLUMN " + Quoting.identifier(column) + (nullable ? " DROP NOT NULL" : " SET NOT NULL"));
            case ColumnChange.Default(String column, String expression) ->
                List.of("ALTER COLUMN " + Quoting.identifier(column)
                        + (expression == null ? " DROP DEFAULT" : " SET DEFAULT " + expression));
        };
    }

    /** No value is there to be cast where the rows come anew, and the default is not cast but made as it is now. */
    private static List<String> retyped(TableAlteration alteration, String column, String type) {
        String alter = "ALTER COLUMN " + Quoting.identifier(column);
        if (!alteration.anew()) {
            return List.of(alter + " TYPE " + type);
        }
        TableSchema after = alteration.after().destination();
        String expression = after.columns().get(after.indexOf(column)).defaultExpression();
        List<String> actions = new ArrayList<>();
        actions.add(alter + " DROP DEFAULT");
        actions.add(alter + " TYPE " + type + " USING NULL");
        if (expression != null) {
            actions.add(alter + " SET DEFAULT " + expression);
        }
        return actions;
    }

    /** @return what the server says to a change, unless the same may succeed later: that is thrown on */
    private static SyncException refused(TableId table, String change, SQLException failure) throws SQLException {
        String state = SqlErrors.state(failure);
        if (SqlErrors.isConnectionLoss(failure) || SqlErrors.isPassing(state) || SqlErrors.isDiskFull(state)) {
            throw failure;
        }
        String message = failure instanceof PSQLException server && server.getServerErrorMessage() != null
                ? server.getServerErrorMessage().getMessage()
                : failure.getClass().getSimpleName();
        String what = "the destination table " + table + " cannot follow the source's (" + change + "): " + message
                + " (SQLSTATE " + state + "). Nothing after it was applied.";
        return state.equals("42501")
                ? new SyncException(
                        ErrorCode.DESTINATION_RIGHTS,
                        what,
                        "Only a table's owner may alter it: give the table to the task's role, with CREATE on the schema that it moves to; then start the task again.",
                        failure)
                : new SyncException(
                        ErrorCode.DESTINATION_SCHEMA,
                        what,
                        "Make at the destination what it lacks (a type, a function, a sequence), or remove what hinders it (a view, a table of the same name), then start the task again.",
                        failure);
    }

    private static String words(ColumnChange change) {
        return switch (change) {
            case ColumnChange.Add(var column, var _) ->
                "add column " + column.name() + " " + column.type().name();
            case ColumnChange.Drop(String column) -> "drop column " + column;
            case ColumnChange.Rename(String column, String to) -> "rename column " + column + " to " + to;
            case ColumnChange.Retype(String column, var type) -> "column " + column + " becomes " + type.name();
            case ColumnChange.Nullability(String column, boolean nullable) ->
                "column " + column + (nullable ? " may be null" : " becomes not null");
            case ColumnChange.Default(String column, var _) -> "default of column " + column;
        };
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }
}
