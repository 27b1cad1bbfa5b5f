package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Many changes, in a staging table. */
final class StagingFeed implements Feed {

    private final Connection connection;
    private final StatementText text;
    private final Planner planner;
    private final Target target;
    private final String staging;

    /** @param staging the name of a table that holds the changes */
    StagingFeed(Connection connection, StatementText text, Planner planner, Target target, String staging) {
        this.connection = connection;
        this.text = text;
        this.planner = planner;
        this.target = target;
        this.staging = staging;
    }

    @Override
    public long execute(Shape shape) throws SQLException {
        return planned(shape, () -> {
            try (Statement statement = statement()) {
                String sql = text.of(target, shape, staging);
                if (shape.operation() != Shape.Operation.COUNT) {
                    return statement.executeLargeUpdate(sql);
                }
                try (ResultSet row = statement.executeQuery(sql)) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    @Override
    public List<Integer> ordinals(Shape shape) throws SQLException {
        return planned(shape, () -> {
            try (Statement statement = statement();
                    ResultSet row = statement.executeQuery(text.of(target, shape, staging))) {
                List<Integer> ordinals = new ArrayList<>();
                while (row.next()) {
                    ordinals.add(row.getInt(1));
                }
                return ordinals;
            }
        });
    }

    private <T> T planned(Shape shape, Planner.Work<T> work) throws SQLException {
        return shape.readsAll() ? planner.freely(work) : planner.alongKey(work);
    }

    /** Names may hold braces, which are JDBC's escapes otherwise. */
    private Statement statement() throws SQLException {
        Statement statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        return statement;
    }
}
