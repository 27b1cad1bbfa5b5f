package io.syncline.postgresql.apply;

import io.syncline.api.apply.ApplyRules;
import io.syncline.api.apply.ApplyRules.TableRules;
import io.syncline.api.apply.BadValue;
import io.syncline.api.apply.RefetchRequest;
import io.syncline.api.apply.Round;
import io.syncline.api.apply.Round.Mode;
import io.syncline.api.apply.RoutedChange;
import io.syncline.api.model.TableRoute;
import io.syncline.api.port.Applier;
import io.syncline.api.task.BadValues;
import io.syncline.api.task.ConflictPolicy;
import io.syncline.postgresql.session.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A table {@code t} at a destination, and an applier with a policy for its bad values. */
final class BadValueFixture implements AutoCloseable {

    final ApplyFixture ends;
    final TableRoute t;
    private final BadValues policy;
    private Applier applier;
    private Lsn position;

    /** @param script makes the table */
    BadValueFixture(BadValues policy, String script) {
        this.ends = new ApplyFixture("15", script);
        this.t = ends.route("t");
        this.policy = policy;
        this.position = ends.position();
        this.applier = newApplier(ConflictPolicy.REPORT);
    }

    /** As the next attempt has it. */
    void restart(ConflictPolicy conflicts) {
        applier.close();
        applier = newApplier(conflicts);
    }

    private Applier newApplier(ConflictPolicy conflicts) {
        TableRules rules = new TableRules(conflicts, true, false, policy);
        return ends.newApplier(new ApplyRules(Map.of(t.source().table(), rules)));
    }

    /** One transaction, committed. */
    void transaction(Consumer<Applier.Transaction> work) {
        Lsn next = new Lsn(position.value() + 0x10);
        try (Applier.Transaction transaction = applier.begin(position)) {
            work.accept(transaction);
            transaction.commit(next);
        }
        position = next;
    }

    /** One transaction whose changes of {@code t} come as net changes. */
    void strict(RoutedChange... changes) {
        transaction(transaction -> transaction.apply(NaiveCoalescer.strict(t, List.of(changes))));
    }

    List<RefetchRequest> catchingUp(RoutedChange... changes) {
        List<RefetchRequest> requests = new ArrayList<>();
        List<RoutedChange> sequence = List.of(changes);
        transaction(transaction ->
                requests.addAll(transaction.apply(new Round(Mode.CATCHING_UP, List.of(), sequence, sequence))));
        return requests;
    }

    /** The table's rows by key. */
    String rows() {
        return ends.sql.rows("SELECT * FROM t ORDER BY 1").toString();
    }

    /** The rows in quarantine by key: key, kind, SQLSTATE, column, values. */
    String quarantine() {
        return ends.sql
                .rows("SELECT key, kind, state, column_name, image FROM syncline.quarantine ORDER BY key")
                .toString();
    }

    /** What status tells, in the order in which it was noted. */
    List<String> noted() {
        return report().last().reversed().stream()
                .map(value -> value.outcome() + " " + value.kind() + " "
                        + value.what().state() + " " + value.what().column() + " " + value.key())
                .toList();
    }

    BadValue.Report report() {
        return ends.ledger.badValues(ends.task);
    }

    String position() {
        return position.text();
    }

    @Override
    public void close() {
        applier.close();
        ends.close();
    }
}
