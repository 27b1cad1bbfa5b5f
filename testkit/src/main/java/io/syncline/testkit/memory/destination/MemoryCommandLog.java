package io.syncline.testkit.memory.destination;

import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands in the store's task rows. */
final class MemoryCommandLog implements CommandLog {

    private final MemoryStore store;
    private final StoreSession session;

    MemoryCommandLog(MemoryStore store, StoreSession session) {
        this.store = store;
        this.session = session;
    }

    @Override
    public long ask(String task, Verb verb, List<String> arguments, String askedBy) {
        return session.call(PortCall.LEDGER_WRITE, () -> store.ask(task, verb, arguments, askedBy));
    }

    @Override
    public List<Command> open(String task) {
        return session.call(
                PortCall.LEDGER_READ,
                () -> store.task(task).commands.stream()
                        .filter(command -> !store.task(task).answers.containsKey(command.number()))
                        .toList());
    }

    /** The store has one time for all of a moment. */
    @Override
    public List<Entry> asked(String task, Verb verb) {
        return session.call(
                PortCall.LEDGER_READ,
                () -> store.task(task).commands.stream()
                        .filter(command -> command.verb() == verb)
                        .map(command -> entry(command, store.task(task).answers.get(command.number())))
                        .toList());
    }

    private static Entry entry(Command command, @Nullable Answer answer) {
        return new Entry(command, answer, answer == null ? null : command.askedAt());
    }

    @Override
    public void answer(Lease lease, long number, Answer answer) {
        session.run(PortCall.LEASE_RENEW, () -> store.prove(lease).answers.put(number, answer));
    }

    @Override
    public Optional<Answer> answer(String task, long number) {
        return session.call(PortCall.LEDGER_READ, () -> store.answer(task, number));
    }
}
