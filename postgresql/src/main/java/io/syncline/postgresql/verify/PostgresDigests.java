package io.syncline.postgresql.verify;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.Row;
import io.syncline.api.model.RowBuilder;
import io.syncline.api.port.DigestReader;
import io.syncline.postgresql.session.Sessions;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Digests of a PostgreSQL table's rows. One session for all calls; a lost one is opened anew by the next call. */
public final class PostgresDigests implements DigestReader {

    private static final int FETCH_SIZE = 10_000;
    private static final int KEYS_A_STATEMENT = 200;

    private final Sessions sessions;
    private @Nullable Connection session;

    public PostgresDigests(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Map<Integer, Digest> buckets(Shape shape, int buckets) {
        return read(shape, connection -> {
            Map<Integer, Digest> digests = new HashMap<>();
            try (PreparedStatement statement =
                    connection.prepareStatement(new DigestSql(shape, sessions.serverVersion()).buckets())) {
                statement.setInt(1, buckets - 1);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        BigDecimal sum = rows.getBigDecimal(3);
                        digests.put(
                                rows.getInt(1),
                                new Digest(rows.getLong(2), sum == null ? BigInteger.ZERO : sum.toBigIntegerExact()));
                    }
                }
            }
            return digests;
        });
    }

    @Override
    public List<KeyedDigest> rows(Shape shape, int buckets, Collection<Integer> wanted) {
        return read(shape, connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(new DigestSql(shape, sessions.serverVersion()).rows())) {
                statement.setFetchSize(FETCH_SIZE);
                statement.setInt(1, buckets - 1);
                statement.setArray(2, connection.createArrayOf("int4", wanted.toArray()));
                return keyed(statement, shape);
            }
        });
    }

    @Override
    public List<KeyedDigest> lookup(Shape shape, Collection<Row> keys) {
        return byKeys(shape, keys, new DigestSql(shape, sessions.serverVersion())::lookup, PostgresDigests::keyed);
    }

    @Override
    public List<Row> values(Shape shape, Collection<Row> keys) {
        return byKeys(shape, keys, new DigestSql(shape, sessions.serverVersion())::values, PostgresDigests::rows);
    }

    private interface StatementText {
        String of(int keys);
    }

    private interface Reading<T> {
        List<T> read(PreparedStatement statement, Shape shape) throws SQLException;
    }

    private <T> List<T> byKeys(Shape shape, Collection<Row> keys, StatementText sql, Reading<T> reading) {
        return read(shape, connection -> {
            List<T> found = new ArrayList<>();
            List<Row> list = List.copyOf(keys);
            for (int from = 0; from < list.size(); from += KEYS_A_STATEMENT) {
                List<Row> portion = list.subList(from, Math.min(list.size(), from + KEYS_A_STATEMENT));
                try (PreparedStatement statement = connection.prepareStatement(sql.of(portion.size()))) {
                    int parameter = 1;
                    for (Row key : portion) {
                        for (int column = 0; column < key.columns(); column++) {
                            statement.setString(parameter++, key.text(column));
                        }
                    }
                    found.addAll(reading.read(statement, shape));
                }
            }
            return found;
        });
    }

    private static List<KeyedDigest> keyed(PreparedStatement statement, Shape shape) throws SQLException {
        List<KeyedDigest> found = new ArrayList<>();
        int keyColumns = shape.key().size();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(new KeyedDigest(row(rows, keyColumns), rows.getLong(keyColumns + 1)));
            }
        }
        return found;
    }

    private static List<Row> rows(PreparedStatement statement, Shape shape) throws SQLException {
        List<Row> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(row(rows, shape.columns().size()));
            }
        }
        return found;
    }

    private static Row row(ResultSet rows, int columns) throws SQLException {
        @Nullable String[] values = new String[columns];
        for (int column = 0; column < columns; column++) {
            values[column] = rows.getString(column + 1);
        }
        return RowBuilder.of(values);
    }

    private interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    /** One statement sees one state; a transaction is only needed for cursors. */
    private <T> T read(Shape shape, Query<T> query) {
        try {
            Connection connection = session();
            connection.setAutoCommit(false);
            T result = query.run(connection);
            connection.commit();
            return result;
        } catch (SQLException e) {
            throw sessions.errors()
                    .of(e, "comparing the rows of " + shape.table().table(), ErrorCode.INVARIANT_BROKEN);
        }
    }

    /** Ends the session. */
    void close() {
        Connection ending = session;
        session = null;
        if (ending != null) {
            sessions.end(ending);
        }
    }

    Connection session() throws SQLException {
        Connection current = session;
        if (current == null || current.isClosed()) {
            current = sessions.open("compare");
            session = current;
        }
        return current;
    }
}
