package io.syncline.postgresql.load;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.Column;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.CrashMarks;
import io.syncline.api.port.FormerRows;
import io.syncline.api.port.Lease;
import io.syncline.api.port.Ledger.LoadStatus;
import io.syncline.api.port.Loader;
import io.syncline.api.schema.SchemaObject;
import io.syncline.api.task.BadValues;
import io.syncline.api.text.CopyTextDecoder;
import io.syncline.postgresql.apply.InsertedRows;
import io.syncline.postgresql.ledger.ChunkRows;
import io.syncline.postgresql.ledger.ClearedRows;
import io.syncline.postgresql.ledger.Fence;
import io.syncline.postgresql.ledger.LedgerLocks;
import io.syncline.postgresql.ledger.LedgerTables;
import io.syncline.postgresql.ledger.QuarantineRows;
import io.syncline.postgresql.ledger.RefreshedRows;
import io.syncline.postgresql.ledger.ShadowTables;
import io.syncline.postgresql.ledger.TableRows;
import io.syncline.postgresql.load.CopyChunkWrite.Mark;
import io.syncline.postgresql.schema.TableAdditions;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import io.syncline.postgresql.shape.ShapedCopy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes chunks in a session of its own, each in a transaction that proves the lease first (I7, T20). After a failure the next chunk begins in a new session. */
public final class PostgresLoader implements Loader {
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private final Sessions sessions;
    private final Lease lease;
    private final Fence fence;
    private final ChunkRows chunks;
    private final LedgerTables ledger;
    private final ShadowTables shadows;
    private final TableRows tables;
    private final FormerRows former;
    private final CrashMarks marks;
    private final LoadSession session;

    /**
     * @param ledger where the lease is proven and chunks are marked
     * @param former what becomes of rows that are there
     */
    public PostgresLoader(Sessions sessions, Lease lease, LedgerTables ledger, FormerRows former, CrashMarks marks) {
        this.marks = marks;
        this.sessions = sessions;
        this.lease = lease;
        this.fence = new Fence(ledger, new LedgerLocks(sessions::dialect));
        this.chunks = new ChunkRows(ledger);
        this.ledger = ledger;
        this.shadows = new ShadowTables(ledger, lease.task());
        this.tables = new TableRows(ledger, chunks);
        this.former = former;
        this.session = new LoadSession(sessions);
    }

    @Override
    public ChunkWrite begin(TableRoute route, Chunk chunk, BadValues policy) {
        LoadErrors errors = new LoadErrors(sessions.errors(), route.destination(), chunk.ordinal());
        try {
            Connection connection = session.connection();
            fence.prove(connection, lease);
            TableRoute into = into(connection, route);
            if (policy != BadValues.STOP) {
                return singled(connection, into, route.destination().table(), chunk, policy, errors);
            }
            KeptRows kept = new KeptRows(connection, route, sessions.serverVersion());
            // What is there in a merged table is another's: a collision with it stops.
            boolean beside = former instanceof FormerRows.Kept && route.origin() == null;
            String table =
                    beside ? kept.open() : Quoting.table(into.destination().table());
            Mark mark = done -> {
                if (beside) {
                    kept.settle(ledger, lease);
                }
                chunks.done(connection, lease, chunk.table(), chunk.ordinal(), done);
            };
            return new CopyChunkWrite(session, connection, sink(connection, route, table), errors, mark);
        } catch (SQLException e) {
            session.giveUp(e);
            throw errors.of(e);
        } catch (RuntimeException e) {
            session.giveUp(e);
            throw e;
        }
    }

    private ChunkWrite singled(
            Connection connection, TableRoute into, TableId named, Chunk chunk, BadValues policy, LoadErrors errors)
            throws SQLException {
        return new SingledChunkWrite(
                session,
                connection,
                new InsertedRows(sessions, connection, ledger, lease, into, named, policy),
                new CopyTextDecoder(into.readColumns().size()),
                errors,
                done -> chunks.done(connection, lease, chunk.table(), chunk.ordinal(), done));
    }

    private static ChunkSink sink(Connection connection, TableRoute route, String table) throws SQLException {
        Origin origin = route.origin();
        if (route.shaping() != null) {
            return new ChunkSink.Shaped(new ShapedCopy(connection, route, table, origin));
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copyInto(route, table));
        return origin == null
                ? new ChunkSink.Plain(copy)
                : new OriginSink(copy, origin, route.destination().columns().isEmpty());
    }

    @Override
    public boolean clear(TableRoute route) {
        TableId table = route.destination().table();
        try {
            Connection connection = session.connection();
            fence.prove(connection, lease);
            boolean first = new ClearedRows(ledger).note(connection, lease, table);
            if (first) {
                new TableEmptying(connection).empty(table);
            }
            connection.commit();
            return first;
        } catch (SQLException e) {
            session.giveUp(e);
            throw new LoadErrors(sessions.errors(), route.destination(), 0).emptying(e);
        } catch (RuntimeException e) {
            session.giveUp(e);
            throw e;
        }
    }

