package io.syncline.engine.stream;

import io.syncline.api.error.ErrorCode;
import io.syncline.api.error.SyncException;
import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.TableId;
import io.syncline.api.task.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The changes of a transaction that is left out: they are counted, and nothing of them is handed on. */
final class LeftOutChanges {

    private final Skip skip;
    private final Map<TableId, Map<Operation, Long>> counts = new TreeMap<>();

    LeftOutChanges(Skip skip) {
        this.skip = skip;
    }

    void count(TableId table, Operation operation) {
        counts.computeIfAbsent(table, _ -> new EnumMap<>(Operation.class)).merge(operation, 1L, Long::sum);
    }

    /** What goes to the applier in place of the changes. @throws SyncException INVARIANT_BROKEN when the transaction ends elsewhere */
    Piece.LeftOut piece(Commit commit) {
        if (!commit.position().equals(skip.end())) {
            throw otherwise("it ends at " + commit.position().text());
        }
        return new Piece.LeftOut(skip.containedFrom(), skip.command(), text());
    }

    /** Events that alter a table have no place in a transaction that is left out. */
    SyncException otherwise(ChangeEvent event) {
        return otherwise("it holds " + event.getClass().getSimpleName());
    }

    private SyncException otherwise(String what) {
        return new SyncException(
                ErrorCode.INVARIANT_BROKEN,
                "the transaction " + skip.transaction() + ", which was asked to be left out up to its end at "
                        + skip.end().text() + ", is not what it was when it was looked at: " + what,
                "Nothing was left out. Start the task again, which looks anew. Please report this.");
    }

    private String text() {
        String changes = counts.entrySet().stream()
                .flatMap(table -> table.getValue().entrySet().stream()
                        .map(kind -> kind.getValue() + " " + kind.getKey() + " of " + table.getKey()))
                .collect(Collectors.joining(", "));
        return "left out the transaction " + skip.transaction() + " that ends at "
                + skip.end().text() + ": " + (changes.isEmpty() ? "no change that is carried" : changes);
    }
}
