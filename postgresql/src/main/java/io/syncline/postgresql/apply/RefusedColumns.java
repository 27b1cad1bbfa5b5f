package io.syncline.postgresql.apply;

import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.NetChange;
import io.syncline.api.model.Row;
import io.syncline.postgresql.session.SqlErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the server which columns refuse their value: each is written alone, into a temporary table of the same types, and undone. */
final class RefusedColumns {

    private static final String PROBE = "syncline_probe_";

    private static final String CHECKED = """
            SELECT a.attname
              FROM pg_catalog.pg_constraint AS c
              JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.conrelid = CAST(? AS pg_catalog.regclass) AND c.conname = ? AND c.contype = 'c'
               AND array_length(c.conkey, 1) = 1""";

    private final Connection connection;
    private @Nullable Target probed;
    /** A name for each table that is probed, so that none is taken for another after a rollback. */
    private int probes;

    RefusedColumns(Connection connection) {
        this.connection = connection;
    }

    /** A destination column, and how it refuses its value: as {@link BadValue.Refused} says. */
    record Refusal(int column, String state, String constraint) {

        static Refusal of(int column, SQLException failure) {
            return new Refusal(
                    column,
                    SqlErrors.state(failure),
                    Rejections.constraintName(failure).orElse(""));
        }
    }

    /**
     * The columns of an image that refuse their value whatever the others hold.
     *
     * @param most so many are looked for
     */
    List<Refusal> of(Target target, Row image, int most) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        if (!makeProbe(target)) {
            return refusals;
        }
        for (int column : target.writable()) {
            if (refusals.size() < most
                    && image.isPresent(target.source(column))
                    && !image.isNull(target.source(column))) {
                refusal(target, column, image).ifPresent(failure -> refusals.add(Refusal.of(column, failure)));
            }
        }
        return refusals;
    }

    /** The one column that a CHECK constraint of the table looks at; empty when it looks at several, or is none of the table's. */
    Optional<Integer> checkedBy(Target target, String constraint) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHECKED)) {
            statement.setString(1, target.name());
            statement.setString(2, constraint);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String name = row.getString(1);
                return target.writable().stream()
                        .filter(column -> target.column(column).name().equals(name))
                        .findFirst();
            }
        }
    }

    /** False when a row of it cannot be NULL in all columns but one, which a domain may forbid: then nothing can be told. */
    @SuppressWarnings("ReferenceEquality") // targets are compared by identity
    private boolean makeProbe(Target target) throws SQLException {
        if (probed != target) {
            execute("DROP TABLE IF EXISTS " + probe());
            probes++;
            probed = target;
        }
        if (!isThere()) {
            execute("CREATE TEMPORARY TABLE " + PROBE + probes + " AS SELECT "
                    + target.writable().stream().map(target::columnName).collect(Collectors.joining(", ")) + " FROM "
                    + target.name() + " WITH NO DATA");
        }
        return undone(() -> execute("INSERT INTO " + probe() + " DEFAULT VALUES"))
                .isEmpty();
    }

    /** A transaction that was undone took the table along that it had made. */
    private boolean isThere() throws SQLException {
        // The server says the parameter's type: it was cstring before 9.6, and is text.
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NOT NULL")) {
            statement.setObject(1, probe(), Types.OTHER);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private String probe() {
        return "pg_temp." + PROBE + probes;
    }

    private Optional<SQLException> refusal(Target target, int column, Row image) throws SQLException {
        Changes change = Changes.keyed(target, List.of(new NetChange(null, image)));
        List<Field> fields = List.of(Field.image(column));
        return undone(() -> {
            try (PreparedStatement statement = connection.prepareStatement("INSERT INTO " + probe() + " ("
                    + target.columnName(column) + ") SELECT n.c" + column + " FROM "
                    + StatementText.parameters(target, fields) + " AS n")) {
                statement.setObject(1, new TextArray(change, fields.getFirst()));
                statement.executeUpdate();
            }
        });
    }

    @FunctionalInterface
    private interface Work {
        void run() throws SQLException;
    }

    /** Empty when the work succeeds, else what is wrong with the row. */
    private Optional<SQLException> undone(Work work) throws SQLException {
        execute("SAVEPOINT syncline_probe");
        Optional<SQLException> failure = Optional.empty();
        try {
            work.run();
        } catch (SQLException e) {
            Rejections.requireOfRows(e);
            failure = Optional.of(e);
        }
        execute("ROLLBACK TO SAVEPOINT syncline_probe; RELEASE SAVEPOINT syncline_probe");
        return failure;
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(command);
        }
    }
}