    @Override
    public void restart(TableRoute route) {
        try {
            Connection connection = session.connection();
            fence.prove(connection, lease);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '60s'");
            }
            shadows.drop(connection, shadows.of(route));
            if (former instanceof FormerRows.Replaced replaced
                    && (replaced.always()
                            || (holdsRows(connection, route)
                                    && !(replaced.singlesOut() && isPartitioned(connection, route))))) {
                replacement(connection, route).prepare();
            } else {
                new TableEmptying(connection).empty(route);
                TableAdditions additions = additions(connection, route);
                if (additions != null) {
                    additions.add();
                }
            }
            chunks.remove(connection, lease, route.source().table());
            // I1: a run that died between "loaded" and "keyed" must not pass for one that has loaded what is emptied
            // here.
            tables.restarted(connection, lease, route.source().table());
            new QuarantineRows(ledger).clear(connection, lease, route.source().table());
            connection.commit();
        } catch (SQLException e) {
            session.giveUp(e);
            throw new LoadErrors(sessions.errors(), route.destination(), 0).emptying(e);
        } catch (RuntimeException e) {
            session.giveUp(e);
            throw e;
        }
    }

    /** What others lock for a while is waited for as long as it takes: the rows that were loaded would have to be loaded once more. */
    @Override
    public void loaded(TableRoute route, @Nullable Instant readAt) {
        boolean aside = false;
        boolean ended = false;
        while (!ended) {
            try {
                Connection connection = session.connection();
                fence.prove(connection, lease);
                aside = former instanceof FormerRows.Replaced && shadows.exists(connection, shadows.of(route));
                if (tables.isPlanned(connection, lease, route.source().table())) {
                    if (aside) {
                        replacement(connection, route).run();
                        marks.reach(CrashMarks.Mark.ROWS_REPLACED);
                    }
                    if (readAt != null) {
                        new RefreshedRows(ledger)
                                .note(connection, lease, route.source().table(), readAt);
                    }
                }
                tables.status(connection, lease, route.source().table(), LoadStatus.LOADED);
                connection.commit();
                ended = true;
            } catch (SQLException e) {
                session.giveUp(e);
                if (!aside || !SqlErrors.isPassing(SqlErrors.state(e))) {
                    throw new LoadErrors(sessions.errors(), route.destination(), 0).of(e);
                }
            } catch (RuntimeException e) {
                session.giveUp(e);
                throw e;
            }
        }
        if (aside) {
            drop(shadows.of(route));
        }
    }

    @Override
    public List<String> discard() {
        try {
            Connection connection = session.connection();
            fence.prove(connection, lease);
            List<TableId> all = shadows.all(connection);
            connection.commit();
            return all.stream()
                    .filter(shadow -> !drop(shadow))
                    .map(TableId::toString)
                    .toList();
        } catch (SQLException e) {
            session.giveUp(e);
            throw sessions.errors().of(e, "looking for shadow tables", ErrorCode.DESTINATION_SCHEMA);
        } catch (RuntimeException e) {
            session.giveUp(e);
            throw e;
        }
    }

    /**
     * Nothing depends on a shadow whose rows are where they belong: who reads it, as pg_dump does, is not waited for.
     *
     * @return false when it is still there
     */
    private boolean drop(TableId shadow) {
        try {
            Connection connection = session.connection();
            fence.prove(connection, lease);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL lock_timeout = '3s'");
            }
            shadows.drop(connection, shadow);
            connection.commit();
            return true;
        } catch (SQLException e) {
            session.giveUp(e);
            String state = SqlErrors.state(e);
            if (SqlErrors.isPassing(state) || state.equals(INSUFFICIENT_PRIVILEGE)) {
                return false;
            }
            throw sessions.errors().of(e, "dropping the shadow table " + shadow, ErrorCode.DESTINATION_SCHEMA);
        } catch (RuntimeException e) {
            session.giveUp(e);
            throw e;
        }
    }

    /** The table itself, or its shadow where that is there. */
    private TableRoute into(Connection connection, TableRoute route) throws SQLException {
        return former instanceof FormerRows.Replaced && shadows.exists(connection, shadows.of(route))
                ? replacement(connection, route).aside()
                : route;
    }

    private Replacement replacement(Connection connection, TableRoute route) throws SQLException {
        return new Replacement(
                connection, route, shadows.of(route), additions(connection, route), sessions.serverVersion());
    }

    private @Nullable TableAdditions additions(Connection connection, TableRoute route) {
        SchemaObject.Table definition = former instanceof FormerRows.Replaced replaced
                ? replaced.definitions().get(route.destination().table())
                : null;
        return definition == null ? null : new TableAdditions(definition, sessions, connection);
    }

    private static boolean isPartitioned(Connection connection, TableRoute route) throws SQLException {
        return new TableEmptying(connection).only(route.destination().table()).isEmpty();
    }

    private static boolean holdsRows(Connection connection, TableRoute route) throws SQLException {
        Origin origin = route.origin();
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (ResultSet row = statement.executeQuery("SELECT EXISTS (SELECT 1 FROM "
                    + Quoting.table(route.destination().table()) + " AS t"
                    + (origin == null ? "" : " WHERE " + OriginSql.isOwn(origin, "t")) + ")")) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    @Override
    public void close() {
        session.close();
    }

    /** A table without written columns takes lines without columns; COPY knows no empty column list, and leaves generated columns out by itself. */
    private static String copyInto(TableRoute route, String table) {
        String columns = route.destination().columns().stream()
                .map(Column::name)
                .map(Quoting::identifier)
                .collect(Collectors.joining(", "));
        columns = OriginSql.with(route.origin(), columns, OriginSql.COLUMN);
        return "COPY " + table + (columns.isEmpty() ? "" : " (" + columns + ")") + " FROM STDIN";
    }
}
