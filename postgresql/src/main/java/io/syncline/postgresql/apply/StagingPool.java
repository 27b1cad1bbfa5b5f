package io.syncline.postgresql.apply;

import io.syncline.postgresql.session.Dialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Temporary tables that hold changes on their way into their destination table: made when first needed, kept for the session, the one unused for longest dropped when
 * there are too many (T41: thousands with ON COMMIT DELETE ROWS cost more than the commit). The server empties them when a transaction commits; a TRUNCATE,
 * which only a second use in one transaction takes, and a DROP give up a file, and a commit that removes a file waits for the disk (RecordTransactionCommit in the server's xact.c).
 */
final class StagingPool {

    private static final int KEPT = 64;

    /** MaxHeapAttributeNumber in the server's htup_details.h. */
    private static final int MOST_COLUMNS = 1600;

    private final Connection connection;
    private final Dialect dialect;
    /** The one unused for longest first. */
    private final SequencedMap<Use, String> tables = new LinkedHashMap<>();

    /** Those that the transaction has filled. */
    private final Set<String> filled = new HashSet<>();

    private final List<Step> steps = new ArrayList<>();
    private int stepsBeforeSavepoint;
    private int made;

    /** What the transaction has made or dropped, to be taken back with it. */
    private record Step(boolean create, Use use, String name) {}

    /** @param rows whether it holds whole rows of the table instead of changes */
    private record Use(Target target, boolean rows) {}

    StagingPool(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    static boolean fits(Target target) {
        return fields(target).size() <= MOST_COLUMNS;
    }

    /** The name of the target's staging table, quoted and qualified; it is empty. */
    String of(Target target) throws SQLException {
        return of(new Use(target, false));
    }

    /** The same of a table that takes whole rows of the target's. */
    String rowsOf(Target target) throws SQLException {
        return of(new Use(target, true));
    }

    private String of(Use use) throws SQLException {
        String name = tables.remove(use);
        if (name == null) {
            name = use.rows() ? createLike(use.target()) : create(use.target());
            steps.add(new Step(true, use, name));
        }
        tables.putLast(use, name);
        if (tables.size() > KEPT) {
            dropEldest();
        }
        if (!filled.add(name)) {
            execute("TRUNCATE " + name);
        }
        return name;
    }

    void transactionBegins() {
        filled.clear();
        steps.clear();
        stepsBeforeSavepoint = 0;
    }

    void savepointSet() {
        stepsBeforeSavepoint = steps.size();
    }

    void savepointUndone() {
        undo(stepsBeforeSavepoint);
    }

    void transactionUndone() {
        undo(0);
        transactionBegins();
    }

    private void undo(int kept) {
        while (steps.size() > kept) {
            Step step = steps.removeLast();
            if (step.create()) {
                tables.remove(step.use());
            } else {
                tables.putFirst(step.use(), step.name());
            }
        }
    }

    private String create(Target target) throws SQLException {
        String name = "pg_temp.syncline_" + ++made;
        String columns = fields(target).stream()
                .map(field -> field.name() + " " + field.type(target))
                .collect(Collectors.joining(", "));
        execute("CREATE TEMPORARY TABLE " + name + " (" + columns + ")" + dialect.heap() + " ON COMMIT DELETE ROWS"
                + distribution(target));
        return name;
    }

    /** A heap whatever the table is, where a row may be read and inserted in one transaction. */
    private String createLike(Target target) throws SQLException {
        String name = "pg_temp.syncline_" + ++made;
        execute("CREATE TEMPORARY TABLE " + name + dialect.heap() + " ON COMMIT DELETE ROWS AS SELECT "
                + String.join(", ", target.rewritten()) + " FROM " + target.name()
                + " WITH NO DATA DISTRIBUTED RANDOMLY");
        return name;
    }

    /** Where the table's own rows lie, so that no statement has to move them between segments; anywhere when that is not by columns of its key. */
    private String distribution(Target target) {
        if (!dialect.isDistributed()) {
            return "";
        }
        if (target.distribution().isEmpty() || !target.key().containsAll(target.distribution())) {
            return " DISTRIBUTED RANDOMLY";
        }
        return target.distribution().stream()
                .map(column -> Field.key(target.key().indexOf(column), column).name())
                .collect(Collectors.joining(", ", " DISTRIBUTED BY (", ")"));
    }

    private void dropEldest() throws SQLException {
        Map.Entry<Use, String> eldest = tables.pollFirstEntry();
        execute("DROP TABLE " + eldest.getValue());
        steps.add(new Step(false, eldest.getKey(), eldest.getValue()));
    }

    private static List<Field> fields(Target target) {
        List<Field> fields = new ArrayList<>();
        if (target.hasKey()) {
            fields.add(Field.ORDINAL);
            for (int i = 0; i < target.key().size(); i++) {
                fields.add(Field.key(i, target.key().get(i)));
            }
        } else {
            fields.add(Field.GROUP);
            fields.add(Field.RANK);
            target.writable().forEach(column -> fields.add(Field.before(column)));
        }
        target.writable().forEach(column -> fields.add(Field.image(column)));
        return fields;
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(command);
        }
    }
}
