package io.syncline.postgresql.apply;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Few changes, as array parameters of prepared statements: one round trip each. */
final class ArrayFeed implements Feed {

    private final StatementCache statements;
    private final Planner planner;
    private final Changes changes;

    ArrayFeed(StatementCache statements, Planner planner, Changes changes) {
        this.statements = statements;
        this.planner = planner;
        this.changes = changes;
    }

    @Override
    public long execute(Shape shape) throws SQLException {
        PreparedStatement statement = bound(shape);
        return switch (shape.operation()) {
            case COUNT -> count(statement);
            case DELETE_EQUAL, UPDATE_EQUAL -> planner.freely(statement::executeLargeUpdate);
            case DELETE, UPDATE, INSERT, REPLACE, INSERT_ABSENT, MISSING, SHARED -> statement.executeLargeUpdate();
        };
    }

    @Override
    public List<Integer> ordinals(Shape shape) throws SQLException {
        try (ResultSet row = bound(shape).executeQuery()) {
            List<Integer> ordinals = new ArrayList<>();
            while (row.next()) {
                ordinals.add(row.getInt(1));
            }
            return ordinals;
        }
    }

    /** Binds one change after the other to the same statement, for {@link PreparedStatement#executeBatch}. */
    static PreparedStatement bind(StatementCache.Entry entry, Changes changes) throws SQLException {
        int parameter = 1;
        for (Field field : entry.fields()) {
            entry.statement().setObject(parameter++, new TextArray(changes, field));
        }
        return entry.statement();
    }

    private PreparedStatement bound(Shape shape) throws SQLException {
        return bind(statements.get(changes.target(), shape), changes);
    }

    private static long count(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
