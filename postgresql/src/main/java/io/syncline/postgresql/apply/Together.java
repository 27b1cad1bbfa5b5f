package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Statements over few changes, sent in one go and answered in one go: where the destination is far or busy, the way there and back takes longer than a small statement. The
 * driver sends the parts of a statement list one behind the other and waits once.
 */
final class Together {

    private static final int MOST_PARTS = 8;
    /** Every part of a list is a plan at the server (T41). */
    private static final int KEPT = 32;

    private final Connection connection;
    private final StatementText text;
    private final Map<List<Kind>, PreparedStatement> statements = new LinkedHashMap<>(KEPT, 0.75f, true);
    private final List<Part> parts = new ArrayList<>();

    Together(Connection connection, StatementText text) {
        this.connection = connection;
        this.text = text;
    }

    /** Targets are compared by identity: they live as long as this session. */
    private record Kind(Target target, Shape shape) {

        List<Field> fields() {
            return StatementText.fields(target, shape);
        }
    }

    private record Part(Kind kind, Changes changes, String doing) {}

    /** @param doing what every change must find its row, or its place, for; a word for messages */
    void add(Changes changes, Shape shape, String doing) throws SQLException {
        parts.add(new Part(new Kind(changes.target(), shape), changes, doing));
        if (parts.size() == MOST_PARTS) {
            run();
        }
    }

    /**
     * Sends what was added, and asks each part whether it has reached all of its rows.
     *
     * @throws io.syncline.api.error.SyncException CONFLICT_ROW_MISSING, CONFLICT_KEY_EXISTS
     */
    void run() throws SQLException {
        if (parts.isEmpty()) {
            return;
        }
        List<Part> sent = List.copyOf(parts);
        parts.clear();
        PreparedStatement statement = statement(sent.stream().map(Part::kind).toList());
        int parameter = 1;
        for (Part part : sent) {
            for (Field field : part.kind().fields()) {
                statement.setObject(parameter++, new TextArray(part.changes(), field));
            }
        }
        statement.execute();
        for (Part part : sent) {
            Rejections.requireAll(part.changes(), statement.getLargeUpdateCount(), part.doing());
            statement.getMoreResults();
        }
    }

    /** What was added before a failure is undone with its round. */
    void forget() {
        parts.clear();
    }

    private PreparedStatement statement(List<Kind> kinds) throws SQLException {
        PreparedStatement known = statements.get(kinds);
        if (known != null) {
            return known;
        }
        List<String> texts = new ArrayList<>();
        for (Kind kind : kinds) {
            texts.add(text.of(kind.target(), kind.shape(), StatementText.parameters(kind.target(), kind.fields())));
        }
        PreparedStatement made = connection.prepareStatement(String.join("; ", texts));
        statements.put(kinds, made);
        if (statements.size() > KEPT) {
            Map.Entry<List<Kind>, PreparedStatement> eldest =
                    statements.entrySet().iterator().next();
            statements.remove(eldest.getKey());
            eldest.getValue().close();
        }
        return made;
    }
}
