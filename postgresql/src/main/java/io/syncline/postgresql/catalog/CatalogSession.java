package io.syncline.postgresql.catalog;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Dialect;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.Side;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One read-only transaction over the catalogs: every query sees the same moment, and an empty search_path makes the server print every name qualified. It waits for a
 * lock no longer than a minute. For one thread.
 */
public final class CatalogSession implements AutoCloseable {

    /** All of it ends with the transaction, so that the session can be used for something else afterwards. */
    private static final String BEGIN = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;"
            + " SET LOCAL search_path = ''; SET LOCAL lock_timeout = '60s'";

    private final Sessions sessions;
    private final Connection connection;

    private CatalogSession(Sessions sessions, Connection connection) {
        this.sessions = sessions;
        this.connection = connection;
    }

    /** @throws SyncException when the server cannot be reached or does not let us in */
    public static CatalogSession open(Sessions sessions) {
        Connection connection = sessions.borrow("catalog");
        CatalogSession session = new CatalogSession(sessions, connection);
        try {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(BEGIN);
            }
            return session;
        } catch (SQLException e) {
            session.close();
            throw session.failure(e);
        }
    }

    /** Reads a row that the cursor stands on. */
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** All rows of a query, which is written for present releases ({@link OlderCatalog}); parameters are bound as text, so each placeholder is cast to its type. */
    public <T> List<T> query(String sql, RowReader<T> reader, @Nullable String... parameters) {
        try (PreparedStatement statement = connection.prepareStatement(OlderCatalog.adapt(sql, serverVersion()))) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<T> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.add(reader.read(result));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** A parameter for {@code ?::oid[]}. */
    public static String oids(Collection<Long> oids) {
        return oids.stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}"));
    }

    /** A parameter for {@code ?::text[]}: every element quoted (PostgreSQL documentation, Array Input and Output Syntax). */
    public static String texts(Collection<String> texts) {
        return texts.stream()
                .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** {@code server_version_num}. */
    public int serverVersion() {
        return sessions.serverVersion();
    }

    public Dialect dialect() {
        return sessions.dialect();
    }

    private SyncException failure(SQLException e) {
        ErrorCode otherwise =
                sessions.side() == Side.SOURCE ? ErrorCode.SOURCE_SCHEMA_CHANGED : ErrorCode.DESTINATION_SCHEMA;
        return sessions.errors().of(e, "reading the catalog", otherwise);
    }

    @Override
    public void close() {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
            sessions.giveBack(connection);
        } catch (SQLException e) {
            // Nothing was written, and the session that cannot end its transaction is of no use to anybody.
            sessions.end(connection);
            System.getLogger(CatalogSession.class.getName())
                    .log(System.Logger.Level.DEBUG, "a catalog session did not end its transaction", e);
        }
    }
}
