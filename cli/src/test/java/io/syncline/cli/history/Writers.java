package io.syncline.cli.history;

import io.syncline.testkit.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Several sessions that write in turns. What a session may not do, because of a value, a name or another session's lock, undoes its transaction, as with any program that
 * gives up at an error.
 */
final class Writers implements AutoCloseable {

    static final int SESSIONS = 3;

    /** No such transaction or savepoint, another's lock, names that are taken, and a column that is another one by now; besides the classes of values that are refused. */
    private static final Set<String> EXPECTED = Set.of("25P01", "3B001", "55P03", "42701", "42P07", "42804");

    private static final Set<String> EXPECTED_CLASSES = Set.of("22", "23");

    private final String schema;
    private final List<Connection> sessions = new ArrayList<>();
    private final StringBuilder script = new StringBuilder();
    private int made;
    private int ordinal;

    Writers(TestDatabase source, String schema) {
        this.schema = schema;
        try {
            for (int i = 0; i < SESSIONS; i++) {
                Connection session = source.connect();
                sessions.add(session);
                execute(session, "SET lock_timeout = '20ms'; SET synchronous_commit = off; SET TimeZone = 'UTC'");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    void create(String table) {
        script.append(table).append("\n");
        try {
            execute(sessions.getFirst(), table);
            made++;
        } catch (SQLException e) {
            throw new AssertionError(table, e);
        }
    }

    void write(List<HistoryStep> steps) {
        for (HistoryStep step : steps) {
            Connection session = sessions.get(step.session() % SESSIONS);
            try {
                String sql = step.sql(SourceTable.read(session, schema), made, ++ordinal);
                script.append("/* ")
                        .append(step.session())
                        .append(" */ ")
                        .append(sql)
                        .append(";\n");
                execute(session, sql);
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
        script.append("-- all COMMIT\n");
    }

    /** What was written so far, for whoever has to look into a failure. */
    String script() {
        return script.toString();
    }

    private void giveUp(Connection session, SQLException cause) {
        String state = String.valueOf(cause.getSQLState());
        if (!EXPECTED.contains(state) && !EXPECTED_CLASSES.contains(state.substring(0, 2))) {
            throw new AssertionError(cause);
        }
        script.append("-- ").append(state).append(": ROLLBACK\n");
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
