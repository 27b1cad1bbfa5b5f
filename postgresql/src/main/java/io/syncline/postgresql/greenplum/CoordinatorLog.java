package io.syncline.postgresql.greenplum;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * Whether a coordinator's own log can be decoded, as that of AnalyticDB for PostgreSQL can from 7.2.1.4 on. It is tried, since a release's number tells nothing of what its builder has put
 * into it: a slot that ends with its session, a transaction that reaches every segment, and a look past it. Greenplum 7.0.0 lets no session in that makes a slot (57P03), and where one is
 * made, reading ends at the first record of a distributed commit (XX000).
 */
record CoordinatorLog(Sessions walsenders, Sessions writers) {

    private static final String NOT_HERE = "57P03";
    private static final String NOT_DECODED = "XX000";

    /** To make a slot the server waits for the transactions that are open. */
    private static final int PATIENCE_SECONDS = 60;

    private static final String CANCELED = "57014";

    /** @throws SyncException when it cannot be tried */
    boolean isReadable() {
        Connection walsender;
        try {
            walsender = walsenders.openReplication("log trial");
        } catch (SyncException e) {
            if (e.getCause() instanceof SQLException refusal
                    && SqlErrors.state(refusal).equals(NOT_HERE)) {
                requireUp();
                return false;
            }
            throw e;
        }
        try {
            return isReadable(walsender);
        } catch (SQLException e) {
            if (SqlErrors.state(e).equals(NOT_HERE) || SqlErrors.state(e).equals(NOT_DECODED)) {
                requireUp();
                return false;
            }
            throw failure(e);
        } finally {
            walsenders.end(walsender);
        }
    }

    /** A server that is starting refuses by the same state. */
    private void requireUp() {
        writers.end(writers.open("log trial"));
    }

    private boolean isReadable(Connection walsender) throws SQLException {
        String slot = "syncline_trial_" + UUID.randomUUID().toString().replace("-", "");
        try (Statement statement = walsender.createStatement()) {
            statement.setQueryTimeout(PATIENCE_SECONDS);
            statement.execute("CREATE_REPLICATION_SLOT " + Quoting.identifier(slot)
                    + " TEMPORARY LOGICAL pgoutput NOEXPORT_SNAPSHOT");
            commitOnEverySegment();
            statement.execute(
                    "SELECT count(*) FROM pg_catalog.pg_logical_slot_peek_binary_changes(" + Quoting.literal(slot)
                            + ", NULL, NULL, 'proto_version', '1', 'publication_names', 'syncline_trial')");
            return true;
        }
    }

    /** What is made is seen by this session alone, and goes with the transaction. */
    private void commitOnEverySegment() throws SQLException {
        Connection session = writers.open("log trial");
        try (Statement statement = session.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE syncline_trial (a integer) ON COMMIT DROP");
        } finally {
            writers.end(session);
        }
    }

    private SyncException failure(SQLException e) {
        String state = SqlErrors.state(e);
        String where = "source " + writers.connection().address()
                + " does not let it be tried whether the coordinator's log can be read: ";
        String told = "; or say log: segments, or log: coordinator, in the task file's source.";
        if (state.equals(CANCELED)) {
            return new SyncException(
                    ErrorCode.SOURCE_SETTINGS,
                    where + "a transaction has been open for more than " + PATIENCE_SECONDS + " s",
                    "Wait until it has ended" + told,
                    e);
        }
        SyncException other = writers.errors().of(e, "trying the coordinator's log", ErrorCode.SOURCE_SETTINGS);
        return new SyncException(
                other.code(), where + other.getMessage(), other.remedy() + " Or" + told.substring(4), e);
    }
}
