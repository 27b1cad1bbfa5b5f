package io.syncline.postgresql.shape;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Origin;
import io.syncline.api.model.TableRoute;
import io.syncline.postgresql.session.OriginSql;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.ServerRelease;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Copies source rows through a route's filter and computed columns into a table, in the caller's transaction: into a temporary table first, and from there by INSERT ... SELECT,
 * a bounded amount at a time.
 */
public final class ShapedCopy {

    /** What lies in the temporary table at once, about. */
    private static final long PORTION_BYTES = 64L << 20;

    /** The server takes a message into one buffer: a page that holds one large row goes in pieces. */
    private static final int PIECE = 1 << 20;

    private static final String STAGED = "pg_temp.syncline_staged";

    private final Connection connection;
    private final ShapingSql sql;
    private final String insert;
    private final String copyInto;
    private @Nullable CopyIn copy;
    private long staged;
    private long taken;

    /**
     * @param target quoted name of the table with the destination's columns
     * @param connection with autocommit off; the temporary table goes with its transaction
     * @param origin that the rows get in a merged table; null where the target has no such column
     */
    public ShapedCopy(Connection connection, TableRoute route, String target, @Nullable Origin origin)
            throws SQLException {
        this.connection = connection;
        this.sql = new ShapingSql(route);
        String names = (origin == null ? "" : OriginSql.COLUMN + ", ") + sql.destinationNames();
        String before = origin == null ? "" : OriginSql.value(origin) + ", ";
        this.insert = "INSERT INTO " + target + (names.isEmpty() ? "" : " (" + names + ")")
                + (ServerRelease.reaches(connection, ServerRelease.MODERN) ? " OVERRIDING SYSTEM VALUE " : " ")
                + sql.select(STAGED, before);
        String columns = sql.names();
        this.copyInto = "COPY " + STAGED + (columns.isEmpty() ? "" : " (" + columns + ")") + " FROM STDIN";
        execute("CREATE TEMPORARY TABLE " + STAGED + " (" + sql.columns() + ") ON COMMIT DROP");
    }

    public void write(CopyPage page) throws SQLException {
        CopyIn open = copy;
        if (open == null) {
            open = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copyInto);
            copy = open;
        }
        for (int at = 0; at < page.length(); at += PIECE) {
            open.writeToCopy(page.bytes(), at, Math.min(PIECE, page.length() - at));
        }
        staged += page.length();
        if (staged >= PORTION_BYTES) {
            move();
        }
    }

    /** @return the source rows that the server took, those that do not match among them */
    public long end() throws SQLException {
        move();
        return taken;
    }

    private void move() throws SQLException {
        CopyIn open = copy;
        if (open == null) {
            return;
        }
        copy = null;
        staged = 0;
        taken += open.endCopy();
        execute(insert);
        execute("TRUNCATE " + STAGED);
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(command);
        }
    }

    /** A table of the destination's column types for digests of what would be written. */
    public static String like(TableRoute route) {
        return route.destination().columns().stream()
                .map(column ->
                        Quoting.identifier(column.name()) + " " + column.type().name())
                .collect(Collectors.joining(", "));
    }
}
