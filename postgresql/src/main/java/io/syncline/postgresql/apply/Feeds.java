package io.syncline.postgresql.apply;

import io.syncline.api.apply.NetChange;
import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.ServerSystem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/** Brings changes to statements: few of them as array parameters, many through COPY into a staging table. */
final class Feeds {

    /** Beyond it COPY and a plan of its own cost less than looking up the rows of an array. */
    private static final int ARRAY_ROWS = 2_000;

    private static final long ARRAY_BYTES = 1 << 20;

    private final Connection connection;
    private final StatementText text;
    private final Planner planner;
    private final StatementCache statements;
    private final StagingPool pool;
    private final CopyWriter copies;
    private final Together together;

    Feeds(Connection connection, ServerSystem server) {
        this.connection = connection;
        this.text = new StatementText(server);
        this.planner = new Planner(connection, server);
        this.statements = new StatementCache(connection, text);
        this.pool = new StagingPool(connection, server.dialect());
        this.copies = new CopyWriter(connection);
        this.together = new Together(connection, text, statements);
    }

    Planner planner() {
        return planner;
    }

    StagingPool pool() {
        return pool;
    }

    /** For statements over changes that are {@linkplain #isFew few}. */
    Together together() {
        return together;
    }

    /** Lists that one feed can take each: all in one, unless the table is too wide for a staging table. */
    static List<List<NetChange>> portions(Target target, List<NetChange> changes) {
        if (changes.size() <= ARRAY_ROWS || StagingPool.fits(target)) {
            return List.of(changes);
        }
        List<List<NetChange>> portions = new ArrayList<>();
        for (int from = 0; from < changes.size(); from += ARRAY_ROWS) {
            portions.add(changes.subList(from, Math.min(changes.size(), from + ARRAY_ROWS)));
        }
        return portions;
    }

    /** Lays out changes for statements of these shapes, until the next changes of this table are laid out. */
    Feed open(Changes changes, List<Shape> shapes) throws SQLException {
        return isFew(changes) ? new ArrayFeed(statements, planner, changes) : stage(changes, shapes);
    }

    /** Whether the changes go as array parameters. */
    boolean isFew(Changes changes) {
        if (!StagingPool.fits(changes.target())) {
            requireUpdates(changes.target());
            return true;
        }
        return changes.target().byArrays()
                && !changes.target().isRewritten()
                && changes.size() <= ARRAY_ROWS
                && changes.bytes() <= ARRAY_BYTES;
    }

    private static void requireUpdates(Target target) {
        if (target.isRewritten()) {
            throw new SyncException(
                    ErrorCode.DESTINATION_SCHEMA,
                    target.label()
                            + ": the append-optimised table has too many columns for its changes to be staged, and takes no updates in place",
                    "Make it a heap table, or carry fewer of its columns.");
        }
    }

    /** Inserts images without a look at what is there, past any staging table. */
    long copyInto(Changes changes) throws SQLException {
        Target target = changes.target();
        return copies.copy(StatementText.copyInto(target), changes, StatementText.fields(target, Shape.INSERT));
    }

    /** The statement for changes of this shape, each of them bound by {@link ArrayFeed#bind} and added to a batch. */
    StatementCache.Entry statement(Target target, Shape shape) throws SQLException {
        return statements.get(target, shape);
    }

    /** Runs a batch whose changes are applied in their order. */
    static long[] run(PreparedStatement batch) throws SQLException {
        return batch.executeLargeBatch();
    }

    private Feed stage(Changes changes, List<Shape> shapes) throws SQLException {
        Target target = changes.target();
        SequencedSet<Field> fields = new LinkedHashSet<>();
        shapes.forEach(shape -> fields.addAll(StatementText.fields(target, shape)));
        String staging = pool.of(target);
        String names = String.join(", ", fields.stream().map(Field::name).toList());
        copies.copy("COPY " + staging + " (" + names + ") FROM STDIN", changes, List.copyOf(fields));
        Feed feed = new StagingFeed(connection, text, planner, target, staging);
        return target.isRewritten() ? new RewritingFeed(feed, connection, text, planner, target, staging, pool) : feed;
    }
}
