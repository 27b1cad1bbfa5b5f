package io.syncline.testkit.memory.destination;

import io.syncline.api.port.CommandLog;
import io.syncline.api.port.Lease;
import io.syncline.testkit.memory.fault.PortCall;
import java.util.List;
import java.util.Optional;

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

    @Override
    public void answer(Lease lease, long number, Answer answer) {
        session.run(PortCall.LEASE_RENEW, () -> store.prove(lease).answers.put(number, answer));
    }

    @Override
    public Optional<Answer> answer(String task, long number) {
        return session.call(PortCall.LEDGER_READ, () -> store.answer(task, number));
    }
}
