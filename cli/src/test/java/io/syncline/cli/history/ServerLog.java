package io.syncline.cli.history;

import io.syncline.testkit.postgres.Sql;
import java.util.ArrayList;
import java.util.List;

/** A slot of the test's own on one end, which shows what was committed there, in that order. */
final class ServerLog {

    private static final String SLOT = "history_";

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

    /** The changes of each transaction that was committed since this was called last. */
    List<List<LoggedChange>> transactions() {
        List<List<LoggedChange>> transactions = new ArrayList<>();
        for (String line : sql.column("SELECT data FROM pg_logical_slot_get_changes(?, NULL, NULL)", slot)) {
            if (line.startsWith("BEGIN")) {
                transactions.add(new ArrayList<>());
            } else if (line.startsWith("table ")) {
                transactions.getLast().add(LoggedChange.of(line));
            }
        }
        return transactions;
    }
}
