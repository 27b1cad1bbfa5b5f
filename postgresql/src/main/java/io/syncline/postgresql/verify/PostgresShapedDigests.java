package io.syncline.postgresql.verify;

import io.syncline.api.model.CopyPage;
import io.syncline.api.model.Row;
import io.syncline.api.model.TableId;
import io.syncline.api.model.TableRoute;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.DigestReader;
import io.syncline.api.port.ShapedDigests;
import io.syncline.postgresql.session.Quoting;
import io.syncline.postgresql.session.Sessions;
import io.syncline.postgresql.shape.ShapedCopy;
import io.syncline.postgresql.shape.ShapingErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Rows as the load would write them, in a temporary table of the destination's column types. */
public final class PostgresShapedDigests implements ShapedDigests {

    private static final String NAME = "syncline_compared";

    private final Sessions sessions;
    private final PostgresDigests digests;

    public PostgresShapedDigests(Sessions sessions) {
        this.sessions = sessions;
        this.digests = new PostgresDigests(sessions);
    }

    @Override
    public DigestReader of(TableRoute route, Supplier<@Nullable CopyPage> pages) {
        TableId table = new TableId(route.destination().table().database(), "pg_temp", NAME);
        try {
            Connection connection = digests.session();
            connection.setAutoCommit(false);
            execute(connection, "DROP TABLE IF EXISTS " + Quoting.table(table));
            execute(connection, "CREATE TEMPORARY TABLE " + Quoting.table(table) + " (" + ShapedCopy.like(route) + ")");
            ShapedCopy copy = new ShapedCopy(connection, route, Quoting.table(table), null);
            for (CopyPage page = pages.get(); page != null; page = pages.get()) {
                copy.write(page);
            }
            copy.end();
            connection.commit();
        } catch (SQLException e) {
            digests.close();
            throw new ShapingErrors(sessions.errors(), route).of(e);
        } catch (RuntimeException e) {
            digests.close();
            throw e;
        }
        TableSchema written = route.destination();
        return new Compared(new TableSchema(table, written.version(), written.columns(), written.key()));
    }

    private static void execute(Connection connection, String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(command);
        }
    }

    @Override
    public void close() {
        digests.close();
    }

    /** Asks the temporary table in place of the one that a shape names. */
    private final class Compared implements DigestReader {

        private final TableSchema table;

        Compared(TableSchema table) {
            this.table = table;
        }

        private Shape here(Shape shape) {
            return new Shape(table, shape.columns(), shape.key());
        }

        @Override
        public Map<Integer, Digest> buckets(Shape shape, int buckets) {
            return digests.buckets(here(shape), buckets);
        }

        @Override
        public List<KeyedDigest> rows(Shape shape, int buckets, Collection<Integer> wanted) {
            return digests.rows(here(shape), buckets, wanted);
        }

        @Override
        public List<KeyedDigest> lookup(Shape shape, Collection<Row> keys) {
            return digests.lookup(here(shape), keys);
        }

        @Override
        public List<Row> values(Shape shape, Collection<Row> keys) {
            return digests.values(here(shape), keys);
        }
    }
}
