package io.syncline.engine.task;

import io.syncline.api.model.ChangeEvent;
import io.syncline.api.model.ChangeEvent.Altered;
import io.syncline.api.model.ChangeEvent.Begin;
import io.syncline.api.model.ChangeEvent.Commit;
import io.syncline.api.model.ChangeEvent.Dropped;
import io.syncline.api.model.ChangeEvent.Idle;
import io.syncline.api.model.ChangeEvent.Moved;
import io.syncline.api.model.ChangeEvent.Named;
import io.syncline.api.model.ChangeEvent.Part;
import io.syncline.api.model.ChangeEvent.RowChange;
import io.syncline.api.model.ChangeEvent.SchemaChange;
import io.syncline.api.model.ChangeEvent.Truncate;
import io.syncline.api.model.ChangeEvent.Untold;
import io.syncline.api.model.Position;
import io.syncline.api.model.TableSchema;
import io.syncline.api.port.ChangeStream;
import io.syncline.engine.run.Stage;
import io.syncline.engine.stream.Skip;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a log up to a position, and finds out which transaction ends there and whether it may be left out. Nothing is applied, nothing is confirmed. */
final class SkipLook implements Stage {

    private static final int EVENTS_A_POLL = 1024;

    /** What was found. */
    sealed interface Verdict {}

    record Found(Skip skip) implements Verdict {}

    /** @param why in words, to go after "it was not left out: " */
    record Refused(String why) implements Verdict {}

    private final ChangeStream log;
    private final long command;
    private final Position wanted;
    private final Predicate<TableSchema> carried;
    private final Duration slice;

    private @Nullable Begin open;
    private boolean changes;
    private boolean alters;
    private @Nullable Verdict verdict;

    /**
     * @param log opened where the ledger stands; closed by this
     * @param command that asks for it
     * @param wanted a position that the log has reached
     * @param carried which tables the task carries
     */
    SkipLook(ChangeStream log, long command, Position wanted, Predicate<TableSchema> carried, Duration slice) {
        this.log = log;
        this.command = command;
        this.wanted = wanted;
        this.carried = carried;
        this.slice = slice;
    }

    @Override
    public String name() {
        return "skip";
    }

    @Override
    public Progress poll() throws InterruptedException {
        for (int i = 0; i < EVENTS_A_POLL && verdict == null; i++) {
            ChangeEvent event = log.poll(slice);
            if (event == null) {
                return Progress.IDLE;
            }
            take(event);
        }
        return verdict == null ? Progress.WORKED : Progress.DONE;
    }

    /** When the stage is done. */
    Verdict verdict() {
        if (verdict == null) {
            throw new IllegalStateException("the log was not read to the position");
        }
        return verdict;
    }

    private void take(ChangeEvent event) {
        switch (event) {
            case Begin begin -> {
                open = begin;
                changes = false;
                alters = false;
            }
            case Part _ -> {}
            case RowChange change -> changes |= carried.test(change.table());
            case Truncate truncate ->
                changes |= Stream.concat(
                                truncate.tables().stream(),
                                truncate.parts().stream().map(Truncate.Part::table))
                        .anyMatch(carried);
            case Altered _, Named _, Moved _, Untold _, Dropped _, SchemaChange _ -> alters = true;
            case Commit(Position position, var _) -> {
                if (position.equals(wanted) && open != null) {
                    verdict = ofTransaction(open);
                } else if (position.reached(wanted)) {
                    verdict = noEnd();
                }
            }
            case Idle(Position position) -> {
                if (position.reached(wanted)) {
                    verdict = noEnd();
                }
            }
        }
    }

    private Verdict ofTransaction(Begin begin) {
        // T10: the destination's table would stay as it was.
        if (alters) {
            return new Refused("the transaction " + begin.transaction() + " that ends at " + wanted.text()
                    + " alters a table; the rows after it would come in a shape that the destination never got");
        }
        if (!changes) {
            return new Refused("the transaction " + begin.transaction() + " that ends at " + wanted.text()
                    + " changes no row of a table that the task carries, so the task did not stop at it");
        }
        return new Found(new Skip(command, begin.transaction(), begin.containedFrom(), wanted));
    }

    private Verdict noEnd() {
        return new Refused("no transaction ends at " + wanted.text()
                + "; the failure that stopped the task names the position that does");
    }

    @Override
    public void close() {
        log.close();
    }
}
