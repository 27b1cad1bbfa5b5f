package io.syncline.postgresql.shape;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.RowShaper;
import io.syncline.api.text.CopyBuffer;
import io.syncline.api.text.CopyTextDecoder;
import io.syncline.api.text.CopyTextEncoder;
import io.syncline.postgresql.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/** Sends rows into a temporary table and reads them back through the route's SELECT, in a session of its own that is opened when first needed. */
public final class PostgresShaper implements RowShaper {

    /** Temporary tables that are kept (T41). */
    private static final int KEPT = 64;

    private static final int PAGE_BYTES = 1 << 18;

    private final Sessions sessions;
    private final CopyTextEncoder encoder = new CopyTextEncoder(new CopyBuffer(PAGE_BYTES + (PAGE_BYTES >> 2)));
    /** By route, the one unused for longest first. */
    private final SequencedMap<TableRoute, String> tables = new LinkedHashMap<>();

    private @Nullable Connection session;
    private int made;

    public PostgresShaper(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public List<@Nullable Row> shape(TableRoute route, List<Row> rows) {
        try {
            Connection connection = session();
            ShapingSql sql = new ShapingSql(route);
            String table = table(connection, route, sql);
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            send(copies.copyIn("COPY " + table + " FROM STDIN"), route, rows);
            List<@Nullable Row> shaped = receive(
                    copies.copyOut("COPY (" + sql.select(table, sql.ordinal() + ", ") + ") TO STDOUT"),
                    route.destination().columns().size(),
                    rows.size());
            connection.commit();
            return shaped;
        } catch (SQLException e) {
            giveUp(e);
            throw new ShapingErrors(sessions.errors(), route).of(e);
        }
    }

    private Connection session() throws SQLException {
        Connection open = session;
        if (open == null) {
            open = sessions.open("shape");
            session = open;
            open.setAutoCommit(false);
        }
        return open;
    }

    private String table(Connection connection, TableRoute route, ShapingSql sql) throws SQLException {
        String known = tables.remove(route);
        if (known == null) {
            if (tables.size() == KEPT) {
                execute(connection, "DROP TABLE " + tables.pollFirstEntry().getValue());
            }
            known = "pg_temp.syncline_shape_" + ++made;
            String columns = sql.columns();
            execute(
                    connection,
                    "CREATE TEMPORARY TABLE " + known + " (" + columns + (columns.isEmpty() ? "" : ", ") + sql.ordinal()
                            + " integer) ON COMMIT DELETE ROWS");
        }
        tables.putLast(route, known);
        return known;
    }

    private void send(CopyIn copy, TableRoute route, List<Row> rows) throws SQLException {
        encoder.reset();
        try {
            for (int i = 0; i < rows.size(); i++) {
                for (int column : route.readColumns()) {
                    encoder.appendColumn(rows.get(i), column);
                    encoder.separator();
                }
                byte[] ordinal = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
                encoder.appendValue(ordinal, 0, ordinal.length);
                encoder.endRow();
                if (encoder.page().length() >= PAGE_BYTES) {
                    flush(copy);
                }
            }
            flush(copy);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private void flush(CopyIn copy) throws SQLException {
        CopyPage page = encoder.page();
        copy.writeToCopy(page.bytes(), 0, page.length());
        encoder.reset();
    }

    /** Each message holds one line (documentation, COPY operations of the protocol). */
    private static List<@Nullable Row> receive(CopyOut copy, int columns, int rows) throws SQLException {
        List<@Nullable Row> shaped = new ArrayList<>(Collections.nCopies(rows, (Row) null));
        CopyTextDecoder decoder = new CopyTextDecoder(columns + 1);
        for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
            Row row = decoder.decode(new CopyPage(line, line.length, 1)).getFirst();
            int[] bounds = new int[2 * columns];
            for (int column = 0; column < columns; column++) {
                bounds[2 * column] = row.offset(column + 1);
                bounds[2 * column + 1] = row.length(column + 1);
            }
            shaped.set(Integer.parseInt(row.text(0)), new Row(row.page(), bounds));
        }
        return shaped;
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(command);
        }
    }

    /** The session's temporary tables go with it. */
    private void giveUp(SQLException failure) {
        tables.clear();
        Connection ending = session;
        session = null;
        if (ending != null) {
            try {
                ending.abort(Runnable::run);
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
    }

    @Override
    public void close() {
        Connection ending = session;
        session = null;
        tables.clear();
        sessions.end(ending);
    }
}
