package io.syncline.testkit.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One connection of a test, with every SQL error as an {@link AssertionError} that shows the statement. Not for use by several threads. */
public final class Sql implements AutoCloseable {

    private final Connection connection;

    private Sql(Connection connection) {
        this.connection = connection;
    }

    /** How a connection is opened. */
    @FunctionalInterface
    public interface Connector {
        /** Opens a connection. */
        Connection connect() throws SQLException;
    }

    /** Opens a connection and wraps it. */
    public static Sql open(Connector connector) {
        try {
            return new Sql(connector.connect());
        } catch (SQLException e) {
            throw new AssertionError("no connection", e);
        }
    }

    /** The connection itself. */
    public Connection connection() {
        return connection;
    }

    /** Executes one or several statements, separated by semicolons, without parameters. */
    public Sql execute(String script) {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(script);
            return this;
        } catch (SQLException e) {
            throw new AssertionError(script, e);
        }
    }

    /** Executes one statement with parameters and returns the number of rows that it changed. */
    public long update(String sql, @Nullable Object... parameters) {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeLargeUpdate();
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /** Reads all rows of a query in PostgreSQL's text form. */
    public List<List<@Nullable String>> rows(String query, @Nullable Object... parameters) {
        try (PreparedStatement statement = prepare(query, parameters);
                ResultSet result = statement.executeQuery()) {
            int columns = result.getMetaData().getColumnCount();
            List<List<@Nullable String>> rows = new ArrayList<>();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>(columns);
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getString(column));
                }
                rows.add(Collections.unmodifiableList(row));
            }
            return Collections.unmodifiableList(rows);
        } catch (SQLException e) {
            throw new AssertionError(query, e);
        }
    }

    /** Reads the first column of all rows; no value may be NULL. */
    public List<String> column(String query, @Nullable Object... parameters) {
        return rows(query, parameters).stream()
                .map(row -> notNull(row.getFirst(), query))
                .toList();
    }

    /** Reads the one value of a query with one row and one column, which may not be NULL. */
    public String value(String query, @Nullable Object... parameters) {
        List<String> column = column(query, parameters);
        if (column.size() != 1) {
            throw new AssertionError(column.size() + " rows instead of one: " + query);
        }
        return column.getFirst();
    }

    /** Reads the one value of a query as a number. */
    public long number(String query, @Nullable Object... parameters) {
        return Long.parseLong(value(query, parameters));
    }

    /** Returns once a query gives the expected value. */
    public void await(String query, String expected, Duration limit) {
        String[] last = {""};
        try {
            Await.until(query, limit, () -> {
                last[0] = value(query);
                return last[0].equals(expected);
            });
        } catch (AssertionError e) {
            throw new AssertionError("expected " + expected + ", last seen " + last[0] + ": " + query, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new AssertionError("the connection could not be closed", e);
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int index = 0; index < parameters.length; index++) {
            statement.setObject(index + 1, parameters[index]);
        }
        return statement;
    }

    private static String notNull(@Nullable String value, String query) {
        if (value == null) {
            throw new AssertionError("NULL: " + query);
        }
        return value;
    }
}
