package io.syncline.postgresql.fetch;

import io.syncline.api.model.Position;
import io.syncline.api.model.Positions;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.RowFetcher;
import io.syncline.postgresql.catalog.KeyOperators;
import io.syncline.postgresql.session.Lsn;
import io.syncline.postgresql.session.PostgresStream;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.snapshot.LogEnd;
import io.syncline.postgresql.snapshot.ReadErrors;
import io.syncline.postgresql.snapshot.TableShape;
import io.syncline.postgresql.visibility.UnseenCommits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;

/** Reads rows by key, each call in one snapshot of a session that is kept for the next call. For one thread. */
public final class PostgresRowFetcher implements RowFetcher, AutoCloseable {
    private final Sessions sessions;
    private final UnseenCommits unseen;
    private final Optional<Supplier<Position>> marks;
    private @Nullable Connection session;

    /** @param unseen of the streams beside which rows are read */
    public PostgresRowFetcher(Sessions sessions, UnseenCommits unseen) {
        this(sessions, unseen, Optional.empty());
    }

    /**
     * @param unseen of the streams beside which rows are read
     * @param marks of a cluster whose rows are in several logs: a place in all of them that is behind everything that was seen before it was made, and durable
     */
    public PostgresRowFetcher(Sessions sessions, UnseenCommits unseen, Optional<Supplier<Position>> marks) {
        this.sessions = sessions;
        this.unseen = unseen;
        this.marks = marks;
    }

    @Override
    public Fetched fetch(TableSchema table, List<Row> keys) {
        if (!table.key().exists()) {
            throw new IllegalArgumentException("table " + table.table() + " has no key to fetch rows by");
        }
        try {
            Connection connection = connection();
            // T21: before the snapshot, or a row could be older than what the stream has said of it.
            unseen.awaitSeen(connection);
            connection.setAutoCommit(false);
            lock(connection, table.table());
            List<Row> rows = rows(connection, table, keys);
            return new Fetched(rows, Positions.of(PostgresStream.ID, end(connection)));
        } catch (SQLException e) {
            close();
            throw new ReadErrors(sessions.errors(), table.table()).of(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Up to where what the transaction has seen reaches, which ends here (T21). */
    private Position end(Connection connection) throws SQLException {
        if (marks.isPresent()) {
            connection.commit();
            connection.setAutoCommit(true);
            return marks.get().get();
        }
        Lsn end = LogEnd.inserted(connection);
        connection.commit();
        connection.setAutoCommit(true);
        LogEnd.flush(sessions, connection, end);
        return end;
    }

    @Override
    public void close() {
        Connection ending = session;
        session = null;
        sessions.end(ending);
    }

    private Connection connection() throws SQLException {
        Connection open = session;
        if (open == null || open.isClosed()) {
            open = sessions.open("fetch");
            session = open;
            open.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
        return open;
    }

    /** Before the transaction's first query, which takes its snapshot: so nobody changes the table after what is seen of it. */
    private static void lock(Connection connection, TableId table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '30s'");
            statement.execute("LOCK TABLE " + Quoting.table(table) + " IN ACCESS SHARE MODE");
        }
    }

    private static List<Row> rows(Connection connection, TableSchema table, List<Row> keys) throws SQLException {
        TableShape shape = TableShape.read(connection, table.table())
                .filter(now -> now.fits(table))
                .orElseThrow(() -> ReadErrors.moved(table.table(), "its columns, or the table itself, are others"));
        List<String> operators = KeyOperators.equality(connection, shape.oid(), keyNames(table));
        try (PreparedStatement statement = connection.prepareStatement(KeyQuery.of(table, shape, operators))) {
            // A statement that the server does not keep answers in text form: what its output functions print.
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            for (int i = 0; i < table.key().columns().size(); i++) {
                int column = table.key().columns().get(i);
                Object[] values = keys.stream().map(key -> key.text(column)).toArray();
                statement.setArray(i + 1, connection.createArrayOf("text", values));
            }
            try (ResultSet row = statement.executeQuery()) {
                List<Row> rows = new ArrayList<>();
                while (row.next()) {
                    rows.add(row(row, table.columns().size()));
                }
                return rows;
            }
        }
    }

    private static List<String> keyNames(TableSchema table) {
        return table.key().columns().stream()
                .map(column -> table.columns().get(column).name())
                .toList();
    }

    private static Row row(ResultSet row, int columns) throws SQLException {
        RowBuilder builder = new RowBuilder(columns);
        for (int column = 1; column <= columns; column++) {
            String value = row.getString(column);
            if (value == null) {
                builder.state(Row.NULL);
            } else {
                builder.value(value);
            }
        }
        return builder.build();
    }
}
