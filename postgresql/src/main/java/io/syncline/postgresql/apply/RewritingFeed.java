package io.syncline.postgresql.apply;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Changes of a table whose rows are rewritten: each row as it becomes is kept in a temporary table, the rows are deleted, and those that were kept inserted. What is no update goes as
 * elsewhere.
 */
final class RewritingFeed implements Feed {

    private final Feed feed;
    private final Connection connection;
    private final StatementText text;
    private final Planner planner;
    private final Target target;
    private final String staging;
    private final StagingPool pool;

    /**
     * @param feed of the same changes
     * @param staging the name of a table that holds the changes
     */
    RewritingFeed(
            Feed feed,
            Connection connection,
            StatementText text,
            Planner planner,
            Target target,
            String staging,
            StagingPool pool) {
        this.feed = feed;
        this.connection = connection;
        this.text = text;
        this.planner = planner;
        this.target = target;
        this.staging = staging;
        this.pool = pool;
    }

    @Override
    public long execute(Shape shape) throws SQLException {
        if (!shape.updates()) {
            return feed.execute(shape);
        }
        String kept = pool.rowsOf(target);
        Planner.Work<Long> keeping = () -> run(text.keep(target, shape, staging, kept));
        Planner.Work<Long> removing = () -> run(text.remove(target, shape, staging));
        long rows = shape.readsAll() ? planner.freely(keeping) : planner.alongKey(keeping);
        requireColumns();
        long removed = shape.readsAll() ? planner.freely(removing) : planner.alongKey(removing);
        long inserted = run(text.bringBack(target, kept));
        if (removed != rows || inserted != rows) {
            throw new SyncException(
                    ErrorCode.INVARIANT_BROKEN,
                    target.label() + ": of " + rows + " rows that change, " + removed + " were deleted and " + inserted
                            + " inserted; nothing of it is committed",
                    "Look for rules and triggers on the table; then report this.");
        }
        return rows;
    }

    /** Of a column that came meanwhile the rows would lose their values; behind the first statement, which holds a lock, none comes any more. */
    private void requireColumns() throws SQLException {
        if (!new StoredColumns(connection).of(target.name()).equals(target.rewritten())) {
            throw new SyncException(
                    ErrorCode.DESTINATION_BUSY,
                    "the destination table " + target.label()
                            + " was given other columns while its changes are applied",
                    "It is tried again by itself, with the columns that it has now.");
        }
    }

    @Override
    public List<Integer> ordinals(Shape shape) throws SQLException {
        return feed.ordinals(shape);
    }

    /** Names may hold braces, which are JDBC's escapes otherwise. */
    private long run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            return statement.executeLargeUpdate(sql);
        }
    }
}
