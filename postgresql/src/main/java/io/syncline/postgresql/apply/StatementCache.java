package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Prepared statements by table and shape, a bounded number of them: thousands of tables must not fill the server's memory with plans (T41). */
final class StatementCache {

    private static final int KEPT = 256;

    private final Connection connection;
    private final StatementText text;
    private final Map<Key, Entry> entries = new LinkedHashMap<>(KEPT, 0.75f, true);

    /** @param fields of each parameter */
    record Entry(PreparedStatement statement, List<Field> fields) {}

    /** Targets are compared by identity: they live as long as this session. */
    private record Key(Target target, Shape shape) {}

    StatementCache(Connection connection, StatementText text) {
        this.connection = connection;
        this.text = text;
    }

    Entry get(Target target, Shape shape) throws SQLException {
        Key key = new Key(target, shape);
        Entry entry = entries.get(key);
        if (entry == null) {
            entry = prepare(target, shape);
            entries.put(key, entry);
            closeEldest();
        }
        return entry;
    }

    int size() {
        return entries.size();
    }

    private Entry prepare(Target target, Shape shape) throws SQLException {
        List<Field> fields = StatementText.fields(target, shape);
        return new Entry(
                connection.prepareStatement(text.of(target, shape, StatementText.parameters(target, fields))), fields);
    }

    private void closeEldest() throws SQLException {
        if (entries.size() > KEPT) {
            Map.Entry<Key, Entry> eldest = entries.entrySet().iterator().next();
            entries.remove(eldest.getKey());
            eldest.getValue().statement().close();
        }
    }
}
