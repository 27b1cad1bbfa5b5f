package io.syncline.cli.history;

import io.syncline.testkit.postgres.Sql;
import java.util.ArrayList;
import java.util.List;

/** A slot of the test's own on one end, which shows what was committed there, in that order. */
final class ServerLog {

    private static final String SLOT = "history_";
    private static final String MESSAGE = "message: transactional: 1 prefix: " + ShapeTriggers.PREFIX + ", ";
    private static final String CONTENT = "content:";

    private final Sql sql;
    private final String slot;

    private ServerLog(Sql sql, String slot) {
        this.sql = sql;
        this.slot = slot;
    }

    /** @param end a word, since two ends may be on one server */
    static ServerLog open(Sql sql, String end) {
        sql.rows("SELECT pg_create_logical_replication_slot(?, 'test_decoding')", SLOT + end);
        return new ServerLog(sql, SLOT + end);
    }

    /** What each transaction holds that was committed since this was called last; of a rewritten table its new rows, too. */
    List<List<LogLine>> transactions() {
        List<List<LogLine>> transactions = new ArrayList<>();
        for (String line : sql.column(
                "SELECT data FROM pg_logical_slot_get_changes(?, NULL, NULL, 'include-rewrites', 'on')", slot)) {
            if (line.startsWith("BEGIN")) {
                transactions.add(new ArrayList<>());
            } else if (line.startsWith("table ")) {
                transactions.getLast().add(LoggedChange.of(line));
            } else if (line.startsWith(MESSAGE)) {
                ShapeTriggers.read(line.substring(line.indexOf(CONTENT) + CONTENT.length()))
                        .ifPresent(transactions.getLast()::add);
            }
        }
        return transactions;
    }
}
