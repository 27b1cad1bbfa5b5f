package io.syncline.postgresql.snapshot;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.Chunk;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.SnapshotReader;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Reads chunks in a session of its own, each in a transaction that imports the snapshot, locks the table against DDL, and then makes sure that it is still the one the
 * snapshot knows (T3) and the one that was planned (T24).
 */
public final class PostgresSnapshotReader implements SnapshotReader {
    private static final Duration LOCK_LIMIT = Duration.ofSeconds(30);

    /** From this release on queries have workers of their own (release notes of 9.6). */
    private static final int PARALLEL = 90_600;

    private final Sessions sessions;
    private final String exported;
    private final PresentSession present;
    private final Duration lockLimit;
    private @Nullable Connection session;

    PostgresSnapshotReader(Sessions sessions, String exported, PresentSession present) {
        this(sessions, exported, present, LOCK_LIMIT);
    }

    /** @param lockLimit how long a chunk waits for a session that changes its table, before it fails with SOURCE_BUSY */
    PostgresSnapshotReader(Sessions sessions, String exported, PresentSession present, Duration lockLimit) {
        this.sessions = sessions;
        this.exported = exported;
        this.present = present;
        this.lockLimit = lockLimit;
    }

    @Override
    public Pages read(TableSchema table, Chunk chunk, List<String> columns) {
        ReadErrors errors = new ReadErrors(sessions.errors(), table.table());
        try {
            Connection connection = begin();
            TableShape shape = lock(connection, table);
            String copy = new ChunkQuery(table, shape, columns, sessions.isOfCoordinator()).copy(chunk.range());
            return new CopyPages(
                    connection,
                    connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy),
                    errors);
        } catch (SQLException e) {
            close();
            throw errors.of(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        Connection ending = session;
        session = null;
        sessions.end(ending);
    }

    /** A transaction that sees the snapshot. One that an earlier chunk left is undone first. */
    private Connection begin() throws SQLException {
        Connection connection = session;
        if (connection == null || connection.isClosed()) {
            connection = sessions.open("read");
            session = connection;
            SnapshotHolder.prepare(connection);
        } else {
            connection.rollback();
        }
        try {
            SnapshotHolder.use(connection, exported);
        } catch (SQLException e) {
            throw lost(e);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = " + lockLimit.toMillis());
            // One chunk is one worker's work; the server's own workers would take what the other chunks need.
            if (ServerRelease.reaches(connection, PARALLEL)) {
                statement.execute("SET LOCAL max_parallel_workers_per_gather = 0");
            }
        }
        return connection;
    }

    /** The session that held the snapshot has ended, or the server was restarted. */
    private SyncException lost(SQLException e) throws SQLException {
        if (SqlErrors.isConnectionLoss(e)) {
            throw e;
        }
        return sessions.errors().of(e, "importing a snapshot", ErrorCode.SNAPSHOT_LOST);
    }

    /** From here to the transaction's end nobody changes the table; what was changed before shows as a difference between the snapshot and the present. */
    private TableShape lock(Connection connection, TableSchema table) throws SQLException {
        TableId id = table.table();
        TableShape then = TableShape.read(connection, id)
                .orElseThrow(() -> ReadErrors.moved(id, "it was made, or got its name, after the snapshot"));
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE " + then.only() + Quoting.table(id) + " IN ACCESS SHARE MODE");
        }
        TableShape now = present.ask("looking at table " + id, other -> TableShape.read(other, id))
                .orElseThrow(() -> ReadErrors.moved(id, "it was dropped or renamed"));
        then.changeTo(now).ifPresent(change -> {
            throw ReadErrors.moved(id, change);
        });
        if (!now.fits(table)) {
            throw ReadErrors.moved(id, "it is not the table that was planned, or its columns have other types");
        }
        return now;
    }
}
