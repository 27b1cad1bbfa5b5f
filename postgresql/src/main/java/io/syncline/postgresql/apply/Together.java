package io.syncline.postgresql.apply;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Statements over few changes, sent in one go and answered in one go: where the destination is far or busy, the way there and back takes longer than a small statement. The
 * driver sends the parts of a statement list one behind the other and waits once. A list goes together from the second time on that it is met.
 */
final class Together {

    private static final int MOST_PARTS = 8;
    /** Every part of a list is a plan at the server (T41). */
    private static final int KEPT = 32;

    /** Lists that were met once; with many tables hardly any comes again, and each would be parsed and planned for itself. */
    private static final int REMEMBERED = 256;

    private final Connection connection;
    private final StatementText text;
    private final StatementCache singles;
    private final Map<List<Kind>, PreparedStatement> statements = new LinkedHashMap<>(KEPT, 0.75f, true);
    private final Set<List<Kind>> met = new LinkedHashSet<>();
    private final List<Part> parts = new ArrayList<>();

    Together(Connection connection, StatementText text, StatementCache singles) {
        this.connection = connection;
        this.text = text;
        this.singles = singles;
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
        List<Kind> kinds = sent.stream().map(Part::kind).toList();
        if (sent.size() == 1 || isNew(kinds)) {
            runOneByOne(sent);
            return;
        }
        PreparedStatement statement = statement(kinds);
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

    private boolean isNew(List<Kind> kinds) {
        if (statements.containsKey(kinds) || met.remove(kinds)) {
            return false;
        }
        met.add(kinds);
        if (met.size() > REMEMBERED) {
            met.remove(met.iterator().next());
        }
        return true;
    }

    private void runOneByOne(List<Part> sent) throws SQLException {
        for (Part part : sent) {
            PreparedStatement statement =
                    ArrayFeed.bind(singles.get(part.kind().target(), part.kind().shape()), part.changes());
            Rejections.requireAll(part.changes(), statement.executeLargeUpdate(), part.doing());
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
