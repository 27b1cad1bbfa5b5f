package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/**
 * Temporary tables that hold changes on their way into their destination table: made when first needed, kept for the session, emptied by whoever filled them, the one
 * unused for longest dropped when there are too many (T41: thousands with ON COMMIT DELETE ROWS cost more than the commit).
 */
final class StagingPool {

    private static final int KEPT = 64;

    /** MaxHeapAttributeNumber in the server's htup_details.h. */
    private static final int MOST_COLUMNS = 1600;

    private final Connection connection;
    private final Map<Target, String> names = new HashMap<>();
    private final SequencedSet<Target> used = new LinkedHashSet<>();
    private final List<Target> madeInTransaction = new ArrayList<>();
    private int madeBeforeSavepoint;
    private int made;

    StagingPool(Connection connection) {
        this.connection = connection;
    }

    static boolean fits(Target target) {
        return fields(target).size() <= MOST_COLUMNS;
    }

    /** The name of the target's staging table, quoted and qualified. */
    String of(Target target) throws SQLException {
        String name = names.get(target);
        used.remove(target);
        used.addLast(target);
        if (name == null) {
            name = create(target);
            names.put(target, name);
            madeInTransaction.add(target);
            dropEldest();
        }
        return name;
    }

    void transactionBegins() {
        madeInTransaction.clear();
        madeBeforeSavepoint = 0;
    }

    void savepointSet() {
        madeBeforeSavepoint = madeInTransaction.size();
    }

    /** What was made since the savepoint has gone with it. */
    void savepointUndone() {
        List<Target> gone = madeInTransaction.subList(madeBeforeSavepoint, madeInTransaction.size());
        forget(gone);
        gone.clear();
    }

    /** What was made in the transaction has gone with it. */
    void transactionUndone() {
        forget(madeInTransaction);
        transactionBegins();
    }

    private void forget(List<Target> gone) {
        for (Target target : gone) {
            names.remove(target);
            used.remove(target);
        }
    }

    private String create(Target target) throws SQLException {
        String name = "pg_temp.syncline_" + ++made;
        String columns = fields(target).stream()
                .map(field -> field.name() + " " + field.type(target))
                .collect(Collectors.joining(", "));
        execute("CREATE TEMPORARY TABLE " + name + " (" + columns + ")");
        return name;
    }

    /** When the drop is undone with its transaction, the table stays unknown, and there until the session's end. */
    private void dropEldest() throws SQLException {
        if (used.size() <= KEPT) {
            return;
        }
        Target eldest = used.removeFirst();
        execute("DROP TABLE " + names.remove(eldest));
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
