package io.syncline.cli.history;

import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Several sessions that write in turns. What a session may not do, because of a unique value or another session's lock, undoes its transaction, as with any program that
 * gives up at an error.
 */
final class Writers implements AutoCloseable {

    static final int SESSIONS = 3;

    private final String schema;
    private final List<HistoryTable> tables;
    private final List<Connection> sessions = new ArrayList<>();

    Writers(TestDatabase source, String schema, List<HistoryTable> tables) {
        this.schema = schema;
        this.tables = tables;
        try {
            for (int i = 0; i < SESSIONS; i++) {
                Connection session = source.connect();
                sessions.add(session);
                execute(session, "SET lock_timeout = '20ms'; SET synchronous_commit = off");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    void write(List<HistoryStep> steps) {
        for (HistoryStep step : steps) {
            Connection session = sessions.get(step.session() % SESSIONS);
            try {
                execute(session, step.sql(schema, tables));
            } catch (SQLException e) {
                giveUp(session, e);
            }
        }
    }

    /** Commits what is open. */
    void finish() {
        for (Connection session : sessions) {
            try {
                execute(session, "COMMIT");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void giveUp(Connection session, SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        boolean expected =
                state.startsWith("23") || state.startsWith("25") || state.equals("55P03") || state.equals("3B001");
        if (!expected) {
            throw new AssertionError(cause);
        }
        try {
            execute(session, "ROLLBACK");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        for (Connection session : sessions) {
            try {
                session.close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        }
    }
}
